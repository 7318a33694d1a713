/** Sets off bombs in processes of their own, with as little memory as a small n8n has: a model in, what it took out. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build, type Plugin } from 'esbuild';
import type { Measured } from './explode';

const run = promisify(execFile);
const HEAP_MB = 512;
/** For a process that hangs after all. */
const TIMEOUT_MS = 60_000;

/** Leaves out what a library asks for in parts of it that are not used here, as the build does. */
const withoutUnusedModules: Plugin = {
	name: 'without-unused-modules',
	setup({ onResolve, onLoad }) {
		onResolve({ filter: /^(node:|ndarray)/ }, ({ path, importer }) =>
			importer.includes('@gltf-transform') ? { path, namespace: 'unused' } : undefined,
		);
		onLoad({ filter: /.*/, namespace: 'unused' }, () => ({ contents: 'module.exports = {};' }));
	},
};

export class BombSite {
	private readonly folder = mkdtempSync(join(tmpdir(), 'image3d-bombs-'));
	private readonly script = join(this.folder, 'explode.cjs');

	/** @param source what is run in the processes, beside this file */
	constructor(private readonly source = 'explode.ts') {}

	/** Builds what the processes run. */
	async prepare(): Promise<void> {
		const entryPoints = [join(__dirname, this.source)];
		await build({
			entryPoints,
			outfile: this.script,
			bundle: true,
			platform: 'node',
			format: 'cjs',
			mainFields: ['module', 'main'],
			conditions: ['import'],
			plugins: [withoutUnusedModules],
		});
	}

	/**
	 * Sets off models one after another in one process.
	 *
	 * @param maxWorkMs most work for each picture
	 */
	async measure<T = Measured>(glbs: readonly Uint8Array[], maxWorkMs: number): Promise<T[]> {
		const paths = glbs.map((glb, index) => {
			const path = join(this.folder, `${index}.glb`);
			writeFileSync(path, glb);
			return path;
		});
		const { stdout } = await run(
			process.execPath,
			[`--max-old-space-size=${HEAP_MB}`, this.script, String(maxWorkMs), ...paths],
			{ timeout: TIMEOUT_MS },
		);
		return JSON.parse(stdout) as T[];
	}

	clear(): void {
		rmSync(this.folder, { recursive: true });
	}
}
