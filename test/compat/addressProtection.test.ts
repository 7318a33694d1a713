/**
 * n8n's protection of internal addresses without the allow list that `--as-3.0` sets: that the list is needed shows that the
 * protection is really on in the rest of the rehearsal.
 */
import { installN8nVersion } from '../../harness/n8n/anyVersion';
import { rehearsal } from '../../harness/compat/as30';
import { runChain, RUN_TIMEOUT_MS, step } from '../../harness/compat/runNodes';
import { addAccount, type StageAccount } from '../../harness/e2e/account';
import { OPEN_TIMEOUT_MS, openStage, type TestStage } from '../../harness/e2e/stage';

jest.setTimeout(2 * RUN_TIMEOUT_MS);

let stage: TestStage;
/** Signed in while the sandbox was allowed. */
let account: StageAccount;

beforeAll(async () => {
	const installation = await installN8nVersion(process.env.IMAGE3D_N8N_VERSION);
	const env = { ...rehearsal() };
	stage = await openStage({ n8n: { installation, env } });
	account = await addAccount(stage);
	env.N8N_SSRF_ALLOWED_IP_RANGES = '';
	await stage.restart('stop');
}, OPEN_TIMEOUT_MS);

afterAll(async () => await stage?.close());

it.each([
	['Image3D Balance', {}],
	['Image3D Generate', { prompt: 'a vase', quality: 'fast' }],
])('%s says that n8n blocks the sandbox, and nothing is sent there', async (name, parameters) => {
	const before = await account.sandbox.ledger(account.uid);
	const { status, data } = await runChain(stage, `${name} behind a wall`, step(name, account, parameters));
	expect(status).toBe('error');
	const { message, description } = data.resultData.error!;
	expect(`${message} ${description}`).toMatch(
		/n8n's own protection \(N8N_SSRF_PROTECTION_ENABLED\) blocks this address.*N8N_SSRF_ALLOWED_IP_RANGES/,
	);
	const { requests, charges } = await account.sandbox.ledger(account.uid);
	expect({ requests, charges }).toEqual({ requests: before.requests, charges: before.charges });
});
