/**
 * The option Simplify: a whole output item's JSON in, the part that most workflows use out. What stays keeps its name
 * and place, so that an expression reads the same with the option and without it. Nothing here fails.
 */

/** The fields that stay, where an item has them: whose model, how it ended, what was asked for, what to do about it. */
const KEPT = [
	'task_id',
	'status',
	'reason',
	'model_url',
	'mode',
	'quality',
	'file_name',
	'picture_hint',
	'model_hint',
	'reused',
	'budget',
	'row',
	'next_step',
	'error',
	'hint',
	'may_be_charged',
] as const;

/** Of the model's facts. */
const KEPT_FACTS = ['file_size', 'faces'] as const;

/** A smaller copy. `progress` stays while it says something, and of the bounding box its size. */
export function simplify(json: Record<string, unknown>): Record<string, unknown> {
	const simple = pick(json, KEPT);
	if (json.status !== 'success' && json.progress !== undefined) simple.progress = json.progress;
	if (isRecord(json.model)) {
		simple.model = {
			...pick(json.model, KEPT_FACTS),
			...(isRecord(json.model.bounding_box) ? { bounding_box: pick(json.model.bounding_box, ['size']) } : {}),
		};
	}
	return simple;
}

function pick(from: Record<string, unknown>, names: readonly string[]): Record<string, unknown> {
	return Object.fromEntries(
		names.filter((name) => from[name] !== undefined).map((name) => [name, from[name]]),
	);
}

function isRecord(value: unknown): value is Record<string, unknown> {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
