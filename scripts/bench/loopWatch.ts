/**
 * Watches this process's event loop: the times in which a timer of one millisecond did not come through, and by a profile
 * of what ran each millisecond how much of each was the pack's doing. Call stacks that the pack is anywhere in count as
 * its own, also where it had called n8n.
 */
import { Session, type Profiler, type Runtime } from 'node:inspector/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const SAMPLE_MICROSECONDS = 1_000;
const BEAT_MS = 1;
const ROOT = path.resolve(__dirname, '../..');
/** What is published. */
const PACK = ['nodes', 'credentials', 'glb'].map((folder) => path.join(ROOT, folder) + path.sep);

export interface LoopMeasures {
	/** The most time that the pack's code took of one blockage of the event loop, ms. */
	longestOwnMs: number;
	/** The longest blockage, whoever caused it, ms. */
	longestMs: number;
	/** All of the pack's time, ms. */
	ownMs: number;
	/** The innermost functions of the pack in its longest blockage, most time first. */
	where: string[];
}

export class LoopWatch {
	/** Monotonic time of every beat, in microseconds as in the profile. */
	private readonly beats: number[] = [];
	private timer?: NodeJS.Timeout;
	private readonly session = new Session();

	async start(): Promise<void> {
		this.session.connect();
		await this.session.post('Profiler.enable');
		await this.session.post('Profiler.setSamplingInterval', { interval: SAMPLE_MICROSECONDS });
		await this.session.post('Profiler.start');
		const beat = () => this.beats.push(Number(process.hrtime.bigint() / 1_000n));
		this.timer = setInterval(beat, BEAT_MS);
		beat();
	}

	async stop(): Promise<LoopMeasures> {
		clearInterval(this.timer);
		const { profile } = await this.session.post('Profiler.stop');
		this.session.disconnect();
		return measure(profile, this.beats);
	}
}

interface Blockage {
	ms: number;
	/** The pack's part of it, by its innermost functions, ms. */
	own: Map<string, number>;
}

function measure(profile: Profiler.Profile, beats: number[]): LoopMeasures {
	const blockages = findBlockages(profile, beats);
	const longest = blockages.reduce((most, next) => (sum(next.own) > sum(most.own) ? next : most));
	return {
		longestOwnMs: sum(longest.own),
		longestMs: Math.max(...blockages.map(({ ms }) => ms)),
		ownMs: blockages.reduce((total, { own }) => total + sum(own), 0),
		where: [...longest.own]
			.sort((a, b) => b[1] - a[1])
			.slice(0, 3)
			.map(([name]) => name),
	};
}

/** From each beat to the next, and what the pack had of that time. */
function findBlockages(
	{ nodes, samples = [], timeDeltas = [], startTime }: Profiler.Profile,
	beats: number[],
) {
	const functions = ownFunctions(nodes);
	const blockages = beats.slice(1).map<Blockage>((time, index) => ({
		ms: (time - beats[index]) / 1_000,
		own: new Map(),
	}));
	let at = 0;
	let time = startTime;
	samples.forEach((sample, index) => {
		time += timeDeltas[index];
		while (at < blockages.length - 1 && beats[at + 1] <= time) at++;
		const name = functions.get(sample);
		if (name === undefined || blockages.length === 0 || time < beats[at] || time >= beats[at + 1]) return;
		// What a sample finds runs until the next one, but not beyond the beat that follows it.
		const untilNext = timeDeltas[index + 1] ?? 0;
		const ms = Math.min(untilNext, beats[at + 1] - time) / 1_000;
		blockages[at].own.set(name, (blockages[at].own.get(name) ?? 0) + ms);
	});
	return blockages;
}

/** For each call stack with the pack in it, by its id: the pack's innermost function. */
function ownFunctions(nodes: Profiler.ProfileNode[]): Map<number, string> {
	const byId = new Map(nodes.map((node) => [node.id, node]));
	const own = new Map<number, string>();
	const visit = (node: Profiler.ProfileNode, outer: string | undefined) => {
		const name = nameOwn(node.callFrame) ?? outer;
		if (name !== undefined) own.set(node.id, name);
		for (const child of node.children ?? []) visit(byId.get(child)!, name);
	};
	visit(nodes[0], undefined);
	return own;
}

function nameOwn({ functionName, url }: Runtime.CallFrame): string | undefined {
	const file = url.startsWith('file:') ? fileURLToPath(url) : url;
	if (!PACK.some((folder) => file.startsWith(folder))) return undefined;
	return `${functionName || 'a function'} in ${path.relative(ROOT, file).replaceAll(path.sep, '/')}`;
}

function sum(times: Map<string, number>): number {
	return [...times.values()].reduce((total, ms) => total + ms, 0);
}
