/** `npm run bench`: measures the pack and writes docs/benchmarks.md. Ends with an error when a bar is missed. */
import { writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { format, resolveConfig } from 'prettier';
import { measureEngine } from './bench/measureEngine';
import { measureLearning } from './bench/learning';
import { measureLoading } from './bench/loading';
import { measureMemory } from './bench/knownModels';
import { measureMakespan } from './bench/makespan';
import { measureModels } from './bench/models';
import { plotLags } from './bench/plot';
import { measurePolling } from './bench/polling';
import { measureTrigger } from './bench/trigger';
import { bars, type Results, toMarkdown } from './bench/report';

const docs = path.resolve(__dirname, '../docs');

async function main(): Promise<void> {
	say('Polling: 200 jobs, five pollers, in virtual time');
	const polling = await measurePolling();
	say('Learning: series of 50 jobs, in virtual time');
	const learning = await measureLearning();
	say('Batch: 20 jobs under a cap of 5, in virtual time');
	const makespan = await measureMakespan();
	say('Trigger: 200 jobs, two pollers, in virtual time');
	const trigger = await measureTrigger();
	say('Models: the usual kinds of a million faces, and hostile ones');
	const models = await measureModels();
	say('Loading: the pack beside published ones, each in fresh processes');
	const loading = await measureLoading();
	say('Memory: a nightly catalog of 200, five nights');
	const memory = await measureMemory();
	say("n8n's engine: a 300 MB model, then 1,000 items, then the event loop; some four minutes");
	const results: Results = {
		polling,
		learning,
		makespan,
		trigger,
		models,
		loading,
		memory,
		engine: await measureEngine(),
	};
	const machine = `${os.cpus().length} processors, Node.js ${process.version}.`;
	const page = path.join(docs, 'benchmarks.md');
	const options = await resolveConfig(page);
	writeFileSync(page, await format(toMarkdown(results, machine), { ...options, filepath: page }));
	writeFileSync(path.join(docs, 'images/polling-lag.svg'), plotLags(polling));
	const missed = bars(results).filter((bar) => {
		const isMet = bar.measured <= bar.limit;
		say(
			`${isMet ? 'met   ' : 'MISSED'}  ${bar.what}: ${bar.measured.toFixed(2)}${bar.unit} (at most ${bar.limit}${bar.unit})`,
		);
		return !isMet;
	});
	process.exitCode = missed.length > 0 ? 1 : 0;
}

function say(line: string): void {
	process.stdout.write(`${line}\n`);
}

void main();
