/**
 * Rules for values of a description: each takes a value of the file and gives back the value as it may stand, or `BAD` where
 * nothing may. Objects are put right in place; a property that is bad is dropped, and with it the object that needs it.
 */
import type { Repairs } from './repairs';

/** What a rule gives back for a value that cannot stand. */
export const BAD = Symbol('bad');

/** What rules know of the file. */
export interface RuleContext {
	repairs: Repairs;
	/** How many elements a list of the file has. */
	lengthOf(list: string): number;
	/** The elements of a list of the file, good and bad. */
	list(name: string): readonly Entries[];
	/** Elements that came out bad: nothing may refer to them. */
	isLost(list: string, index: number): boolean;
	/** Names of extensions that were met. */
	extensions: Set<string>;
}

/** A value in, the value as it may stand or `BAD` out. */
export type Rule = (value: unknown, context: RuleContext) => unknown;

/** An object of the file. */
export type Entries = Record<string, unknown>;

/** Whether a value is an object and no list. */
export function isObject(value: unknown): value is Entries {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A whole number within bounds. */
export function int(min: number, max = Number.MAX_SAFE_INTEGER, multiple = 1): Rule {
	return (value) =>
		Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max && (value as number) % multiple === 0 ? value : BAD; // prettier-ignore
}

/** One of some values. */
export function oneOf(...values: ReadonlyArray<string | number>): Rule {
	return (value) => (values.includes(value as string) ? value : BAD);
}

/** A finite number, brought within bounds; one that must be above a bound and is not is bad. */
export function num({ min = -Infinity, max = Infinity, above = -Infinity, below = Infinity } = {}): Rule {
	return (value, { repairs }) => {
		if (!Number.isFinite(value) || (value as number) <= above || (value as number) >= below) return BAD;
		const right = Math.min(max, Math.max(min, value as number));
		if (right !== value) repairs.note('description');
		return right;
	};
}

/** A list of numbers, each as `num` has it. */
export function nums(lengths: readonly number[] | undefined, bounds: Parameters<typeof num>[0] = {}): Rule {
	const each = num(bounds);
	return (value, context) => {
		if (!Array.isArray(value) || value.length === 0) return BAD;
		if (lengths && !lengths.includes(value.length)) return BAD;
		for (let i = 0; i < value.length; i++) {
			const right = each(value[i], context);
			if (right === BAD) return BAD;
			value[i] = right;
		}
		return value;
	};
}

/** True or false. */
export const bool: Rule = (value) => (typeof value === 'boolean' ? value : BAD);
/** A text. */
export const text: Rule = (value) => (typeof value === 'string' ? value : BAD);

/** An index of an element that exists. */
export function ref(list: string): Rule {
	return (value, context) => {
		const isThere =
			Number.isSafeInteger(value) &&
			(value as number) >= 0 &&
			(value as number) < context.lengthOf(list) &&
			!context.isLost(list, value as number);
		if (!isThere) context.repairs.note('references');
		return isThere ? value : BAD;
	};
}

/** A list of different elements that each keep a rule; those that do not are left out, and an empty list is bad. */
export function listOfDifferent(rule: Rule): Rule {
	return (value, context) => {
		if (!Array.isArray(value)) return BAD;
		const kept = [...new Set(value.map((each) => rule(each, context)))].filter((each) => each !== BAD);
		if (kept.length === value.length) return value.length === 0 ? BAD : value;
		context.repairs.note('description');
		return kept.length === 0 ? BAD : kept;
	};
}

/** A list of objects; bad ones are left out, and an empty list is bad. */
export function objects(rule: Rule): Rule {
	return (value, context) => {
		if (!Array.isArray(value)) return BAD;
		const kept = value.filter((each) => rule(each, context) !== BAD);
		if (kept.length < value.length) context.repairs.note('description');
		return kept.length === 0 ? BAD : kept.length === value.length ? value : kept;
	};
}

/** Names with an index each; those that name nothing are left out, and an empty object is bad. */
export function indexes(list: string): Rule {
	const each = ref(list);
	return (value, context) => {
		if (!isObject(value)) return BAD;
		for (const name of Object.keys(value)) {
			if (each(value[name], context) !== BAD) continue;
			delete value[name];
			context.repairs.note('references');
		}
		return Object.keys(value).length === 0 ? BAD : value;
	};
}

/** Rules by the name of the property; a name that ends in `!` has to be there. */
export type Shape = Readonly<Record<string, Rule>>;

/** An object; properties without a rule stay as they are. `check` sees it when its properties are right. */
export function object(
	shape: Shape,
	check: (entries: Entries, context: RuleContext) => boolean = () => true,
): Rule {
	let rules: Array<[string, Rule]> | undefined;
	return (value, context) => {
		if (!isObject(value)) return BAD;
		rules ??= Object.entries({ name: text, extensions, ...shape });
		for (const [key, rule] of rules) {
			const name = key.replace('!', '');
			if (Object.hasOwn(value, name)) {
				const right = rule(value[name], context);
				if (right !== BAD) {
					value[name] = right;
					continue;
				}
				context.repairs.note('description');
				delete value[name];
			}
			if (key.endsWith('!')) return BAD;
		}
		return check(value, context) ? value : BAD;
	};
}

/** Extensions that have one place each; anywhere else they are an error. Others are not known here and may be anywhere. */
const PLACED =
	/^(EXT_texture_webp|KHR_animation_pointer|KHR_lights_punctual|KHR_materials_\w+|KHR_mesh_quantization|KHR_texture_transform)$/;

/** What an object may carry: an object for each extension, those that have a place where `shape` names them. */
export function withExtensions(shape: Shape): Rule {
	return (value, context) => {
		if (!isObject(value)) return BAD;
		for (const [name, content] of Object.entries(value)) {
			const rule = shape[name];
			const isRight = rule ? rule(content, context) !== BAD : isObject(content) && !PLACED.test(name);
			if (isRight) context.extensions.add(name);
			else {
				delete value[name];
				context.repairs.note('description');
			}
		}
		return value;
	};
}

/** What an object carries that no extension with a place is for. */
const extensions = withExtensions({});

/** As `rule`, for objects that are worth nothing without some of the properties that they came with. */
export function keeps(rule: Rule, names: readonly string[]): Rule {
	return (value, context) => {
		const had = isObject(value) ? names.filter((name) => value[name] !== undefined) : [];
		if (rule(value, context) === BAD) return BAD;
		return had.every((name) => (value as Entries)[name] !== undefined) ? value : BAD;
	};
}
