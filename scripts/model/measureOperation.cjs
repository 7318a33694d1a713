/**
 * Runs one operation on one model in a process of its own and prints what it took, as JSON.
 * Arguments: the bundles' folder, the model, the operation with its options as JSON, and where the result goes.
 */
const { readFileSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');
const { setImmediate } = require('node:timers/promises');

const [folder, model, operation, options, output] = process.argv.slice(2);
const operations = require(join(folder, 'operations.cjs'));
const preview = require(join(folder, 'preview.cjs'));
const glb = readFileSync(model);

let longestMs = 0;
let stretchStart = 0;
let stretchCpu = 0;

/** Processor time of the thread that runs n8n, ms. */
function usedMs() {
	const { user, system } = process.cpuUsage();
	return (user + system) / 1000;
}

/** A stretch as the clock has it or as the processor has it, whichever is less: others use the machine, too. */
function endStretch() {
	longestMs = Math.max(longestMs, Math.min(performance.now() - stretchStart, usedMs() - stretchCpu));
}

const timing = {
	now: () => performance.now(),
	yieldToEventLoop: async () => {
		endStretch();
		await setImmediate();
		stretchStart = performance.now();
		stretchCpu = usedMs();
	},
};

/** Lets the kernel count the peak from here on (Linux, proc_pid_clear_refs). */
function forgetPeak() {
	writeFileSync('/proc/self/clear_refs', '5');
}

/** Most resident memory since then, bytes. */
function peakMemory() {
	const [, kilobytes] = /VmHWM:\s+(\d+) kB/.exec(readFileSync('/proc/self/status', 'latin1'));
	return Number(kilobytes) * 1024;
}

async function run() {
	const given = { ...timing, ...JSON.parse(options) };
	if (operation in preview) return await preview[operation](glb, given);
	if (operation !== 'buildPage') return await operations[operation](glb, given);
	const prepared = await operations.prepareForPage(glb, given);
	return prepared.ok ? operations.buildPage({ title: 'Model', model: prepared.glb }) : prepared;
}

async function main() {
	forgetPeak();
	const before = process.memoryUsage().rss;
	const start = performance.now();
	const startCpu = usedMs();
	stretchStart = start;
	stretchCpu = startCpu;
	const result = await run();
	endStretch();
	const file = result.glb ?? result.png ?? result.file ?? (result.html && Buffer.from(result.html));
	if (file && output) writeFileSync(output, file);
	process.stdout.write(
		JSON.stringify({
			ok: result.ok,
			reason: result.reason,
			changes: result.changes,
			faces: result.facts?.faces,
			bytes: file?.length,
			findings: result.findings?.length,
			elapsedMs: performance.now() - start,
			cpuMs: usedMs() - startCpu,
			longestMs,
			memoryBytes: peakMemory() - before,
		}),
	);
}

void main();
