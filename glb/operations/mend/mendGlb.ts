/**
 * A GLB put right: a file and its description in; the same bytes out where the format allows all of them, else a new file
 * that viewers and the Khronos validator take, with a sentence for each kind of repair. What shows less than the file did is
 * said; a file whose shape cannot be read is refused. Numbers that are wrong are stored anew behind the file's own data.
 */
import type { GlbDescription, Unreadable } from '../../facts/glbHead';
import { parseGlbHeader } from '../../facts/glbHead';
import { CALLED_OFF, type TimeSlicer, WorkStopped } from '../../timeSlicer';
import { binaryChunk, joinGlb } from '../container';
import { mendAnimations } from './animations';
import { readChunks } from './chunks';
import { Description } from './description';
import { mendImages } from './mendImages';
import { mendMeshes } from './mesh';
import { mendDrawn, mendTree } from './nodes';
import { mendNumbers } from './numbers';
import { checkPlaces } from './checkPlaces';
import type { Workshop } from './primitive';
import { Repairs, Unmendable } from './repairs';
import { dropBrokenSkins, mendSkins } from './skins';
import { Storage } from './storage';
import { Uses } from './uses';

/** The file and its description, which is the one that was given, changed in place; or why it cannot be put right. */
export type MendResult = Mended | Unreadable;

/** A file as the format allows it. */
export interface Mended {
	ok: true;
	/** The bytes that were given where nothing was wrong. */
	glb: Uint8Array;
	description: GlbDescription;
	/** A sentence for each kind of repair. */
	changes: string[];
	/** A sentence where something is wrong that cannot be repaired. */
	left: string[];
	/** The same for somebody who wants to know what is wrong with the file: a sentence each. */
	findings: string[];
}

const TOO_SLOW = 'Looking for damage in the model takes too long.';
/** Of what nobody thought of. */
const DAMAGED = 'The model file is damaged.';

/**
 * Never rejects for what the file holds; where the slicer's time is over, that is the reason.
 */
export async function mendGlb(
	glb: Uint8Array,
	{ gltf, header }: GlbDescription,
	slicer: TimeSlicer,
): Promise<MendResult> {
	const { binary, areInOrder, others } = readChunks(glb, header);
	const repairs = new Repairs();
	if (!areInOrder) repairs.note('container');
	const storage = new Storage(gltf, binary);
	const description = new Description(gltf, repairs);
	try {
		await mend({ description, storage, uses: new Uses(description, storage), slicer, mended: new Map() });
	} catch (error) {
		if (error instanceof WorkStopped)
			return { ok: false, reason: error.cause === 'aborted' ? CALLED_OFF : TOO_SLOW };
		return {
			ok: false,
			reason: error instanceof Unmendable ? `The model file is damaged: ${error.message}.` : DAMAGED,
		};
	}
	const { sentences: changes, left, findings } = repairs;
	const said = { changes, left, findings };
	if (!repairs.areMade) return { ok: true, glb, description: { gltf, header }, ...said };
	const data = storage.finish();
	const chunks = [...(data ? [binaryChunk(data)] : []), others];
	const written = joinGlb(gltf, joined(chunks));
	const described = parseGlbHeader(written);
	if (!described.ok) return described;
	return { ok: true, glb: written, description: { gltf, header: described }, ...said };
}

async function mend(shop: Workshop): Promise<void> {
	const { description, storage, slicer } = shop;
	description.clean();
	await slicer.pause();
	checkPlaces(description, storage);
	await slicer.pause();
	dropBrokenSkins(shop);
	await mendMeshes(shop);
	const forest = mendTree(shop);
	await mendDrawn(shop);
	await mendSkins(forest, shop);
	await mendAnimations(shop);
	await mendImages(shop);
	await mendNumbers(shop);
	description.finish();
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
	const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
	let at = 0;
	for (const part of parts) {
		bytes.set(part, at);
		at += part.length;
	}
	return bytes;
}
