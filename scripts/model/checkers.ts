/**
 * Reads what an operation wrote with a program that is not ours: the file and the call in, the program's name out, or what
 * it said instead. Needs admesh, assimp, unzip and Chromium on the PATH.
 */
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { validateBytes } from 'gltf-validator';
import sharp from 'sharp';
import { withModelPage } from '../../harness/preview/modelPage';

const READER = join(__dirname, '../../harness/glb/conversions/threeReader.mjs');
/** What a program may print, bytes. */
const MAX_OUTPUT = 64 * 1024 * 1024;
const run = promisify(execFile);

/** `call` is the operation's function, `options` what it was called with. */
export async function checkOutput(file: string, call: string, options: object): Promise<string> {
	try {
		if ('format' in options) return await checkConverted(file, String(options.format));
		if (call === 'renderPreview') return await checkPicture(file);
		return call === 'buildPage' ? await checkPage(file) : await checkModel(file);
	} catch {
		return 'not read back';
	}
}

async function checkModel(file: string): Promise<string> {
	const { issues } = await validateBytes(new Uint8Array(readFileSync(file)));
	return issues.numErrors === 0 ? 'Khronos validator' : `${issues.numErrors} errors`;
}

/** A picture in which something is to be seen. */
async function checkPicture(file: string): Promise<string> {
	const { entropy } = await sharp(file).stats();
	return entropy > 0 ? 'libvips' : 'empty';
}

/** A page whose viewer has loaded the model and shows it. */
async function checkPage(file: string): Promise<string> {
	const page = `${file}.html`;
	writeFileSync(page, readFileSync(file));
	return await withModelPage(pathToFileURL(page).href, async () => 'Chromium');
}

async function checkConverted(file: string, format: string): Promise<string> {
	const path = `${file}.${format}`;
	writeFileSync(path, readFileSync(file));
	if (format === 'stl') {
		const { stdout } = await run('admesh', [path], { maxBuffer: MAX_OUTPUT });
		return stdout.includes('Number of facets') ? 'admesh' : 'not read by admesh';
	}
	if (format === 'usdz') {
		const { stdout } = await run(process.execPath, [READER, path], { maxBuffer: MAX_OUTPUT });
		return (JSON.parse(stdout) as Array<{ faces: number }>)[0].faces > 0
			? 'three.js'
			: 'not read by three.js';
	}
	const { stdout } = await run('assimp', ['info', await readable(path, format)], { maxBuffer: MAX_OUTPUT });
	return /Meshes:\s+[1-9]/.test(stdout) ? 'assimp' : 'not read by assimp';
}

/** OBJ comes in a zip, with its materials. */
async function readable(path: string, format: string): Promise<string> {
	if (format !== 'obj') return path;
	const folder = `${path}-parts`;
	rmSync(folder, { recursive: true, force: true });
	mkdirSync(folder);
	await run('unzip', ['-q', path, '-d', folder]);
	const [object] = readdirSync(folder).filter((name) => name.endsWith('.obj'));
	return join(folder, object);
}
