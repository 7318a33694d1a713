/** The models that are drawn beside three.js: the sandbox's, made scenes, and a few that an npm package ships. */
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildModel } from '../../sandbox/models/build';
import { materialsScene, structureScene, transparencyScene } from '../glb/scenes';
import {
	generatedScene,
	helmetScene,
	imagesScene,
	mirrorsScene,
	shellsScene,
	windowsScene,
} from '../glb/viewerScenes';
import { cacheFolder } from '../process/cacheFolder';
import { buildBenchModel } from './benchModels';

export interface ComparedModel {
	name: string;
	load: () => Promise<Uint8Array>;
	/** The same as it is meant, which the other renderer is given, where the file says it badly. */
	meant?: () => Promise<Uint8Array>;
}

/** MIT-licensed models of VR controllers as their makers published them: several materials, maps and details each. */
const CONTROLLERS = { package: '@webxr-input-profiles/assets', version: '1.0.20' };
/** Khronos' glTF samples. */
const SAMPLES = join(__dirname, '..', 'glb', 'corpus', 'glb');
const PICTURE = join(__dirname, '..', '..', 'templates', 'pictures', 'coffee-cup.jpg');

export const COMPARED_MODELS: readonly ComparedModel[] = [
	sandbox('a red sports car', 'pro'),
	sandbox('a wooden chair', 'ultra'),
	sandbox('a blue mug', 'fast'),
	sandbox('a green plant', 'standard'),
	{
		name: 'sandbox: a photo, ultra',
		load: () => buildModel({ mode: 'image', picture: readFileSync(PICTURE), quality: 'ultra' }),
	},
	{
		name: 'knot, 60K faces, PBR',
		load: () => buildBenchModel({ name: 'knot', faces: 60_000, textureSide: 2048, format: 'jpeg' }),
	},
	{ name: 'scene: materials', load: async () => materialsScene() },
	{ name: 'scene: transparency', load: transparencyScene },
	{ name: 'scene: structure', load: structureScene },
	{ name: 'scene: five maps, all factors 1', load: helmetScene },
	{ name: 'scene: a generator without metal', load: () => generatedScene(), meant: () => generatedScene(0) },
	{ name: 'scene: glowing shells, a pane', load: async () => shellsScene() },
	{ name: 'scene: nearly opaque windows', load: windowsScene },
	{ name: 'scene: image formats, 8K', load: imagesScene },
	{ name: 'scene: what is mirrored', load: async () => mirrorsScene() },
	sample('BoxTextured'),
	sample('TextureTransformTest'),
	sample('AnimatedMorphCube'),
	sample('SimpleSkin'),
	controller('htc-vive-cosmos', 'left'),
	controller('valve-index', 'left'),
	controller('magicleap-two', 'none'),
	controller('hp-mixed-reality', 'right'),
	controller('samsung-galaxyxr', 'left'),
	controller('oculus-touch', 'left'),
];

function sandbox(prompt: string, quality: 'fast' | 'standard' | 'pro' | 'ultra'): ComparedModel {
	return {
		name: `sandbox: ${prompt}, ${quality}`,
		load: () => buildModel({ mode: 'text', prompt, quality }),
	};
}

function sample(name: string): ComparedModel {
	return { name: `sample: ${name}`, load: async () => readFileSync(join(SAMPLES, `${name}.glb`)) };
}

function controller(profile: string, hand: string): ComparedModel {
	const load = async () =>
		readFileSync(join(await unpackControllers(), 'dist', 'profiles', profile, `${hand}.glb`));
	return { name: `WebXR: ${profile}`, load };
}

/** Downloads the package once, with npm, into the cache. */
export async function unpackControllers(): Promise<string> {
	const { package: name, version } = CONTROLLERS;
	const folder = cacheFolder('models', `${name.replace('/', '-')}-${version}`);
	const unpacked = join(folder, 'package');
	if (existsSync(join(unpacked, 'package.json'))) return unpacked;
	mkdirSync(folder, { recursive: true });
	const run = promisify(execFile);
	const { stdout } = await run('npm', ['pack', '--silent', `${name}@${version}`], { cwd: folder });
	const tarball = join(folder, stdout.trim().split('\n').at(-1) as string);
	await run('tar', ['-xzf', tarball, '-C', folder]);
	rmSync(tarball);
	return unpacked;
}
