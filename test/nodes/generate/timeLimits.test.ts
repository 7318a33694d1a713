/** What hangs is given up after its own time limit and asked again: the node's clock runs fast, all else in real time. */
import { generate } from '../../../harness/sandbox/generation';
import { inAcceleratedTime, useAcceleratedClock } from '../../../harness/sandbox/acceleratedClock';
import { usePack } from '../../../harness/sandbox/pack';

/** The limit of 30 seconds passes in 1.5. */
const ACCELERATION = 20;
const FOREVER_MS = 60_000;

useAcceleratedClock();

const pack = usePack();

const inFastTime = async <T>(work: () => Promise<T>) =>
	await inAcceleratedTime(ACCELERATION, () => 0.5, work);

it('asks for the status again when an answer does not come', async () => {
	const account = await pack.account();
	await account.faults({ on: 'status', kind: 'hang', ms: FOREVER_MS });
	const { items } = await inFastTime(async () => await generate(pack, account));
	expect(items[0].json.status).toBe('success');
	const { charges, requests } = await account.ledger();
	const checks = requests.filter(({ route }) => route === 'status');
	expect(checks).toHaveLength(2);
	// The service sees the first question late when the machine is busy.
	expect(checks[1].at - checks[0].at).toBeGreaterThan((0.5 * 30_000) / ACCELERATION);
	expect(charges).toHaveLength(1);
});

it('downloads again when the model stalls half way', async () => {
	const account = await pack.account({ modelSizeBytes: 2_000_000 });
	await account.faults({ on: 'model', kind: 'hangAfter', ms: FOREVER_MS });
	const { items } = await inFastTime(async () => await generate(pack, account));
	expect(items[0].binary!.data.bytes).toBe(2_000_000);
	expect(await account.tally()).toMatchObject({ charges: 1, downloads: 2 });
});

it('does not send again what may have been accepted when no answer comes', async () => {
	const account = await pack.account();
	await account.faults({ on: 'generate', kind: 'hangAfter', ms: FOREVER_MS });
	const { error } = await inFastTime(async () => await generate(pack, account));
	expect(error!.message).toContain('not known whether Image3D accepted');
	expect(await account.tally()).toMatchObject({ submits: 1, charges: 1 });
});
