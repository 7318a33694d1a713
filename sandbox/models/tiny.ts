/** A sphere of a few kilobytes, for runs of thousands of jobs; its color follows from the key. */
import { writeGlb } from './glb';
import { meshSolid, sphere } from './solid';
import { loadThree } from './three';

const FACES = 96;

/** @param key a hash in hex digits. */
export async function buildTiny(key: string): Promise<Buffer> {
	const color = [0, 2, 4].map((at) => parseInt(key.slice(at, at + 2), 16) / 255);
	const surfacing = { name: 'Tiny', color: color as [number, number, number] };
	const mesh = meshSolid(await loadThree(), sphere, FACES);
	return Buffer.from(await writeGlb('Tiny', [{ mesh, surfacing }]));
}
