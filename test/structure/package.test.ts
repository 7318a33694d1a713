/** What is published: n8n's own verification scan on the source and on the packed tarball, and that it loads on its own. */
import { execFileSync } from 'node:child_process';
import {
	cpSync,
	existsSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	symlinkSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';

const root = path.resolve(__dirname, '../..');
/** Besides the folders: what n8n's linter reads in strict mode. */
const LINTED_FILES = [
	'package.json',
	'README.md',
	'LICENSE.md',
	'tsconfig.json',
	'tsconfig.build.json',
	'eslint.config.mjs',
];
const scanScript = `
	import { analyzePackage } from '@n8n/scan-community-package/scanner/scanner.mjs';
	const [folder, ...patterns] = process.argv.slice(1);
	const result = await analyzePackage(folder, patterns.length > 0 ? patterns : undefined);
	console.log(JSON.stringify(result));
`;

interface Scan {
	passed: boolean;
	message?: string;
	details?: string;
}

/** Runs the scan in a process of its own: it is an ES module. */
function scan(folder: string, ...patterns: string[]): Scan {
	// The linter's rules behave otherwise when NODE_ENV says "test", as jest sets it.
	const output = execFileSync(
		process.execPath,
		['--input-type=module', '--eval', scanScript, folder, ...patterns],
		{
			cwd: root,
			encoding: 'utf8',
			env: { ...process.env, NODE_ENV: 'production' },
		},
	);
	return JSON.parse(output.trim().split('\n').at(-1)!) as Scan;
}

describe('the published package', () => {
	let folder: string;
	let unpacked: string;

	beforeAll(() => {
		folder = mkdtempSync(path.join(os.tmpdir(), 'image3d-tarball-'));
		execFileSync('npm', ['run', 'build'], { cwd: root, stdio: 'pipe' });
		execFileSync('npm', ['pack', '--pack-destination', folder], { cwd: root, stdio: 'pipe' });
		const tarball = readdirSync(folder).find((name) => name.endsWith('.tgz'))!;
		execFileSync('tar', ['-xzf', path.join(folder, tarball), '-C', folder]);
		unpacked = path.join(folder, 'package');
	}, 120_000);

	afterAll(() => rmSync(folder, { recursive: true, force: true }));

	it("passes n8n's verification scan on the source", () => {
		expect(scan(root, 'package.json', '{nodes,credentials}/**/*.{js,ts,json}')).toEqual({ passed: true });
	}, 60_000);

	it("passes n8n's verification scan on the unpacked tarball", () => {
		expect(scan(unpacked)).toEqual({ passed: true });
	}, 60_000);

	it("passes n8n's own linter, strict, with nothing but what is published beside it", () => {
		const alone = path.join(folder, 'alone');
		for (const name of ['nodes', 'credentials', 'glb', ...LINTED_FILES]) {
			cpSync(path.join(root, name), path.join(alone, name), { recursive: true });
		}
		symlinkSync(path.join(root, 'node_modules'), path.join(alone, 'node_modules'));
		const cli = path.join(root, 'node_modules/@n8n/node-cli/bin/n8n-node.mjs');
		const env = { ...process.env, NODE_ENV: 'production', NO_COLOR: '1' };
		const output = execFileSync(process.execPath, [cli, 'lint'], { cwd: alone, env, encoding: 'utf8' });
		expect(output).toContain('n8n-node lint');
	}, 120_000);

	it("checks with the rules of n8n's built-in nodes as well", () => {
		const config = readFileSync(path.join(root, 'eslint.config.mjs'), 'utf8');
		// What the linter's strict mode wants to find, word for word; it holds eslint-plugin-n8n-nodes-base.
		expect(config).toBe("import { config } from '@n8n/node-cli/eslint';\n\nexport default config;\n");
		const shared = path.join(root, 'node_modules/@n8n/node-cli/dist/configs/eslint.js');
		expect(readFileSync(shared, 'utf8')).toContain('eslint-plugin-n8n-nodes-base');
	});

	it('has no runtime dependency and n8n-workflow as its only peer', () => {
		const manifest = JSON.parse(readFileSync(path.join(unpacked, 'package.json'), 'utf8')) as Record<
			string,
			unknown
		>;
		expect(manifest.dependencies).toBeUndefined();
		expect(Object.keys(manifest.peerDependencies as object)).toEqual(['n8n-workflow']);
	});

	it('holds the built pack and nothing else', () => {
		expect(readdirSync(unpacked).sort()).toEqual([
			'LICENSE.md',
			'README.md',
			'dist',
			'index.js',
			'package.json',
		]);
		expect(readdirSync(path.join(unpacked, 'dist')).sort()).toEqual(['credentials', 'glb', 'nodes']);
	});

	it('loads in an empty folder beside n8n-workflow alone', () => {
		const empty = path.join(folder, 'empty');
		mkdirSync(path.join(empty, 'node_modules'), { recursive: true });
		cpSync(unpacked, path.join(empty, 'node_modules/n8n-nodes-image3d'), { recursive: true });
		symlinkSync(path.join(root, 'node_modules/n8n-workflow'), path.join(empty, 'node_modules/n8n-workflow'));
		const script = `
			const base = require.resolve('n8n-nodes-image3d/package.json').replace('package.json', '');
			const { n8n } = require('n8n-nodes-image3d/package.json');
			const names = [...n8n.nodes, ...n8n.credentials].map((file) => {
				const name = file.split('/').at(-1).split('.')[0];
				const type = new (require(base + file)[name])();
				return type.description?.name ?? type.name;
			});
			console.log(JSON.stringify(names));
		`;
		const output = execFileSync(process.execPath, ['--eval', script], { cwd: empty, encoding: 'utf8' });
		expect(JSON.parse(output)).toEqual([
			'image3dGenerate',
			'image3dStatus',
			'image3dBalance',
			'image3dCheckout',
			'image3dTrigger',
			'image3dModel',
			'image3dApi',
			'image3dN8nApi',
		]);
	});

	it('carries icons, codex and output schema beside every node', () => {
		for (const node of ['Generate', 'Status', 'Balance', 'Checkout', 'Trigger', 'Model']) {
			const at = path.join(unpacked, 'dist/nodes', `Image3d${node}`);
			for (const file of [
				'image3d.svg',
				'image3d.dark.svg',
				`Image3d${node}.node.json`,
				node === 'Model' ? '__schema__/v1.0.0/fit.json' : '__schema__/v1.0.0.json',
			]) {
				expect(existsSync(path.join(at, file))).toBe(true);
			}
		}
	});
});
