/**
 * Makes pictures of one model in a process of its own and prints what they took, as JSON.
 * Arguments: the bundle, the model, `renderPreview` or `renderTurntable`, and how often.
 */
const { readFileSync } = require('node:fs');
const { setTimeout } = require('node:timers/promises');

const [bundle, model, name, runs] = process.argv.slice(2);
const draw = require(bundle)[name];
const glb = readFileSync(model);
const memoryBefore = process.memoryUsage().rss;
let memoryPeak = memoryBefore;
let longestMs = 0;
let stretchStart = 0;

const timing = {
	now: () => performance.now(),
	yieldToEventLoop: async () => {
		longestMs = Math.max(longestMs, performance.now() - stretchStart);
		memoryPeak = Math.max(memoryPeak, process.memoryUsage().rss);
		// As n8n's own `sleep` does it.
		await setTimeout(0);
		stretchStart = performance.now();
	},
};

async function main() {
	const elapsedMs = [];
	const stretchesMs = [];
	let bytes = 0;
	for (let run = 0; run < Number(runs); run++) {
		longestMs = 0;
		const start = performance.now();
		stretchStart = start;
		const result = await draw(glb, timing);
		if (!result.ok) throw new Error(result.reason);
		if (result.notes.length > 0) throw new Error(result.notes.join(' '));
		elapsedMs.push(performance.now() - start);
		stretchesMs.push(Math.max(longestMs, performance.now() - stretchStart));
		bytes = result.png.length;
	}
	process.stdout.write(
		JSON.stringify({ elapsedMs, stretchesMs, memoryBytes: memoryPeak - memoryBefore, bytes }),
	);
}

void main();
