/** 4 × 4 transforms as glTF stores them: 16 numbers, column by column; translation in elements 12 to 14. */
import type { GltfNode } from './gltf';

/** 16 numbers, column by column. */
export type Matrix = readonly number[];

export const IDENTITY: Matrix = [1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1];

/** `first` applied after `second`: the matrix of the product `first · second`. */
export function multiply(first: Matrix, second: Matrix): Matrix {
	if (second === IDENTITY) return first;
	if (first === IDENTITY) return second;
	const product = new Array<number>(16);
	for (let column = 0; column < 4; column++) {
		for (let row = 0; row < 4; row++) {
			let sum = 0;
			for (let k = 0; k < 4; k++) sum += first[k * 4 + row] * second[column * 4 + k];
			product[column * 4 + row] = sum;
		}
	}
	return product;
}

/** A node's own transform: its matrix, or translation · rotation · scale; identity where the numbers are unusable. */
export function localMatrix(node: GltfNode): Matrix {
	if (isNumbers(node.matrix, 16)) return node.matrix;
	if (!node.translation && !node.rotation && !node.scale) return IDENTITY;
	const [tx, ty, tz] = isNumbers(node.translation, 3) ? node.translation : [0, 0, 0];
	const [x, y, z, w] = isNumbers(node.rotation, 4) ? node.rotation : [0, 0, 0, 1];
	const [sx, sy, sz] = isNumbers(node.scale, 3) ? node.scale : [1, 1, 1];
	return [
		(1 - 2 * (y * y + z * z)) * sx, (2 * (x * y + z * w)) * sx, (2 * (x * z - y * w)) * sx, 0,
		(2 * (x * y - z * w)) * sy, (1 - 2 * (x * x + z * z)) * sy, (2 * (y * z + x * w)) * sy, 0,
		(2 * (x * z + y * w)) * sz, (2 * (y * z - x * w)) * sz, (1 - 2 * (x * x + y * y)) * sz, 0,
		tx, ty, tz, 1,
	]; // prettier-ignore
}

/** Whether a value of the file is a list of exactly so many finite numbers. */
export function isNumbers(value: unknown, length: number): value is number[] {
	return Array.isArray(value) && value.length === length && value.every((entry) => Number.isFinite(entry));
}
