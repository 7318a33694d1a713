/** What was measured, as a page and as a verdict on every bar. */
import type { EngineResults } from './measureEngine';
import type { LearningRow } from './learning';
import { type MemoryRow, describeMemory, memoryBars } from './knownModels';
import type { MakespanRow } from './makespan';
import { describeModels, type ModelRow } from './models';
import { describeLoading, type LoadingRow } from './loading';
import type { PollingRow } from './polling';
import type { TriggerRow } from './trigger';

export interface Results {
	polling: PollingRow[];
	learning: LearningRow[];
	makespan: MakespanRow[];
	trigger: TriggerRow[];
	models: ModelRow[];
	loading: LoadingRow[];
	engine: EngineResults;
	memory: MemoryRow[];
}

export interface Bar {
	what: string;
	measured: number;
	limit: number;
	unit: string;
}

/** The bars that the pack sets itself. */
export function bars({
	polling,
	learning,
	makespan,
	trigger,
	models,
	loading,
	engine,
	memory,
}: Results): Bar[] {
	const adaptive = (progress: string) =>
		polling.find((row) => row.poller === 'adaptive' && row.progress === progress)!;
	const linear = adaptive('linear');
	const none = adaptive('none');
	const alone = (poller: string) =>
		trigger.find((row) => row.poller === poller && row.progress === 'linear')!;
	const learned = (progress: string, value: (row: LearningRow) => number) =>
		Math.max(...learning.filter((row) => row.progress === progress).map(value));
	return [
		...learningBars(learned),
		...memoryBars(memory),
		{ what: 'status calls per job, linear progress', measured: linear.callsPerJob, limit: 4.45, unit: '' },
		{ what: 'status calls per job, no progress', measured: none.callsPerJob, limit: 8.35, unit: '' },
		{ what: 'median lag, linear progress', measured: linear.medianLag * 100, limit: 1.25, unit: ' %' },
		{ what: 'median lag, no progress', measured: none.medianLag * 100, limit: 4.5, unit: ' %' },
		{
			what: '95th percentile of the lag, linear progress',
			measured: linear.p95Lag * 100,
			limit: 5,
			unit: ' %',
		},
		{ what: '95th percentile of the lag, no progress', measured: none.p95Lag * 100, limit: 10, unit: ' %' },
		{
			what: 'median time from the end of a job to the item of the trigger, seconds',
			measured: alone('default').medianSeconds,
			limit: 3,
			unit: '',
		},
		{
			what: '95th percentile of that time, default poller, seconds',
			measured: alone('default').p95Seconds,
			limit: 10,
			unit: '',
		},
		{
			what: '95th percentile of that time, durable scheduler, seconds',
			measured: alone('durable scheduler').p95Seconds,
			limit: 26,
			unit: '',
		},
		{
			what: 'status calls of the trigger per job, linear progress',
			measured: alone('default').callsPerJob,
			limit: 8,
			unit: '',
		},
		{
			what: 'time for 20 jobs, five at once, as a ratio to the ideal',
			measured: makespan[1].ratio,
			limit: 1.02,
			unit: '',
		},
		{
			what: 'memory that the delivery of 300 MB takes',
			measured: engine.streamed.grownMb,
			limit: 80,
			unit: ' MB',
		},
		{
			what: 'memory that 50 pictures of 9 MB take, five tasks at a time',
			measured: engine.pictures.grownMb,
			limit: 150,
			unit: ' MB',
		},
		{
			what: 'longest time that the pack blocks the event loop',
			measured: Math.max(...engine.loop.map(({ longestOwnMs }) => longestOwnMs)),
			limit: 50,
			unit: ' ms',
		},
		{
			what: 'longest stretch while a usual model of a million faces is read and drawn',
			measured: mostOf(models, false, 'longestMs'),
			limit: 50,
			unit: ' ms',
		},
		{
			what: 'longest stretch with a hostile model',
			measured: mostOf(models, true, 'longestMs'),
			limit: 50,
			unit: ' ms',
		},
		{
			what: 'time to load all nodes and credentials, as a share of the time of n8n-workflow',
			measured: (loading[0].loadMs / loading[0].workflowMs) * 100,
			limit: 6,
			unit: ' %',
		},
		{ what: 'heap that loading them takes', measured: loading[0].heapMb, limit: 4, unit: ' MB' },
		{
			what: 'memory beyond the file for a hostile model',
			measured: mostOf(models, true, 'memoryMb'),
			limit: 256,
			unit: ' MB',
		},
	];
}

function mostOf(models: readonly ModelRow[], isHostile: boolean, what: 'longestMs' | 'memoryMb'): number {
	return Math.max(...models.filter((row) => row.isHostile === isHostile).map((row) => row[what]));
}

function learningBars(worst: (progress: string, value: (row: LearningRow) => number) => number): Bar[] {
	const limits = { linear: { calls: 3.5, lag: 1 }, none: { calls: 5, lag: 2.5 } };
	return Object.entries(limits).flatMap(([progress, { calls, lag }]) => [
		{
			what: `status calls per job once ten were seen, ${progress === 'none' ? 'no' : progress} progress`,
			measured: worst(progress, (row) => row.callsPerJob),
			limit: calls,
			unit: '',
		},
		{
			what: `median lag once ten were seen, ${progress === 'none' ? 'no' : progress} progress`,
			measured: worst(progress, (row) => row.medianLag * 100),
			limit: lag,
			unit: ' %',
		},
	]);
}

/** The page. */
export function toMarkdown(results: Results, machine: string): string {
	const { polling, learning, makespan, trigger, models, loading, engine, memory } = results;
	const { streamed, buffered, batch, pictures, loop } = engine;
	return `# Benchmarks

Made by \`npm run bench\`. ${machine}

## The bars

${table(
	['What', 'Measured', 'At most', ''],
	bars(results).map((bar) => [
		bar.what,
		`${round(bar.measured)}${bar.unit}`,
		`${bar.limit}${bar.unit}`,
		bar.measured <= bar.limit ? 'met' : '**missed**',
	]),
)}

## Knowing when a job is done

200 simulated jobs of all quality tiers, up to 40 % faster or slower than usual. A request takes 50 ms. Every poller gets the same jobs, in one run and in virtual time. The lag is the time from the end of a job until the node knows about it, as a share of the job's duration.

${table(
	['Poller', 'Progress reports', 'Calls per job', 'Median lag', '95th percentile'],
	polling.map((row) => [
		row.poller,
		row.progress,
		round(row.callsPerJob),
		percent(row.medianLag),
		percent(row.p95Lag),
	]),
)}

![Lag of each poller](images/polling-lag.svg)

## Learning from earlier tasks

Series of 50 simulated _Pro_ jobs. Their true duration is half, once or twice the documented one, and each job is up to 10 % faster or slower. The first ten jobs of each series are not counted: after them the node knows when to ask.

${table(
	['True duration', 'Progress reports', 'Calls per job', 'Median lag', '95th percentile'],
	learning.map((row) => [
		`${row.factor} × documented`,
		row.progress,
		round(row.callsPerJob),
		percent(row.medianLag),
		percent(row.p95Lag),
	]),
)}

## A batch

20 jobs while the service allows five at once, in virtual time. The ideal starts each job at the moment a place becomes free.

${table(
	['Way', 'Seconds', 'Ratio to the ideal', '429 answers'],
	makespan.map((row) => [row.way, round(row.seconds), round(row.ratio), String(row.refusals)]),
)}

## The trigger

One task in a Data Table, polled every minute. Its row is written at a random moment. 200 simulated jobs in virtual time. The default poller gives a poll five minutes, the durable scheduler less than forty seconds.

${table(
	['Poller', 'Progress reports', 'Median (s)', '95th percentile (s)', 'Calls per job', 'Most calls'],
	trigger.map((row) => [
		row.poller,
		row.progress,
		round(row.medianSeconds),
		round(row.p95Seconds),
		round(row.callsPerJob),
		String(row.mostCalls),
	]),
)}

## A large model

A model of 300 MB is delivered inside n8n's engine, with binary data on disk. The number is the peak of the resident memory minus what it was before. Each way runs in a process of its own.

${table(
	['Way', 'Memory (MB)', 'Seconds'],
	[
		['Image3D Generate, streamed', round(streamed.grownMb), round(streamed.seconds)],
		['buffered download', round(buffered.grownMb), round(buffered.seconds)],
		['ratio', round(buffered.grownMb / streamed.grownMb), ''],
	],
)}

## Many pictures

50 pictures of 9 MB in n8n's storage, five tasks at a time. The number is the peak of the resident memory minus what it was before. Nothing forces the process to collect its garbage.

${table(['Memory (MB)', 'Seconds'], [[round(pictures.grownMb), round(pictures.seconds)]])}

## 1,000 items

One run of Generate with 1,000 items, without pictures, against the sandbox on the same machine. The jobs end at once.

${table(
	['Requests per item', 'CPU time per item (ms)', 'Heap slope (bytes per item)', 'Seconds'],
	[
		[
			round(batch.requestsPerItem),
			round(batch.cpuMsPerItem),
			round(batch.bytesPerItem),
			round(batch.seconds),
		],
	],
)}

${describeMemory(memory)}
## The event loop

Generate inside n8n's engine, profiled every millisecond. The table shows the longest time for which n8n's event loop was blocked, and how much of that was code that the pack ran or called. Each row is the best of three runs, because other work on the machine only adds to the time.

${table(
	['Run', 'Longest by the pack (ms)', 'Longest by anything (ms)'],
	loop.map(({ what, longestOwnMs, longestMs }) => [what, round(longestOwnMs), round(longestMs)]),
)}

${describeModels(models)}
${describeLoading(loading)}`;
}

export function table(head: string[], rows: string[][]): string {
	return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

export function round(value: number): string {
	return Math.abs(value) >= 100 ? String(Math.round(value)) : String(Math.round(value * 100) / 100);
}

function percent(share: number): string {
	return `${round(share * 100)} %`;
}
