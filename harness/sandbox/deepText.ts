/** All text that is anywhere inside a value, so that a test can say what is not in it. */

/**
 * Every string that can be reached through own properties, enumerable or not, of plain data, errors with their causes,
 * maps and sets. Buffers are read as text.
 */
export function deepText(value: unknown): string {
	const texts: string[] = [];
	const seen = new Set<object>();
	const visit = (part: unknown): void => {
		if (typeof part === 'string') texts.push(part);
		if (typeof part !== 'object' || part === null || seen.has(part)) return;
		seen.add(part);
		if (Buffer.isBuffer(part)) return void texts.push(part.toString('latin1'));
		if (part instanceof Map || part instanceof Set) for (const entry of part.entries()) visit(entry);
		for (const key of Reflect.ownKeys(part)) {
			if (typeof key === 'string') texts.push(key);
			visit(Object.getOwnPropertyDescriptor(part, key)?.value);
		}
	};
	visit(value);
	return texts.join('\n');
}
