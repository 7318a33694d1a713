/**
 * `npx tsx scripts/model-likeness.ts`: how alike models are with a quarter of their faces, into `docs/models.md`. Beside a
 * fit stands the same shape made of so few faces from the start, where a shape can be: what the number of faces allows.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ViewName } from '../glb/preview';
import { aQuarterOf, grainyKnot, likenessOf, withTexturesOf } from '../harness/glb/likeness';
import { unpackControllers } from '../harness/preview/comparedModels';
import { replaceSection, table } from '../harness/preview/docSection';
import { buildModel } from '../sandbox/models/build';

const PAGE = join(__dirname, '..', 'docs', 'models.md');
const TIERS = ['fast', 'standard', 'pro', 'ultra'] as const;
const CONTROLLERS: ReadonlyArray<[profile: string, hand: string]> = [
	['htc-vive-cosmos', 'left'],
	['valve-index', 'left'],
	['magicleap-two', 'none'],
	['hp-mixed-reality', 'right'],
	['oculus-touch', 'left'],
	['samsung-galaxyxr', 'left'],
];
const KNOTS: ReadonlyArray<[faces: number, textureSide: number]> = [
	[60_000, 2048],
	[20_000, 512],
	[8_000, 512],
];
const VIEWS: readonly ViewName[] = ['threeQuarter', 'front', 'left', 'top'];

interface Case {
	name: string;
	glb: Uint8Array;
	/** The same made of a quarter from the start. */
	rebuilt?: Uint8Array;
}

async function* cases(): AsyncGenerator<Case> {
	for (const quality of TIERS) {
		const glb = await buildModel({ mode: 'text', prompt: 'a red sports car', quality });
		yield { name: `Sandbox: ${quality}`, glb };
	}
	const profiles = join(await unpackControllers(), 'dist', 'profiles');
	for (const [profile, hand] of CONTROLLERS) {
		yield { name: `WebXR: ${profile}`, glb: readFileSync(join(profiles, profile, `${hand}.glb`)) };
	}
	for (const [faces, textureSide] of KNOTS) {
		const glb = await grainyKnot(faces, textureSide);
		const rebuilt = await withTexturesOf(glb, await grainyKnot(faces / 4, 16));
		yield { name: `Rippled knot of ${faces / 1000}K under grain of ${textureSide} px`, glb, rebuilt };
	}
}

async function main(): Promise<void> {
	const rows: string[][] = [];
	for await (const { name, glb, rebuilt } of cases()) {
		const fitted = await aQuarterOf(glb);
		const likeness = await likenessOf(glb, fitted.glb, VIEWS);
		const made = rebuilt ? await likenessOf(glb, rebuilt, VIEWS) : [];
		const row = [
			name,
			fitted.facts.faces.toLocaleString('en-US'),
			...likeness.map(({ similarity }) => similarity.toFixed(3)),
			Math.min(...likeness.map(({ atReferenceSize }) => atReferenceSize)).toFixed(3),
			made.length > 0 ? range(made.map(({ similarity }) => similarity)) : '',
		];
		process.stdout.write(`${row.join(' · ')}\n`);
		rows.push(row);
	}
	const head = [
		'A quarter of',
		'Faces left',
		'Three-quarter',
		'Front',
		'Left',
		'Top',
		'Least at 256 px',
		'Made of so few',
	];
	replaceSection(PAGE, 'likeness', table(head, rows));
}

function range(values: readonly number[]): string {
	return `${Math.min(...values).toFixed(3)} to ${Math.max(...values).toFixed(3)}`;
}

void main();
