/** *Fit*: the model within the chosen limits. */
import type { IDataObject } from 'n8n-workflow';
import { GLB_MIME_TYPE } from '../../shared/n8n/files/downloadModel';
import { badInput, succeed } from '../../shared/core/failure';
import { readLimits } from './limits';
import { type Operate, loadOperations, readFacts, renamed, textOf, timing, unusable } from './operation';

/**
 * A GLB within the limits, or as close to them as it came, with the verdict; fails with `badInput` where there is
 * nothing to fit to.
 */
export const fit: Operate = async (input) => {
	const limits = readLimits(input);
	if (!limits.ok) return limits;
	const compression = textOf(input, 'compression') || 'none';
	const textureFormat = textOf(input, 'textureFormat') || 'keep';
	const asks = compression !== 'none' || textureFormat !== 'keep';
	if (Object.keys(limits.value).length === 0 && !asks)
		return badInput('There are no limits to fit the model to', 'Choose a Preset, or enter a limit.');
	const before = await readFacts(input.glb);
	if (!before.ok) return before;
	const { fitModel } = await loadOperations();
	const fitted = await fitModel(input.glb, {
		...timing,
		limits: limits.value,
		compression: compression as 'none',
		textureFormat: textureFormat as 'keep',
	});
	if (!fitted.ok) return unusable(fitted.reason);
	const { facts, verdict, changes, glb } = fitted;
	const json = {
		model: facts,
		...(changes.length === 0 ? {} : { model_before: before.value }),
		changes,
		budget: verdict,
	} as unknown as IDataObject;
	return succeed({
		json,
		files: [{ data: glb, name: renamed(input.fileName, 'glb'), mimeType: GLB_MIME_TYPE }],
	});
};
