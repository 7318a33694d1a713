/**
 * What a rewritten model no longer has: the description before and after in, a sentence for each kind of thing out. What
 * nothing shows is dropped on purpose; an extension that is not known here cannot be written again.
 */
import { type Gltf, listOf } from '../../facts/gltf';
import { shortNames } from '../../facts/shortText';

const KINDS = ['nodes', 'meshes', 'materials', 'skins', 'animations', 'cameras'] as const;

/** Ways to store geometry: another one loses nothing. */
const STORAGE: ReadonlySet<unknown> = new Set([
	'EXT_meshopt_compression',
	'KHR_meshopt_compression',
	'KHR_mesh_quantization',
]);

/** Most names in a sentence. */
const MAX_NAMES = 5;

/** A sentence for each kind of part that the description before had by name and the one after has not. */
export function* findLostParts(before: Gltf, after: Gltf): Generator<string> {
	for (const kind of KINDS) {
		const [had, has] = [namesOf(before, kind), namesOf(after, kind)];
		const lost = [...had].filter((name) => !has.has(name));
		if (lost.length > 0) yield `Removed, because nothing shows them: ${kind} ${quoted(lost)}.`;
	}
	const kept = new Set(listOf(after.extensionsUsed));
	const unknown = listOf(before.extensionsUsed).filter((name) => !kept.has(name) && !STORAGE.has(name));
	if (unknown.length > 0) yield `Left out: the extensions ${quoted(unknown)}.`;
}

function namesOf(gltf: Gltf, kind: (typeof KINDS)[number]): Set<unknown> {
	const list = listOf((gltf as Partial<Record<string, Array<{ name?: unknown }>>>)[kind]);
	return new Set(list.map((each) => each?.name).filter((name) => typeof name === 'string' && name !== ''));
}

function quoted(names: readonly unknown[]): string {
	const shown = shortNames(names, MAX_NAMES).map((name) => `"${name}"`);
	return shown.join(', ') + (names.length > shown.length ? ` and ${names.length - shown.length} more` : '');
}
