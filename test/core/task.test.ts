import * as fc from 'fast-check';
import {
	checkTaskId,
	failureOfTask,
	isFinished,
	parseTask,
	type TaskStatus,
} from '../../nodes/shared/core/task';
import { failureIn, valueOf } from './support/outcomes';

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

	it.each([undefined, null, '', 7, {}])('puts the known id in for the task_id %j', (task_id) => {
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
		['paused', 'paused'],
		['', ''],
		[7, '7'],
		[{ state: 'done' }, '{"state":"done"}'],
		// Anything that cannot be turned into text by itself.
		[JSON.parse('{"toString": 1, "valueOf": 1}'), '{"toString":1,"valueOf":1}'],
	])('refuses the status %j and keeps the task id', (status, quoted) => {
		const failure = failureIn(parseTask({ task_id: 't-1', status }));
		expect(failure).toMatchObject({ kind: 'unreadable', taskId: 't-1', retryable: true });
		expect(failure.message.endsWith(`: ${quoted}`)).toBe(true);
	});

	it('quotes no secret and no long text as a status', () => {
		const jwt = ['eyJhbGciOiJSUzI1NiJ9', 'eyJzdWIiOiJ1c2VyIn0', 'sig'].join('.');
		const { message } = failureIn(parseTask({ task_id: 't', status: `${jwt} ${'x'.repeat(900)}` }));
		expect(message).not.toContain('eyJ');
		expect(message.length).toBeLessThan(120);
	});

	it.each([
		[0, 0],
		[42, 42],
		[99.5, 99.5],
		['42', 42],
		[-3, 0],
		[250, 100],
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
		'a/b',
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
