/** The time that the service asks for with a 429 is kept, whatever else happens, and whatever n8n's clock says. */
import { inAcceleratedTime, skipTime, useAcceleratedClock } from '../../../harness/sandbox/acceleratedClock';
import { useShortWaits } from '../../../harness/sandbox/dice';
import { generate, PROMPT_OF_ITEM, promptItems } from '../../../harness/sandbox/generation';
import { usePack, type Account } from '../../../harness/sandbox/pack';

const pack = usePack();

useAcceleratedClock();

useShortWaits();

const tooMany = { kind: 'status', status: 429 } as const;
const HOUR_MS = 3_600_000;

async function submitsOf(account: Account) {
	return (await account.ledger()).requests.filter(({ route }) => route === 'generate');
}

it('holds for a refused submit also when the slot of another task comes free', async () => {
	const account = await pack.account();
	await account.faults({ on: 'generate', ...tooMany, headers: { 'Retry-After': '2' } });
	const items = promptItems('a', 'b', 'c');
	const parameters = { prompt: PROMPT_OF_ITEM, options: { concurrency: 2 } };
	const { items: output } = await generate(pack, account, parameters, { items });
	expect(output.map(({ json }) => json.status)).toEqual(['success', 'success', 'success']);
	const submits = await submitsOf(account);
	const [refused] = submits.filter(({ status }) => status === 429);
	const again = submits.find(
		({ status, idempotencyKey }) => status === 200 && idempotencyKey === refused.idempotencyKey,
	)!;
	expect(again.at - refused.endedAt!).toBeGreaterThanOrEqual(1_990);
});

it.each([
	['slow', -2 * HOUR_MS],
	['fast', 2 * HOUR_MS],
])("as a date is read against the service's clock where n8n's is two hours %s", async (_how, offMs) => {
	const account = await pack.account();
	const at = new Date(Date.now() + 3_000).toUTCString();
	await account.faults({ on: 'status', ...tooMany, headers: { 'Retry-After': at } });
	const { items, error } = await inAcceleratedTime(
		1,
		() => 0,
		async () => {
			skipTime(offMs);
			return await generate(pack, account);
		},
	);
	expect(error).toBeUndefined();
	expect(items[0].json.status).toBe('success');
	const { requests, charges } = await account.ledger();
	const [refused, next] = requests.filter(({ route }) => route === 'status');
	expect(refused.status).toBe(429);
	// The date has whole seconds, and so has the service's own.
	expect(next.at - refused.endedAt!).toBeGreaterThanOrEqual(990);
	expect(charges).toHaveLength(1);
});

it('a submit that waits it out is not sent once the node has failed', async () => {
	const account = await pack.account();
	await account.faults(
		{ on: 'generate', ...tooMany, headers: { 'Retry-After': '1' } },
		{ on: 'generate', kind: 'status', status: 400 },
	);
	const items = promptItems('a', 'b');
	const { error } = await generate(pack, account, { prompt: PROMPT_OF_ITEM }, { items });
	expect(error).toMatchObject({ httpCode: '400' });
	expect((await submitsOf(account)).map(({ status }) => status)).toEqual([429, 400]);
	expect(await account.tally()).toMatchObject({ submits: 2, charges: 0 });
});
