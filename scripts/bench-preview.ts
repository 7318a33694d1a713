/** `npx tsx scripts/bench-preview.ts`: times the pictures as published, one process per model, into `docs/preview.md`. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { BENCH_MODELS, buildBenchModel, type BenchModel } from '../harness/preview/benchModels';
import { bundlePreview } from '../harness/preview/bundle';
import { replaceSection, table } from '../harness/preview/docSection';

const PAGE = join(__dirname, '..', 'docs', 'preview.md');
const MEASURE = join(__dirname, '..', 'harness', 'preview', 'measurePreview.cjs');
const RUNS = 5;
const TURNTABLE_MODEL = '60K faces, 2K JPEG textures';
const run = promisify(execFile);

interface Measured {
	elapsedMs: number[];
	stretchesMs: number[];
	memoryBytes: number;
	bytes: number;
}

async function main(): Promise<void> {
	const folder = mkdtempSync(join(tmpdir(), 'image3d-bench-'));
	try {
		const bundle = await bundlePreview(folder);
		const measure = async (model: string, name: string, runs: number): Promise<Measured> => {
			const { stdout } = await run(process.execPath, [MEASURE, bundle, model, name, String(runs)]);
			return JSON.parse(stdout) as Measured;
		};
		const rows: string[][] = [];
		for (const model of BENCH_MODELS) {
			const path = join(folder, 'model.glb');
			const glb = await buildBenchModel(model);
			writeFileSync(path, glb);
			rows.push(report(model.name, glb.length, await measure(path, 'renderPreview', RUNS)));
			if (model.name !== TURNTABLE_MODEL) continue;
			rows.push(
				report('the same, 36 frames of a turntable', glb.length, await measure(path, 'renderTurntable', 2)),
			);
		}
		const head = ['Model', 'File', 'First', 'Median', 'Longest stretch', 'Memory', 'Picture'];
		const [cpu] = cpus();
		const machine = `${cpu.model.trim()}, ${cpus().length} cores, Node.js ${process.version}`;
		const note = `Measured on ${machine}: ${RUNS} pictures per model in a process of its own. Times are CPU times, because the machine was doing other work too.`;
		replaceSection(PAGE, 'times', `${note}\n\n${table(head, rows)}`);
	} finally {
		rmSync(folder, { recursive: true });
	}
}

function report(name: BenchModel['name'], size: number, measured: Measured): string[] {
	const [first, ...later] = measured.elapsedMs;
	const median = [...later].sort((a, b) => a - b)[Math.floor(later.length / 2)];
	const longest = Math.max(...measured.stretchesMs);
	const row = [
		name,
		megabytes(size),
		milliseconds(first),
		milliseconds(median),
		milliseconds(longest),
		megabytes(measured.memoryBytes),
		`${Math.round(measured.bytes / 1000)} KB`,
	];
	process.stdout.write(`${row.join('  ')}\n`);
	return row;
}

const milliseconds = (value: number) => `${Math.round(value).toLocaleString('en-US')} ms`;
const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;

void main();
