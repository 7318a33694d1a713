/** Numbers per element of an accessor, by its type (glTF 2.0, "Accessor Element Size"). */
export const ACCESSOR_WIDTH: Readonly<Record<string, number>> = {
	SCALAR: 1,
	VEC2: 2,
	VEC3: 3,
	VEC4: 4,
	MAT2: 4,
	MAT3: 9,
	MAT4: 16,
};
