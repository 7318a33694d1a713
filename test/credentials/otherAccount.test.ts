/** A credential that is changed to another account's while a batch runs: named, and nothing is paid twice. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Image3dGenerate, usePack, type Account } from '../../harness/sandbox/pack';

const pack = usePack();

const OTHER = 'The Image3D API credential signs in another account than the one that started this';

const generate = async ({ credentials }: Account) =>
	await pack.engine.runNode(Image3dGenerate, {
		credentials,
		parameters: { prompt: '={{ $json.prompt }}', quality: 'fast', options: { pollInterval: 1 } },
		items: ['a chair', 'a table'].map((prompt) => ({ json: { prompt } })),
		onError: 'continueRegularOutput',
	});

it.each(['refreshToken', 'idToken'] as const)(
	'is named in a run that began with another %s',
	async (signIn) => {
		const account = await pack.account({ speed: 2 }, { signIn });
		const other = await pack.account({}, { signIn });
		const running = generate(account);
		while ((await account.ledger()).charges.length < 2) await sleep(20);
		const [mine, others] = await Promise.all(
			[account, other].map(async ({ credentialId }) => await pack.engine.credentials.read(credentialId)),
		);
		await pack.engine.credentials.save(account.credentialId, { ...mine, ...others, idToken: '' });
		const { items, error } = await running;
		expect(error).toBeUndefined();
		for (const { json } of items) {
			expect(json.error).toContain(OTHER);
			expect(json.hint).toContain('paid for and kept by the first account');
			expect((await account.ledger()).charges.map(({ taskId }) => taskId)).toContain(json.task_id);
		}
		expect(items).toHaveLength(2);
		expect((await account.ledger()).charges).toHaveLength(2);
		expect((await other.ledger()).charges).toEqual([]);
	},
	60_000,
);

it('is not said of a task that nobody knows', async () => {
	const account = await pack.account({ speed: 2 });
	await account.faults({ on: 'status', kind: 'status', status: 404, times: -1 });
	const { items } = await generate(account);
	for (const { json } of items) expect(json.error).not.toContain(OTHER);
});
