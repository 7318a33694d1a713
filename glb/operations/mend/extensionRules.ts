/** What two extensions allow for the lists that they hold: KHR_lights_punctual and KHR_materials_variants. */
import { BAD, type Entries, num, nums, object, oneOf, type Rule, text } from './rules';

const light = object({
	color: nums([3], { min: 0, max: 1 }),
	intensity: num({ min: 0 }),
	'type!': oneOf('directional', 'point', 'spot'),
	range: num({ above: 0 }),
	spot: object(
		{
			innerConeAngle: num({ min: 0, below: Math.PI / 2 }),
			outerConeAngle: num({ above: 0, max: Math.PI / 2 }),
		},
		({ innerConeAngle = 0, outerConeAngle = Math.PI / 4 }) =>
			(outerConeAngle as number) > (innerConeAngle as number),
	),
});

const rightLight: Rule = (value, context) => {
	if (light(value, context) === BAD) return BAD;
	const { type, spot } = value as Entries;
	return type === 'spot' && spot === undefined ? BAD : value;
};

/** The lights of a file, which an extension holds; one that gives no light stands for one that cannot. */
export const LIGHTS_RULE = everyOne(rightLight, () => ({ type: 'point', intensity: 0 }));

/** The variants of a file, which an extension holds. */
export const VARIANTS_RULE = everyOne(object({ 'name!': text }), (index) => ({
	name: `Variant ${index + 1}`,
}));

/** A list whose elements are named by their places: something stands in for a bad one. */
function everyOne(rule: Rule, standIn: (index: number) => Entries): Rule {
	return (value, context) => {
		if (!Array.isArray(value) || value.length === 0) return BAD;
		value.forEach((each, index) => {
			if (rule(each, context) !== BAD) return;
			value[index] = standIn(index);
			context.repairs.note('description');
		});
		return value;
	};
}
