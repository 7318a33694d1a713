/** What the service accepts, and how it refuses the rest. */
import { sharedSandbox, type SandboxUser } from '../../harness/sandbox/sandbox';
import { submit } from '../../harness/sandbox/jobs';
import { PICTURES, pictureBase64, readPictureFile } from '../../harness/sandbox/testPictures';

const sandbox = sharedSandbox();
let user: SandboxUser;
beforeAll(async () => {
	user = await sandbox.createUser({ credits: 1000, speed: 1_000_000 });
});
const post = (body: unknown, path = '/generate') => sandbox.api(user.idToken).post(path, body);

describe('POST /api/generate', () => {
	it.each([
		['fast', 'trellis'],
		['standard', 'trellis'],
		['pro', 'hunyuan3d-v3'],
		['ultra', 'hunyuan3d-v3'],
		[undefined, 'hunyuan3d-v3'],
	])('accepts quality %s and names %s', async (quality, provider) => {
		const answer = await post({ mode: 'text', prompt: 'a red sports car', quality });
		expect(answer.status).toBe(200);
		expect(answer.data).toEqual({ task_id: expect.any(String), status: 'queued', provider });
	});

	it.each(Object.keys(PICTURES) as Array<keyof typeof PICTURES>)('accepts a %s picture', async (format) => {
		expect((await post({ mode: 'image', image: pictureBase64(format), quality: 'fast' })).status).toBe(200);
	});

	const cutShort = readPictureFile('jpeg').subarray(0, 9000).toString('base64');
	const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>').toString(
		'base64',
	);
	it.each([
		['an empty body', {}, /mode/],
		['an unknown mode', { mode: 'video' }, /mode/],
		['no prompt', { mode: 'text' }, /prompt/],
		['a blank prompt', { mode: 'text', prompt: '  ' }, /prompt/],
		['a prompt that is no text', { mode: 'text', prompt: 5 }, /prompt/],
		['an endless prompt', { mode: 'text', prompt: 'a'.repeat(10_001) }, /prompt/],
		['an unknown quality', { mode: 'text', prompt: 'a', quality: 'Pro' }, /quality/],
		['a quality inherited by objects', { mode: 'text', prompt: 'a', quality: 'toString' }, /quality/],
		['no picture', { mode: 'image' }, /image is required/],
		['a picture that is not base64', { mode: 'image', image: '***' }, /base64/],
		['a data: address', { mode: 'image', image: `data:image/png;base64,${pictureBase64('png')}` }, /base64/],
		[
			'a file that is no picture',
			{ mode: 'image', image: Buffer.from('hello').toString('base64') },
			/readable/,
		],
		['a picture cut short', { mode: 'image', image: cutShort }, /readable/],
		['another picture format', { mode: 'image', image: svg }, /readable/],
		['an array', [], /object/],
	])('refuses %s with 400', async (_case, body, message) => {
		const answer = await post(body);
		expect(answer.status).toBe(400);
		expect(answer.data).toEqual({ error: expect.stringMatching(message) });
	});

	it('refuses a body that is not JSON with 400', async () => {
		const answer = await sandbox.api(user.idToken).post('/generate', '{"mode":', { transformRequest: [] });
		expect([answer.status, answer.data.error]).toEqual([400, 'Bad request: the body is not JSON']);
	});

	it('charges on acceptance only, and records body, picture and idempotency key', async () => {
		const payer = await sandbox.createUser({ credits: 100 });
		const api = sandbox.api(payer.idToken);
		await api.post('/generate', { mode: 'text' });
		const body = { mode: 'image', image: pictureBase64('jpeg'), quality: 'fast', mesh_only: true };
		const answer = await api.post('/generate', body, { headers: { 'Idempotency-Key': 'key-1' } });
		const ledger = await sandbox.ledger(payer.uid);
		expect(ledger.balance).toBe(90);
		expect(ledger.charges).toHaveLength(1);
		const taskId = answer.data.task_id as string;
		expect(ledger.charges[0]).toMatchObject({
			taskId,
			credits: 10,
			idempotencyKey: 'key-1',
			quality: 'fast',
		});
		expect(ledger.tasks[0].body).toEqual({
			mode: 'image',
			quality: 'fast',
			mesh_only: true,
			imageSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
			imageBytes: readPictureFile('jpeg').length,
		});
		expect(ledger.requests.map(({ route, status }) => [route, status])).toEqual([
			['generate', 400],
			['generate', 200],
		]);
		expect(ledger.openRequests).toBe(0);
	});

	it('takes a repeated idempotency key for a new order, as nothing else is documented', async () => {
		const payer = await sandbox.createUser({ credits: 100 });
		const headers = { 'Idempotency-Key': 'same' };
		const order = () =>
			sandbox.api(payer.idToken).post('/generate', { mode: 'text', prompt: 'a' }, { headers });
		const ids = [(await order()).data.task_id, (await order()).data.task_id];
		expect(new Set(ids).size).toBe(2);
		expect((await sandbox.ledger(payer.uid)).charges).toHaveLength(2);
	});
});

describe('GET /api/status/:id', () => {
	it('answers 404 for an unknown task and for somebody else’s', async () => {
		const stranger = await sandbox.createUser();
		const taskId = await submit(sandbox.api(user.idToken), { mode: 'text', prompt: 'a vase' });
		const unknown = await sandbox.api(user.idToken).get('/status/nothing');
		const foreign = await sandbox.api(stranger.idToken).get(`/status/${taskId}`);
		expect([unknown.status, foreign.status]).toEqual([404, 404]);
		expect(foreign.data).toEqual({ error: 'Unknown task' });
	});

	it('needs the token', async () => {
		expect((await sandbox.api().get('/status/nothing')).status).toBe(401);
	});
});

it('answers unknown paths with 404 and JSON', async () => {
	const answer = await sandbox.api(user.idToken).get('/nothing');
	expect([answer.status, answer.data]).toEqual([404, { error: 'Not found' }]);
});
