/** What was measured, as a page and as a verdict on every bar. */
import type { EngineResults } from './engine';
import type { LearningRow } from './learning';
import { type MemoryRow, describeMemory, memoryBars } from './memory';
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
			what: 'median time from a job’s end to the trigger’s item, seconds',
			measured: alone('default').medianSeconds,
			limit: 3,
			unit: '',
		},
		{
			what: '95th percentile of it, default poller, seconds',
			measured: alone('default').p95Seconds,
			limit: 10,
			unit: '',
		},
		{
			what: '95th percentile of it, durable scheduler, seconds',
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
			what: 'makespan of 20 jobs under a cap of 5, ratio to the ideal',
			measured: makespan[1].ratio,
			limit: 1.02,
			unit: '',
		},
		{ what: 'memory grown by a 300 MB delivery', measured: engine.streamed.grownMb, limit: 80, unit: ' MB' },
		{
			what: 'memory grown by 50 pictures of 9 MB, five tasks at a time',
			measured: engine.pictures.grownMb,
			limit: 150,
			unit: ' MB',
		},
		{
			what: 'longest blockage of the event loop by the pack',
			measured: Math.max(...engine.loop.map(({ longestOwnMs }) => longestOwnMs)),
			limit: 50,
			unit: ' ms',
		},
		{
			what: 'longest stretch of reading and drawing a usual model of a million faces',
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
			what: 'loading all nodes and credentials, share of the time of n8n-workflow',
			measured: (loading[0].loadMs / loading[0].workflowMs) * 100,
			limit: 6,
			unit: ' %',
		},
		{ what: 'heap taken by loading them', measured: loading[0].heapMb, limit: 4, unit: ' MB' },
		{
			what: 'memory beyond a hostile file',
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

200 simulated jobs of all quality tiers, 40 % faster to 40 % slower than usual, 50 ms for a request; the same jobs for every poller, in one run and in virtual time. The lag is the time between the end of a job and the node knowing it, as a share of the job's duration.

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

## Learning from the tasks before

Series of 50 simulated _Pro_ jobs whose true duration is half, once and twice the documented one, each up to 10 % faster or slower. The first ten of each are not counted: from then on the node knows when to ask.

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

20 jobs while the service allows five at once, in virtual time. The ideal starts each job the moment a place is free.

${table(
	['Way', 'Seconds', 'Ratio to the ideal', '429 answers'],
	makespan.map((row) => [row.way, round(row.seconds), round(row.ratio), String(row.refusals)]),
)}

## The trigger

A task alone in a Data Table, its row written at any moment, polled every minute; 200 simulated jobs in virtual time. The default poller gives a poll five minutes, the durable scheduler less than forty seconds.

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

A model of 300 MB delivered inside n8n's engine, binary data on disk, peak of the resident memory over what it was before; each way in a process of its own.

${table(
	['Way', 'Memory grown (MB)', 'Seconds'],
	[
		['Image3D Generate, streamed', round(streamed.grownMb), round(streamed.seconds)],
		['buffered download', round(buffered.grownMb), round(buffered.seconds)],
		['ratio', round(buffered.grownMb / streamed.grownMb), ''],
	],
)}

## Many pictures

50 pictures of 9 MB in n8n's storage, five tasks at a time: peak of the resident memory over what it was before, in a process that is left to collect its garbage by itself.

${table(['Memory grown (MB)', 'Seconds'], [[round(pictures.grownMb), round(pictures.seconds)]])}

## 1,000 items

One run of Generate over 1,000 items on instant jobs, against the sandbox on the same machine, without pictures.

${table(
	['Requests per item', 'Processor per item (ms)', 'Heap slope (bytes per item)', 'Seconds'],
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

Generate inside n8n's engine, profiled every millisecond: how long n8n's event loop was kept from everything else at a stretch, and how much of that was code that the pack ran or had called. Each row is the best of three runs, since the machine's other work only adds to it.

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
