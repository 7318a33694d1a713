/**
 * Makes pictures of one model in a process of its own and prints what they took, as JSON. Times are those of the
 * processor, and stretches what it or the clock has, whichever is less, because the machine may do other work, too.
 * Arguments: the bundle, the model, `renderPreview` or `renderTurntable`, and how often.
 */
const { readFileSync } = require('node:fs');
const { setTimeout } = require('node:timers/promises');

const [bundle, model, name, runs] = process.argv.slice(2);
const draw = require(bundle)[name];
const glb = readFileSync(model);
const memoryBefore = process.memoryUsage().rss;
let memoryPeak = memoryBefore;
/** Most work, ms: what n8n spends on a turntable that was asked for. */
const maxWorkMs = 90_000;
let longestMs = 0;
let stretchStart = [0, 0];

/** Processor time of this process, ms. */
function usedMs() {
	const { user, system } = process.cpuUsage();
	return (user + system) / 1000;
}

function stretchMs() {
	const [start, used] = stretchStart;
	return Math.min(performance.now() - start, usedMs() - used);
}

const timing = {
	now: () => performance.now(),
	yieldToEventLoop: async () => {
		longestMs = Math.max(longestMs, stretchMs());
		memoryPeak = Math.max(memoryPeak, process.memoryUsage().rss);
		// As n8n's own `sleep` does it.
		await setTimeout(0);
		stretchStart = [performance.now(), usedMs()];
	},
	maxWorkMs,
};

async function main() {
	const elapsedMs = [];
	const stretchesMs = [];
	let bytes = 0;
	for (let run = 0; run < Number(runs); run++) {
		longestMs = 0;
		const start = usedMs();
		stretchStart = [performance.now(), start];
		const result = await draw(glb, timing);
		if (!result.ok) throw new Error(result.reason);
		if (result.notes.length > 0) throw new Error(result.notes.join(' '));
		elapsedMs.push(usedMs() - start);
		stretchesMs.push(Math.max(longestMs, stretchMs()));
		bytes = result.png.length;
	}
	process.stdout.write(
		JSON.stringify({ elapsedMs, stretchesMs, memoryBytes: memoryPeak - memoryBefore, bytes }),
	);
}

void main();
