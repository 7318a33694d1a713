import {
	CANCELLED,
	aboutItem,
	aboutTask,
	badInput,
	describeOthers,
	fail,
	succeed,
	type Failure,
} from '../../nodes/shared/core/failure';

const failure: Failure = {
	kind: 'serverError',
	message: 'm',
	hint: 'Wait.',
	retryable: true,
	httpCode: '500',
};

describe('badInput', () => {
	it('says that nothing was charged, and that trying again cannot help', () => {
		expect(badInput('"Prompt" is empty', 'Write one.').failure).toEqual({
			kind: 'badInput',
			message: '"Prompt" is empty',
			hint: 'Write one. Nothing was charged.',
			retryable: false,
		});
	});
});

describe('aboutTask', () => {
	it('adds the task id and the way to the model, and keeps the rest', () => {
		expect(aboutTask(failure, 't-1', 'https://cdn.test/m.glb')).toEqual({
			...failure,
			hint: 'Wait. Task t-1 is paid for: Image3D Status can fetch its model later with this id.',
			taskId: 't-1',
			modelUrl: 'https://cdn.test/m.glb',
		});
		expect(failure).not.toHaveProperty('taskId');
	});

	it('says it once, however often it is told', () => {
		const once = aboutTask(failure, 't-1');
		expect(aboutTask(once, 't-1')).toEqual(once);
		expect(once).not.toHaveProperty('modelUrl');
	});

	it('keeps an earlier link where no newer one is given', () => {
		const withLink = aboutTask(failure, 't-1', 'https://cdn.test/m.glb');
		expect(aboutTask(withLink, 't-1').modelUrl).toBe('https://cdn.test/m.glb');
	});
});

it('an Outcome is either a value or a failure', () => {
	expect(succeed(0)).toEqual({ ok: true, value: 0 });
	expect(fail(CANCELLED)).toEqual({ ok: false, failure: CANCELLED });
	expect(CANCELLED).toMatchObject({ kind: 'cancelled', retryable: false });
});

describe('describeOthers', () => {
	it.each<[string[] | undefined, number | undefined, string]>([
		[undefined, undefined, ''],
		[[], 0, ''],
		[['t-1', 't-2'], 0, ' Also submitted and paid for: t-1, t-2.'],
		[[], 2, ' 2 more may have been charged without an answer from Image3D.'],
		[
			['t-1'],
			1,
			' Also submitted and paid for: t-1. 1 more may have been charged without an answer from Image3D.',
		],
	])('of %j and %j', (taskIds, uncertain, text) => {
		expect(describeOthers(taskIds, uncertain)).toBe(text);
	});
});

describe('aboutItem', () => {
	const failure = { kind: 'badInput', message: 'No', hint: 'x', retryable: false } as const;

	it.each([
		[{}, 0, 1, 'No'],
		[{}, 2, 3, 'No (item 3)'],
		[{ fileName: 'chair.jpg' }, 0, 1, 'No (chair.jpg)'],
		[{ fileName: 'chair.jpg' }, 0, 3, 'No (item 1, chair.jpg)'],
		[{ fileName: 'a\n\u202eb\u0000c' }, 0, 1, 'No (a b c)'],
		[{ fileName: '椅'.repeat(90) }, 0, 1, `No (${'椅'.repeat(33)})`],
		[{ kind: 'cancelled', fileName: 'chair.jpg', taskId: 't-1' } as const, 1, 3, 'No'],
		[{ kind: 'unauthorized', fileName: 'chair.jpg' } as const, 1, 3, 'No'],
		[{ kind: 'unreachable', taskId: 't-1' } as const, 1, 3, 'No (item 2)'],
	])('of %j, index %d of %d', (more, index, count, message) => {
		expect(aboutItem({ ...failure, ...more }, index, count)).toEqual({ ...failure, ...more, message });
	});
});
