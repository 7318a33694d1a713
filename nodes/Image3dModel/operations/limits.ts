/** The limits that the user chose: a preset's, and in their place the user's own. */
import { BUDGET_PRESETS, type Budget, type BudgetPresetName } from '../../../glb/facts';
import { type Outcome, badInput, succeed } from '../../shared/core/failure';
import { LIMITS } from '../fields/limits';
import { type OperationInput, textOf } from './operation';

/** Empty fields and 0 mean no limit; fails with `badInput` for what is no number. */
export function readLimits(input: OperationInput): Outcome<Budget> {
	const limits: Budget = { ...BUDGET_PRESETS[textOf(input, 'preset') as BudgetPresetName]?.budget };
	for (const name of LIMITS) {
		const text = textOf(input, name);
		if (text === '' || Number(text) === 0) continue;
		const limit = Number(text);
		if (!Number.isFinite(limit) || limit < 0)
			return badInput(`The limit "${text}" is not a number`, 'Enter a number, or leave the field empty.');
		limits[name] = limit;
	}
	return succeed(limits);
}
