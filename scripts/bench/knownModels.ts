/** What a known model costs: a nightly catalog run again and again with a memory of paid models, in a process of its own. */
import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { startSandboxProcess } from '../../harness/sandbox/sandboxProcess';
import { type Bar, round, table } from './report';

export interface MemoryRow {
	night: string;
	/** Generations that were charged. */
	paid: number;
	/** Items that came out. */
	items: number;
	/** To Image3D, downloads included. */
	requestsPerItem: number;
	/** To n8n's Data Tables. */
	tableRequestsPerItem: number;
	seconds: number;
}

/** The nights, in their order. */
export async function measureMemory(): Promise<MemoryRow[]> {
	const sandbox = await startSandboxProcess();
	try {
		const env = { ...process.env, IMAGE3D_SANDBOX: JSON.stringify(sandbox.ready) };
		const script = path.join(__dirname, 'knownModelsRun.ts');
		const { stdout } = await promisify(execFile)(process.execPath, ['--import', 'tsx', script], { env });
		return JSON.parse(stdout.trim().split('\n').at(-1)!) as MemoryRow[];
	} finally {
		await sandbox.stop();
	}
}

/** What a second night may cost. */
export function memoryBars([first, second, , leftOut, threeChanged]: MemoryRow[]): Bar[] {
	return [
		{ what: 'charges of a second night without changes', measured: second.paid, limit: 0, unit: '' },
		{ what: 'charges of a night with three changes', measured: threeChanged.paid, limit: 3, unit: '' },
		{
			what: 'requests per known model that is delivered, table included',
			measured: second.requestsPerItem + second.tableRequestsPerItem,
			limit: 2.1,
			unit: '',
		},
		{
			what: 'requests per known model that is left out, table included',
			measured: leftOut.requestsPerItem + leftOut.tableRequestsPerItem,
			limit: 0.1,
			unit: '',
		},
		{
			what: 'requests to the table per new model',
			measured: first.tableRequestsPerItem,
			limit: 3.1,
			unit: '',
		},
	];
}

/** The section of the page. */
export function describeMemory(rows: MemoryRow[]): string {
	return `## A nightly catalog

200 items with **Remember Paid Models**, against the sandbox and Data Tables on the same machine. The jobs end at once. At most one status call is sent every 100 ms, so each known model that is delivered takes at least that long.

${table(
	['Night', 'Paid', 'Items out', 'Requests to Image3D per item', 'Requests to the table per item', 'Seconds'],
	rows.map((row) => [
		row.night,
		String(row.paid),
		String(row.items),
		round(row.requestsPerItem),
		round(row.tableRequestsPerItem),
		round(row.seconds),
	]),
)}
`;
}
