/**
 * A process of its own that runs a nightly catalog with a memory of paid models inside n8n's engine: the sandbox in the
 * environment; one line of JSON out, a row for each night.
 */
import { startDataTables } from '../../harness/sandbox/dataTables';
import { PROMPT_OF_ITEM, promptItems } from '../../harness/sandbox/generation';
import { openMemory } from '../../harness/sandbox/memory';
import { openPack } from '../../harness/sandbox/pack';
import type { MemoryRow } from './knownModels';

const PICTURES = 200;
/** What has changed, and what comes out for the rest. */
const NIGHTS = [
	{ night: 'the first', changed: PICTURES, knownModels: 'deliver' },
	{ night: 'nothing has changed', changed: 0, knownModels: 'deliver' },
	{ night: 'nothing has changed, without files', changed: 0, knownModels: 'withoutFile' },
	{ night: 'nothing has changed, left out', changed: 0, knownModels: 'leaveOut' },
	{ night: 'three have changed, the rest left out', changed: 3, knownModels: 'leaveOut' },
];

async function run(): Promise<MemoryRow[]> {
	const pack = await openPack();
	const tables = await startDataTables();
	const memory = await openMemory(pack, tables);
	const account = await pack.account({ plan: 'pro', credits: 100_000, speed: 1e6, tinyModels: true });
	const countOf = async () => {
		const { charges, requests, downloads } = await account.ledger();
		return { paid: charges.length, requests: requests.length + downloads.length, calls: tables.calls.length };
	};
	const prompts = Array.from({ length: PICTURES }, (_, index) => `picture ${index}`);
	const rows: MemoryRow[] = [];
	for (const [index, { night, changed, knownModels }] of NIGHTS.entries()) {
		for (let number = 0; number < changed; number++) prompts[number] = `picture ${number}, night ${index}`;
		const before = await countOf();
		const startMs = Date.now();
		const { items, error } = await memory.run(
			account,
			{ prompt: PROMPT_OF_ITEM, options: { knownModels, pollInterval: 0.01 } },
			{ items: promptItems(...prompts) },
		);
		if (error !== undefined) throw error;
		const seconds = (Date.now() - startMs) / 1000;
		const after = await countOf();
		rows.push({
			night,
			paid: after.paid - before.paid,
			items: items.length,
			requestsPerItem: (after.requests - before.requests) / PICTURES,
			tableRequestsPerItem: (after.calls - before.calls) / PICTURES,
			seconds,
		});
	}
	await tables.close();
	await pack.close();
	return rows;
}

void run().then(
	(rows) => {
		process.stdout.write(`${JSON.stringify(rows)}\n`);
		process.exit(0);
	},
	(error: unknown) => {
		process.stderr.write(`${String((error as Error).stack ?? error)}\n`);
		process.exit(1);
	},
);
