/**
 * `npx tsx scripts/bench-models.ts [more models…]`: runs the operations of Image3D Model as published, one process per case, and
 * writes what they took and which checker passed into `docs/models.md`. Real models are those of the tests' corpus and of
 * packages that are installed; more may be named.
 */
import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus, tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { build, type BuildOptions } from 'esbuild';
import { validateBytes } from 'gltf-validator';
import { buildBenchModel, type BenchModel } from '../harness/preview/benchModels';
import { replaceSection, table } from '../harness/preview/document';

const ROOT = join(__dirname, '..');
const PAGE = join(ROOT, 'docs', 'models.md');
const MEASURE = join(__dirname, 'model', 'measure.cjs');
const CORPUS = ['BoxTextured', 'SimpleSkin', 'AnimatedMorphCube', 'TextureTransformTest'];
const TIMEOUT_MS = 300_000;
const run = promisify(execFile);

const TIERS: readonly BenchModel[] = [
	{ name: '15K faces, no texture', faces: 15_000, textureSide: 0, format: 'jpeg' },
	{ name: '60K faces, three 2K PNG', faces: 60_000, textureSide: 2048, format: 'png' },
	{ name: '100K faces, no texture', faces: 100_000, textureSide: 0, format: 'jpeg' },
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
		name: 'Fit: AR Quick Look, a quarter at most 100K',
		call: 'fitModel',
		options: { limits: { maxFaces: 100_000, maxTextureSide: 2048 } },
	},
	{
		name: 'Resize',
		call: 'resizeModel',
		options: { dimension: 'height', lengthM: 0.82, pivot: 'bottomCenter' },
	},
	{ name: 'Picture, 1024 px', call: 'renderPreview', options: { size: 1024, maxWorkMs: 60_000 } },
	{ name: 'Picture, 2048 px', call: 'renderPreview', options: { size: 2048, maxWorkMs: 60_000 } },
	{ name: 'Page', call: 'buildPage', options: {} },
] as const;

interface Measured {
	ok: boolean;
	reason?: string;
	bytes?: number;
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
				const row = report(model, name, JSON.parse(stdout) as Measured, await check(output, call));
				process.stdout.write(`${row.join(' · ')}\n`);
				rows.push(row);
			}
		}
		const head = ['Model', 'In', 'Operation', 'Out', 'CPU time', 'Longest stretch', 'Memory', 'Checked by'];
		const [cpu] = cpus();
		const machine = `${cpu.model.trim()}, ${cpus().length} cores, Node.js ${process.version}`;
		const note = `Measured on ${machine}, one process per row. Times are the processor's, because the machine did other work, too.`;
		replaceSection(PAGE, 'operations', `${note}\n\n${table(head, rows)}`);
	} finally {
		rmSync(folder, { recursive: true });
	}
}

async function models(folder: string): Promise<Case[]> {
	const cases: Case[] = [];
	for (const [index, tier] of TIERS.entries()) {
		const path = join(folder, `${index}.glb`);
		writeFileSync(path, await buildBenchModel(tier));
		cases.push({ name: tier.name, path });
	}
	for (const name of CORPUS) cases.push({ name, path: join(ROOT, 'harness/glb/corpus/glb', `${name}.glb`) });
	for (const path of process.argv.slice(2)) cases.push({ name: basename(path, '.glb'), path });
	const whole = readFileSync(cases[0].path);
	const damaged: Array<[string, Buffer]> = [
		['cut short', whole.subarray(0, whole.length / 2)],
		['index of a corner that is not there', withBytes(whole, whole.length - 64)],
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

async function check(output: string, call: string): Promise<string> {
	if (!existsSync(output)) return '';
	if (call === 'renderPreview' || call === 'buildPage') return 'tests';
	const { issues } = await validateBytes(new Uint8Array(readFileSync(output)));
	return issues.numErrors === 0 ? 'Khronos validator' : `${issues.numErrors} errors`;
}

function report({ name, path }: Case, operation: string, measured: Measured, checker: string): string[] {
	const { ok, reason, bytes, cpuMs, longestMs, memoryBytes } = measured;
	const result = ok ? megabytes(bytes ?? 0) : (reason ?? '').split('. ')[0];
	const costs = [milliseconds(cpuMs), milliseconds(longestMs), megabytes(memoryBytes)];
	return [name, megabytes(statSync(path).size), operation, result, ...costs, checker];
}

const milliseconds = (value: number) => `${Math.round(value).toLocaleString('en-US')} ms`;
const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(bytes < 1e7 ? 2 : 0)} MB`;

void main();
