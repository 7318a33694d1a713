/** The list of a part's corners put right: a list in, one that names corners that exist out, or nothing for a right one. */
import type { TimeSlicer } from '../../timeSlicer';
import type { Numbers } from './storage';

/** What the list is held against. */
export interface CornersNamed {
	vertexCount: number;
	/** How corners make faces (glTF 2.0, `mesh.primitive.mode`). */
	mode: number;
	/** Vertices that no face may have. */
	lost?: ReadonlySet<number>;
}

const TRIANGLES = 4;
/** The largest number of a list ends a strip in WebGL, and is no corner. */
const RESTART: Readonly<Record<number, number>> = { 1: 255, 2: 65_535, 4: 2 ** 32 - 1 };

/** Faces with a corner that does not exist are left out; in strips and lines, it is the one before. */
export async function mendFaces(
	corners: Numbers,
	{ vertexCount, mode, lost }: CornersNamed,
	slicer: TimeSlicer,
): Promise<Numbers | undefined> {
	const restart = RESTART[corners.BYTES_PER_ELEMENT];
	const last = Math.min(vertexCount, restart) - 1;
	const isRight = (corner: number) => corner <= last && !lost?.has(corner);
	let isMended = lost !== undefined;
	await slicer.inBatches(corners.length, 65_536, (from, to) => {
		for (let i = from; i < to && !isMended; i++) if (corners[i] > last) isMended = true;
	});
	if (!isMended) return undefined;
	// A short list of all 65,536 corners would need its largest number; as a long list it is right.
	if (
		restart < vertexCount &&
		corners.BYTES_PER_ELEMENT < 4 &&
		corners.every((corner) => corner < vertexCount) &&
		!lost
	)
		return Uint32Array.from(corners);
	const kept: number[] = [];
	let before = corners.find(isRight);
	if (mode === TRIANGLES) {
		for (let i = 0; i + 3 <= corners.length; i += 3)
			if (isRight(corners[i]) && isRight(corners[i + 1]) && isRight(corners[i + 2]))
				kept.push(corners[i], corners[i + 1], corners[i + 2]);
	} else {
		for (const corner of before === undefined ? [] : corners)
			kept.push((before = isRight(corner) ? corner : before!));
	}
	const Kind = corners.constructor as Uint32ArrayConstructor;
	return Kind.from(kept);
}
