/** Reads converted files back with other people's programs: files in, what these see in them out. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Seen {
	faces: number;
	volume: number;
	/** Where textures are looked at, added up over all corners, v from the top. */
	coordinates: [u: number, v: number];
	size: [number, number, number];
	min: [number, number, number];
	materials: Array<{
		name: string;
		color?: number[];
		metalness?: number;
		roughness?: number;
		emissive?: number[];
		opacity: number;
		transparent: boolean;
		alphaTest: number;
		doubleSided: boolean;
		maps: string[];
	}>;
}

export class Bench {
	private readonly folder = mkdtempSync(join(tmpdir(), 'image3d-convert-'));
	private count = 0;

	/** Stores a file; gives its path. */
	store(file: Uint8Array, ending: string): string {
		const path = join(this.folder, `${this.count++}.${ending}`);
		writeFileSync(path, file);
		return path;
	}

	/** What three.js sees in files that end in glb, stl, usdz or obj. */
	three(paths: readonly string[]): Seen[] {
		const reader = join(__dirname, 'threeReader.mjs');
		const answer = execFileSync(process.execPath, [reader, ...paths], {
			encoding: 'utf8',
			stdio: ['ignore', 'pipe', 'inherit'],
		});
		return JSON.parse(answer) as Seen[];
	}

	clear(): void {
		rmSync(this.folder, { recursive: true });
	}
}

/** Whether a program is on this machine: the tests that ask it say so where it is not. */
export function hasProgram(name: string): boolean {
	return spawnSync(name, ['--version']).error === undefined;
}

/** What a program prints. */
export function ask(program: string, ...args: string[]): string {
	const { stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
	return `${stdout}${stderr}`;
}

/** Every difference of two lists of numbers as a part of the largest of them. */
export function expectClose(actual: readonly number[], expected: readonly number[], within = 0.001): void {
	const scale = Math.max(...expected.map(Math.abs));
	actual.forEach((value, i) => expect(Math.abs(value - expected[i]) / scale).toBeLessThan(within));
}
