import * as fc from '../../../harness/fuzz';
import { checkTaskId, failureOfTask, isFinished, parseTask } from '../../../nodes/shared/core/api/task';
import type { TaskStatus } from '../../../nodes/shared/core/api/taskStatus';
import { parseObject } from '../../../nodes/shared/core/api/foreignText';
import { failureIn, valueOf } from '../../../harness/simulation/outcomes';

describe('parseTask', () => {
	it('reads the answer of generate and keeps its unknown fields', () => {
		const body = { task_id: 't-1', status: 'queued', provider: 'trellis', eta: { s: 9 } };
		expect(valueOf(parseTask(body))).toMatchObject({ taskId: 't-1', status: 'queued', fields: body });
	});

	it.each(['queued', 'processing', 'success', 'failed'] as TaskStatus[])('knows the status %s', (status) => {
		const task = valueOf(parseTask({ task_id: 't-1', status }));
		expect(task.status).toBe(status);
		expect(isFinished(task)).toBe(status === 'success' || status === 'failed');
	});

	it('takes a task without a status for queued', () => {
		expect(valueOf(parseTask({ task_id: 't-1' })).status).toBe('queued');
		expect(valueOf(parseTask({ task_id: 't-1', status: null })).fields).toEqual({
			task_id: 't-1',
			status: 'queued',
		});
	});

	it('keeps the task id when the model link is missing or empty', () => {
		for (const model_url of [undefined, null, '', 7]) {
			const task = valueOf(parseTask({ task_id: 't-1', status: 'success', model_url }));
			expect(task).toMatchObject({ taskId: 't-1', modelUrl: undefined });
		}
	});

	it.each([undefined, null, '', {}, 7])('puts the known id in for the task_id %j', (task_id) => {
		const task = valueOf(parseTask({ task_id, status: 'processing' }, 't-9'));
		expect(task).toMatchObject({ taskId: 't-9', fields: { task_id: 't-9' } });
	});

	it('keeps the id that was asked for, however the service spells it', () => {
		const task = valueOf(parseTask({ task_id: 'T-9' }, 't-9'));
		expect([task.taskId, task.fields.task_id]).toEqual(['t-9', 't-9']);
	});

	it('refuses an answer without any id', () => {
		expect(failureIn(parseTask({ status: 'queued' }))).toMatchObject({
			kind: 'unreadable',
			message: 'Image3D answered without a task ID',
			retryable: true,
		});
	});

	it.each([
		[{ task_id: 12345 }, '12345'],
		[{ taskId: 't-1' }, 't-1'],
		[{ id: 't-1' }, 't-1'],
		[{ id: 77 }, '77'],
		[{ data: { task_id: 't-1' } }, 't-1'],
		[{ success: true, data: { taskId: 't-1' } }, 't-1'],
		[{ data: { id: 42 } }, '42'],
		[{ id: 'request-9', data: { task_id: 't-1' } }, 't-1'],
		[{ id: 'request-9', taskId: 't-2', task_id: 't-1' }, 't-1'],
		[{ task_id: '', id: 't-1' }, 't-1'],
		[{ task_id: ' jobs/t+1== ' }, 'jobs/t+1=='],
	])('finds the id in %j', (body, id) => {
		const { taskId, fields } = valueOf(parseTask(body));
		expect([taskId, fields.task_id]).toEqual([id, id]);
		// Whatever Generate takes for an id, Status and the Trigger take too.
		expect(valueOf(checkTaskId(taskId))).toBe(id);
	});

	it.each([{ id: 0 }, { id: 1.5 }, { id: true }, { task_id: 'two words' }, { data: 't-1' }, { code: 200 }])(
		'takes nothing in %j for an id',
		(body) => {
			expect(failureIn(parseTask(body)).taskId).toBeUndefined();
		},
	);

	it('keeps every digit of an id that is a long number', () => {
		const body = parseObject('{"task_id": 9007199254740993, "note": "no 9007199254740993 here", "n": 12}')!;
		expect(valueOf(parseTask(body)).taskId).toBe('9007199254740993');
		expect(body).toMatchObject({ note: 'no 9007199254740993 here', n: 12 });
	});

	const LINK = 'https://cdn.test/a/model.glb?token=1';
	it.each([
		{ model_url: LINK },
		{ modelUrl: LINK },
		{ url: LINK },
		{ model: { url: LINK } },
		{ model_urls: { glb: LINK, fbx: 'https://cdn.test/a.fbx' } },
		{ result: { model_url: LINK } },
		{ data: { model_url: LINK } },
		{ data: { result: { modelUrl: LINK } } },
		{ url: 'https://image3d.test/tasks/t-1', model_url: LINK },
		{ modelUrl: 'https://cdn.test/other.glb', data: { model_url: LINK } },
		{ model_url: '', model: { url: LINK } },
	])('finds the link in %j', (body) => {
		const task = valueOf(parseTask({ task_id: 't-1', status: 'completed', ...body }));
		expect([task.modelUrl, task.fields.model_url, task.status]).toEqual([LINK, LINK, 'success']);
	});

	it.each(['completed', 'succeeded', 'done', 'finished', 'Success', ' COMPLETED '])(
		'takes %j for a success, for workflows that go by the documented word too',
		(status) => {
			const task = valueOf(parseTask({ task_id: 't-1', status }));
			expect(task).toMatchObject({
				status: 'success',
				fields: { status: 'success', service_status: status },
			});
		},
	);

	it.each(['error', 'cancelled', 'canceled', 'expired', 'rejected', 'FAILED'])(
		'takes %j for failed',
		(status) => {
			const task = valueOf(parseTask({ task_id: 't-1', status }));
			expect(task).toMatchObject({ status: 'failed', fields: { status: 'failed', service_status: status } });
			expect(failureOfTask(task).message).toBe(
				`Image3D could not make this model: its status is "${status}"`,
			);
		},
	);

	it.each([
		['rendering', 'rendering'],
		['', ''],
		[7, '7'],
		[{ state: 'done' }, '{"state":"done"}'],
		// Anything that cannot be turned into text by itself.
		[JSON.parse('{"toString": 1, "valueOf": 1}'), '{"toString":1,"valueOf":1}'],
	])('takes the status %j for a task that goes on, and shows it as it came', (status, word) => {
		const task = valueOf(parseTask({ task_id: 't-1', status }));
		expect(task).toMatchObject({ status: 'processing', word, fields: { status } });
		expect(isFinished(task)).toBe(false);
	});

	it.each([
		[{ status: 'ready', model_url: LINK }, 'success'],
		[{ status: 'ready', model_url: LINK, progress: 100 }, 'success'],
		[{ status: 'ready', model_url: LINK, progress: '100%' }, 'success'],
		[{ status: 'ready', model_url: LINK, progress: 1 }, 'success'],
		[{ model_url: LINK }, 'success'],
		[{ status: 'ready', url: LINK }, 'success'],
		[{ status: 'ready', model_url: LINK, progress: 60 }, 'processing'],
		[{ status: 'ready', progress: 100 }, 'processing'],
		[{ status: 'processing', model_url: LINK, progress: 100 }, 'processing'],
		[{ status: 'ready', url: 'https://image3d.test/tasks/t-1' }, 'processing'],
		[{ status: 'success', data: { status: 'processing' } }, 'processing'],
	])('judges %j as %s', (body, status) => {
		expect(valueOf(parseTask({ task_id: 't-1', ...body })).status).toBe(status);
	});

	it('quotes no secret and no long text as a status', () => {
		const jwt = ['eyJhbGciOiJSUzI1NiJ9', 'eyJzdWIiOiJ1c2VyIn0', 'sig'].join('.');
		const { word } = valueOf(parseTask({ task_id: 't', status: `${jwt}\n${'x'.repeat(900)}` }));
		expect(word).not.toMatch(/eyJ|\n/);
		expect(word!.length).toBeLessThanOrEqual(40);
	});

	it.each([
		[0, 0],
		[42, 42],
		[99.5, 99.5],
		['42', 42],
		[-3, 0],
		[250, 100],
		['45%', 45],
		[' 45 % ', 45],
		['0.5%', 0.5],
		[0.45, 45],
		['0.45', 45],
		[1, 1],
		['%', undefined],
		['', undefined],
		['half', undefined],
		[null, undefined],
		[true, undefined],
		[undefined, undefined],
		[Number.NaN, undefined],
	])('reads the progress %j as %j', (progress, expected) => {
		expect(valueOf(parseTask({ task_id: 't-1', status: 'processing', progress })).progress).toBe(expected);
	});

	it.each([
		[{ error: 'bad picture' }, 'bad picture'],
		[{ message: 'bad picture' }, 'bad picture'],
		[{ detail: 'bad picture' }, 'bad picture'],
		[{ error: { message: 'bad picture' } }, 'bad picture'],
		[{}, undefined],
	])('gives the reason of a failed task: %j', (extra, reason) => {
		expect(valueOf(parseTask({ task_id: 't', status: 'failed', ...extra })).reason).toBe(reason);
	});

	it('gives no reason for a task that did not fail', () => {
		expect(valueOf(parseTask({ task_id: 't', status: 'success', message: 'done' })).reason).toBeUndefined();
	});

	it('never throws and never gives an odd progress, whatever the body', () => {
		const value = fc.oneof(fc.jsonValue(), fc.constantFrom('queued', 'processing', 'success', 'failed'));
		const body = fc.record(
			{ task_id: value, status: value, progress: value, model_url: value, error: value, message: value },
			{ requiredKeys: [] },
		);
		const anyObject = fc.dictionary(fc.string(), fc.jsonValue());
		fc.assert(
			fc.property(fc.oneof(body, anyObject), fc.option(fc.string(), { nil: undefined }), (fields, id) => {
				const outcome = parseTask(fields, id);
				if (!outcome.ok) return outcome.failure.kind === 'unreadable';
				const { progress } = outcome.value;
				return progress === undefined || (progress >= 0 && progress <= 100);
			}),
			{ numRuns: 1_000 },
		);
	});
});

describe('failureOfTask', () => {
	it('gives the reason and the task id, and does not say what it cannot know about the charge', () => {
		const task = valueOf(parseTask({ task_id: 't-1', status: 'failed', error: 'no object found' }));
		const failure = failureOfTask(task);
		expect(failure).toMatchObject({ kind: 'taskFailed', taskId: 't-1', retryable: false });
		expect(failure.message).toBe('Image3D could not make this model: no object found');
		expect(failure.hint).toMatch(/t-1.*Image3D Balance/);
	});

	it('does without a reason', () => {
		const task = valueOf(parseTask({ task_id: 't-1', status: 'failed' }));
		expect(failureOfTask(task).message).toBe('Image3D could not make this model');
	});
});

describe('checkTaskId', () => {
	it.each([
		['t-1', 't-1'],
		['  abc_DEF.1:2~3  ', 'abc_DEF.1:2~3'],
		['operations/a+b==', 'operations/a+b=='],
		[12345, '12345'],
		['x'.repeat(200), 'x'.repeat(200)],
	])('accepts %j', (value, expected) => {
		expect(valueOf(checkTaskId(value))).toBe(expected);
	});

	it.each(['', '   ', undefined, null, {}, [], true])('says that %j is empty', (value) => {
		const failure = failureIn(checkTaskId(value));
		expect(failure).toMatchObject({ kind: 'badInput', message: '"Task ID" is empty' });
		expect(failure.hint).toMatch(/task_id.*Nothing was charged/);
	});

	it.each([
		'{{ $json.task_id }}',
		'a b',
		'../balance',
		'/a',
		'a/./b',
		'..',
		'https://x/y',
		'"t-1"',
		'a?b',
		'x'.repeat(201),
	])('says that "%s" is not a task id', (value) => {
		expect(failureIn(checkTaskId(value))).toMatchObject({
			kind: 'badInput',
			message: '"Task ID" is not a task ID',
		});
	});
});
