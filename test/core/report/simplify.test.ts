import { simplify } from '../../../nodes/shared/core/report/simplify';

const FINISHED = {
	task_id: 'abc',
	status: 'success',
	progress: 100,
	provider: 'hunyuan3d-v3',
	model_url: 'https://cdn.example/abc.glb',
	mode: 'text',
	quality: 'pro',
	duration_ms: 31_000,
	status_checks: 4,
	model: {
		file_size: 12,
		faces: 3,
		vertices: 9,
		materials: 1,
		bounding_box: { min: [0, 0, 0], max: [1, 2, 3], size: [1, 2, 3] },
		generator: null,
	},
	budget: { passed: true, reasons: [] },
	a_field_of_tomorrow: 1,
};

describe('simplify', () => {
	it('keeps what most workflows use, each field under its own name and in its own place', () => {
		expect(simplify(FINISHED)).toEqual({
			task_id: 'abc',
			status: 'success',
			model_url: 'https://cdn.example/abc.glb',
			mode: 'text',
			quality: 'pro',
			budget: { passed: true, reasons: [] },
			model: { file_size: 12, faces: 3, bounding_box: { size: [1, 2, 3] } },
		});
	});

	it('keeps what is to be said about the picture and the model', () => {
		const hints = { picture_hint: 'It lies on its side.', model_hint: 'Only its size is known.' };
		expect(simplify({ ...hints, status_checks: 4 })).toEqual(hints);
	});

	it('leaves the item that it was given as it is', () => {
		const before = structuredClone(FINISHED);
		simplify(FINISHED);
		expect(FINISHED).toEqual(before);
	});

	it('says how far a task is while it runs', () => {
		expect(simplify({ task_id: 'abc', status: 'processing', progress: 40, provider: 'x' })).toEqual({
			task_id: 'abc',
			status: 'processing',
			progress: 40,
		});
	});

	it.each([
		[{ status: 'skipped', reason: 'The Spend Limit', mode: 'text', quality: 'pro' }],
		[{ task_id: 'abc', status: 'failed', error: 'No boats', hint: 'Try another', row: { sku: 7 } }],
		[{ task_id: 'abc', status: 'processing', next_step: 'Wait a minute' }],
		[{ error: 'lost', hint: 'look', may_be_charged: true }],
	])('takes nothing from %j', (json) => expect(simplify(json)).toEqual(json));

	it('knows a model without a bounding box', () => {
		expect(simplify({ model: { faces: 3, bounding_box: null } })).toEqual({ model: { faces: 3 } });
	});
});
