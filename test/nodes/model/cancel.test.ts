/** Stop execution: every operation ends at its next pause, as an item that failed. */
import { operations } from '../../../nodes/Image3dModel/operations';
import type { ItemParameters } from '../../../nodes/shared/n8n/items/nodeRun';
import { fitModel, resizeModel } from '../../../glb/operations';
import { boxGlb } from '../../../harness/engine/modelNode';
import { timing } from '../../../harness/glb/timing';
import { buildBenchModel } from '../../../harness/preview/benchModels';

const CALLED_OFF = 'This was canceled before it was finished';

/** Parameters that need work of each operation. */
const PARAMETERS: Readonly<Record<string, unknown>> = {
	format: 'stl',
	preset: 'custom',
	maxFaces: 10,
	length: 1,
	unit: 'm',
	size: 64,
};

const parameters = {
	get: (name: string, fallback?: unknown) => PARAMETERS[name] ?? fallback,
	input: { json: {} },
} as Partial<ItemParameters> as ItemParameters;

it.each(Object.entries(operations))('ends %s', async (_name, operate) => {
	const glb = await boxGlb();
	const result = await operate({ parameters, signal: AbortSignal.abort(), glb, fileName: 'a.glb' });
	expect(result).toMatchObject({ ok: false, failure: { message: CALLED_OFF } });
});

it.each([
	[
		'fit',
		async (glb: Uint8Array, signal: { aborted: boolean }, now: () => number) =>
			await fitModel(glb, { ...timing, now, signal, limits: { maxFaces: 500 } }),
	],
	[
		'resize',
		async (glb: Uint8Array, signal: { aborted: boolean }, now: () => number) =>
			await resizeModel(glb, { ...timing, now, signal, dimension: 'height', lengthM: 1, pivot: 'keep' }),
	],
] as const)('ends a %s in the middle', async (_name, run) => {
	const glb = await buildBenchModel({ name: '', faces: 2_000, textureSide: 64, format: 'png' });
	/** Calls the work off at its look number `at` at the clock. */
	const callOff = async (at: number) => {
		const signal = { aborted: false };
		let looks = 0;
		const now = () => {
			if (++looks === at) signal.aborted = true;
			return looks;
		};
		return { result: await run(glb, signal, now), looks };
	};
	const whole = await callOff(Infinity);
	expect(whole.result.ok).toBe(true);
	for (const part of [0.1, 0.5, 0.9]) {
		const { result } = await callOff(Math.ceil(whole.looks * part));
		expect(result).toEqual({ ok: false, reason: `${CALLED_OFF}.` });
	}
});
