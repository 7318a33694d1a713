/**
 * `npx tsx scripts/bench-models.ts [more models…]`: runs the operations of Image3D Model as published, one process per case, and
 * writes what they took and which checker passed into `docs/models.md`. Real models are Khronos' samples and those of an npm
 * package; more may be named. Every file that comes out is read by a program that is not ours.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { build, type BuildOptions } from 'esbuild';
import { buildBenchModel, type BenchModel } from '../harness/preview/benchModels';
import { unpackControllers } from '../harness/preview/comparedModels';
import { replaceSection, table } from '../harness/preview/docSection';
import { ModelWorker } from '../sandbox/models/modelWorker';
import { checkOutput } from './model/checkers';

const ROOT = join(__dirname, '..');
const PAGE = join(ROOT, 'docs', 'models.md');
const MEASURE = join(__dirname, 'model', 'measureOperation.cjs');
const CORPUS = ['BoxTextured', 'SimpleSkin', 'AnimatedMorphCube', 'TextureTransformTest'];
const CONTROLLERS = ['htc-vive-cosmos', 'valve-index', 'magicleap-two', 'hp-mixed-reality', 'samsung-galaxyxr', 'oculus-touch']; // prettier-ignore
const QUALITIES = ['fast', 'standard', 'pro', 'ultra'] as const;
const TIMEOUT_MS = 300_000;
const run = promisify(execFile);

/** Textures are what a fit has most work with, and the sandbox's have few. */
const TIERS: readonly BenchModel[] = [
	{ name: '60K faces, three 2K PNG', faces: 60_000, textureSide: 2048, format: 'png' },
	{ name: '1M faces, three 4K JPEG', faces: 1_000_000, textureSide: 4096, format: 'jpeg' },
];

/** Which call each row of the table makes. */
const OPERATIONS = [
	{
		name: 'Fit: Shopify, 4 MB',
		call: 'fitModel',
		options: { limits: { maxFileSizeMb: 4, maxTextureSide: 2048 } },
	},
	{
		name: 'Fit: 100K faces, 2048 px',
		call: 'fitModel',
		options: { limits: { maxFaces: 100_000, maxTextureSide: 2048 } },
	},
	{
		name: 'Resize',
		call: 'resizeModel',
		options: { dimension: 'height', lengthM: 0.82, pivot: 'bottomCenter' },
	},
	{ name: 'Picture, 1024 px', call: 'renderPreview', options: { size: 1024, maxWorkMs: 60_000 } },
	{ name: 'Page', call: 'buildPage', options: {} },
	{ name: 'Inspect, for printing', call: 'inspectModel', options: { forPrinting: true } },
	...(['usdz', 'stl', '3mf', 'obj'] as const).map((format) => ({
		name: `Convert: ${format.toUpperCase()}`,
		call: 'convertModel' as const,
		options: { format },
	})),
] as const;

interface Measured {
	ok: boolean;
	reason?: string;
	bytes?: number;
	/** Of an inspection, which makes no file. */
	findings?: number;
	elapsedMs: number;
	cpuMs: number;
	longestMs: number;
	memoryBytes: number;
}

interface Case {
	name: string;
	path: string;
}

async function main(): Promise<void> {
	const folder = mkdtempSync(join(tmpdir(), 'image3d-models-'));
	try {
		const { bundles } = createRequire(__filename)('../gulpfile.js') as {
			bundles: Record<string, BuildOptions>;
		};
		for (const door of ['preview', 'operations'])
			await build({ ...bundles[`glb/${door}`], outfile: join(folder, `${door}.cjs`) });
		const rows: string[][] = [];
		for (const model of await models(folder)) {
			for (const { name, call, options } of OPERATIONS) {
				const output = join(folder, 'output');
				rmSync(output, { force: true });
				const args = [MEASURE, folder, model.path, call, JSON.stringify(options), output];
				const { stdout } = await run(process.execPath, args, { timeout: TIMEOUT_MS });
				const checker = existsSync(output) ? await checkOutput(output, call, options) : '';
				const row = report(model, name, JSON.parse(stdout) as Measured, checker);
				process.stdout.write(`${row.join(' · ')}\n`);
				rows.push(row);
			}
		}
		const head = ['Model', 'In', 'Operation', 'Out', 'CPU time', 'Longest stretch', 'Memory', 'Checked by'];
		const [cpu] = cpus();
		const machine = `${cpu.model.trim()}, ${cpus().length} cores, Node.js ${process.version}`;
		const note = `Measured on ${machine}, one process per row. Times are CPU times, because the machine was doing other work too.`;
		replaceSection(PAGE, 'operations', `${note}\n\n${table(head, rows)}`);
	} finally {
		rmSync(folder, { recursive: true });
	}
}

async function models(folder: string): Promise<Case[]> {
	const cases: Case[] = [];
	const worker = new ModelWorker();
	for (const quality of QUALITIES) {
		const path = join(folder, `${quality}.glb`);
		writeFileSync(path, await worker.build({ mode: 'text', prompt: 'a red sports car', quality }));
		cases.push({ name: `Sandbox: ${quality}`, path });
	}
	await worker.close();
	for (const [index, tier] of TIERS.entries()) {
		const path = join(folder, `${index}.glb`);
		writeFileSync(path, await buildBenchModel(tier));
		cases.push({ name: tier.name, path });
	}
	for (const name of CORPUS) cases.push({ name, path: join(ROOT, 'harness/glb/corpus/glb', `${name}.glb`) });
	const profiles = join(await unpackControllers(), 'dist', 'profiles');
	for (const profile of CONTROLLERS) {
		const file = ['left', 'none'].map((hand) => join(profiles, profile, `${hand}.glb`)).find(existsSync);
		if (file) cases.push({ name: `WebXR: ${profile}`, path: file });
	}
	for (const path of process.argv.slice(2)) cases.push({ name: basename(path, '.glb'), path });
	const whole = readFileSync(cases[0].path);
	const damaged: Array<[string, Buffer]> = [
		['cut short', whole.subarray(0, whole.length / 2)],
		['index of a vertex that does not exist', withBytes(whole, whole.length - 64)],
		['a web page', Buffer.from('<!doctype html><title>Expired</title>')],
	];
	for (const [name, bytes] of damaged) {
		const path = join(folder, `${name}.glb`);
		writeFileSync(path, bytes);
		cases.push({ name: `Damaged: ${name}`, path });
	}
	return cases;
}

function withBytes(file: Buffer, at: number): Buffer {
	const changed = Buffer.from(file);
	changed.fill(0xff, at);
	return changed;
}

function report({ name, path }: Case, operation: string, measured: Measured, checker: string): string[] {
	const { ok, reason, bytes, findings, cpuMs, longestMs, memoryBytes } = measured;
	const result = ok
		? findings !== undefined
			? `${findings} ${findings === 1 ? 'finding' : 'findings'}`
			: megabytes(bytes ?? 0)
		: (reason ?? '').split('. ')[0];
	const costs = [milliseconds(cpuMs), milliseconds(longestMs), megabytes(memoryBytes)];
	return [name, megabytes(statSync(path).size), operation, result, ...costs, checker];
}

const milliseconds = (value: number) => `${Math.round(value).toLocaleString('en-US')} ms`;
const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(bytes < 1e7 ? 2 : 0)} MB`;

void main();
