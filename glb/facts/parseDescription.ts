/**
 * The description of a model (its JSON chunk): bytes in, the parsed description out, or a sentence that says what is
 * wrong. It is parsed once per model, in one piece that cannot be interrupted, so what it may hold is bounded before.
 */
import { listOf, type Gltf } from './gltf';
import { MODEL_LIMITS } from './factsLimits';
import { shortText } from './shortText';

/** A failure as data: `reason` is a whole sentence for the user who reads the output. */
export interface Unreadable {
	ok: false;
	reason: string;
	/** The file is not damaged: its description is only more than is read. */
	isTooLarge?: true;
}

/** The parsed description, or the sentence that says what is wrong with it. */
export type DescriptionResult = { ok: true; gltf: Gltf } | Unreadable;

/** The result of what cannot be read: `reason` is a whole sentence for the user. */
export function unreadable(reason: string): Unreadable {
	return { ok: false, reason };
}

/** More than is read of any model, though nothing need be wrong with it. */
export function tooLarge(what: string, count: number, limit: number): Unreadable {
	const [has, most] = [count, limit].map((number) => number.toLocaleString('en-US'));
	return { ok: false, reason: `The model has ${has} ${what}; up to ${most} are read.`, isTooLarge: true };
}

/** Parses the description and checks that it can be walked in a moment. */
export function parseDescription(json: Uint8Array): DescriptionResult {
	const marks = countMarks(json);
	if (marks > MODEL_LIMITS.maxJsonMarks) {
		return tooLarge('values in its description', marks, MODEL_LIMITS.maxJsonMarks);
	}
	let parsed: unknown;
	try {
		parsed = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json));
	} catch {
		return unreadable("The model's description (JSON chunk) is damaged: it is not JSON in UTF-8.");
	}
	if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
		return unreadable("The model's description (JSON chunk) is not an object.");
	}
	const gltf = parsed as Gltf;
	const version: unknown = gltf.asset?.version;
	if (typeof version !== 'string' || !version.startsWith('2.')) {
		const said = shortText(version, 20) ?? 'none';
		return unreadable(`The model's description says glTF version ${said}; only 2.x can be read.`);
	}
	return tooManyParts(gltf) ?? { ok: true, gltf };
}

function tooManyParts(gltf: Gltf): Unreadable | undefined {
	const nodes = listOf(gltf.nodes).length;
	if (nodes > MODEL_LIMITS.maxNodes) return tooLarge('nodes', nodes, MODEL_LIMITS.maxNodes);
	let primitives = 0;
	for (const mesh of listOf(gltf.meshes)) primitives += listOf(mesh?.primitives).length;
	if (primitives <= MODEL_LIMITS.maxPrimitives) return undefined;
	return tooLarge('parts of meshes', primitives, MODEL_LIMITS.maxPrimitives);
}

const [BRACE, BRACKET, COMMA, COLON] = Buffer.from('{[,:');

/** How many values there are at least, and how many lists and objects: what parsing takes its time and memory for. */
function countMarks(json: Uint8Array): number {
	let marks = 0;
	for (let i = 0; i < json.length; i++) {
		const byte = json[i];
		if (byte === COMMA || byte === COLON || byte === BRACE || byte === BRACKET) marks += 1;
	}
	return marks;
}
