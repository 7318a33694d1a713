/** How large the pack is and how quickly n8n has loaded it, beside published community packs: each in fresh processes. */
import { execFileSync } from 'node:child_process';
import {
	cpSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	rmSync,
	statSync,
	symlinkSync,
	writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { runNpm } from '../../harness/process/runNpm';
import { packPackage } from '../../harness/start/packPackage';

const ROOT = path.resolve(__dirname, '../..');
/** Small, much used, and with nothing but n8n-workflow beside them. */
const OTHERS = [
	'n8n-nodes-transcript-lol@0.3.3',
	'n8n-nodes-htmlcsstoimage@0.3.1',
	'n8n-nodes-upload-post@0.1.32',
];
/** Whatever else the machine does makes a load longer, never shorter: the least of so many runs is the pack's. */
const RUNS = 7;

export interface LoadingRow {
	what: string;
	/** Nodes and credentials. */
	types: number;
	tarballKb: number;
	loadMs: number;
	/** `n8n-workflow` in the same processes, before anything of the pack. */
	workflowMs: number;
	/** What loading the pack adds to the heap, after collecting garbage. */
	heapMb: number;
}

interface Loaded {
	types: number;
	workflowMs: number;
	loadMs: number;
	heapMb: number;
}

/** Makes one of every type, as n8n does when it starts; runs beside the unpacked package. */
const LOAD = `
	const start = process.hrtime.bigint();
	require('n8n-workflow');
	const loaded = process.hrtime.bigint();
	gc();
	const heap = process.memoryUsage().heapUsed;
	const begin = process.hrtime.bigint();
	const { n8n } = require('./package.json');
	const files = [...(n8n.nodes ?? []), ...(n8n.credentials ?? [])];
	const made = files.map((file) => {
		const exported = require('./' + file);
		return new exported[file.split('/').at(-1).split('.')[0]]();
	});
	const end = process.hrtime.bigint();
	gc();
	console.log(JSON.stringify({
		types: made.length,
		workflowMs: Number(loaded - start) / 1e6,
		loadMs: Number(end - begin) / 1e6,
		heapMb: (process.memoryUsage().heapUsed - heap) / 1e6,
	}));
`;

/** The pack first, then the others; one that npm does not hand out is left out. */
export async function measureLoading(): Promise<LoadingRow[]> {
	const folder = mkdtempSync(path.join(os.tmpdir(), 'image3d-loading-'));
	try {
		const own = await packPackage(ROOT);
		const tarballs = [{ what: 'this pack', tarball: own }];
		for (const what of OTHERS) {
			const tarball = await fetchTarball(what, folder);
			if (tarball) tarballs.push({ what, tarball });
		}
		return tarballs.map(({ what, tarball }, index) =>
			measure(what, tarball, path.join(folder, String(index))),
		);
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

async function fetchTarball(what: string, folder: string): Promise<string | undefined> {
	const target = path.join(folder, what.replace('@', '-'));
	mkdirSync(target);
	try {
		await runNpm(['pack', what, '--ignore-scripts', '--pack-destination', target], { cwd: folder });
	} catch {
		return undefined;
	}
	const name = readdirSync(target).find((entry) => entry.endsWith('.tgz'));
	return name && path.join(target, name);
}

function measure(what: string, tarball: string, folder: string): LoadingRow {
	mkdirSync(path.join(folder, 'node_modules'), { recursive: true });
	cpSync(tarball, path.join(folder, 'package.tgz'));
	execFileSync('tar', ['-xzf', 'package.tgz'], { cwd: folder });
	symlinkSync(path.join(ROOT, 'node_modules/n8n-workflow'), path.join(folder, 'node_modules/n8n-workflow'));
	writeFileSync(path.join(folder, 'package', 'load.cjs'), LOAD);
	const runs: Loaded[] = [];
	while (runs.length < RUNS) {
		const output = execFileSync(process.execPath, ['--expose-gc', 'load.cjs'], {
			cwd: path.join(folder, 'package'),
			encoding: 'utf8',
		});
		runs.push(JSON.parse(output.trim().split('\n').at(-1)!) as Loaded);
	}
	const least = (key: keyof Loaded) => Math.min(...runs.map((run) => run[key]));
	return {
		what,
		types: runs[0].types,
		tarballKb: statSync(tarball).size / 1000,
		loadMs: least('loadMs'),
		workflowMs: least('workflowMs'),
		heapMb: least('heapMb'),
	};
}

/** The section of the page. */
export function describeLoading(rows: readonly LoadingRow[]): string {
	const lines = rows.map(({ what, types, tarballKb, loadMs, workflowMs, heapMb }) => {
		const share = `${((loadMs / workflowMs) * 100).toFixed(1)} %`;
		return `| ${[what, types, Math.round(tarballKb), loadMs.toFixed(1), share, heapMb.toFixed(2)].join(' | ')} |`;
	});
	return `## Loading

All nodes and credentials are loaded and created once in a new process, as n8n does when it starts. The share is in relation to the time that \`n8n-workflow\` takes in the same process. The smallest of ${RUNS} runs.

| Pack | Types | Tarball (KB) | Load (ms) | Share of n8n-workflow | Heap (MB) |
| --- | ---: | ---: | ---: | ---: | ---: |
${lines.join('\n')}
`;
}
