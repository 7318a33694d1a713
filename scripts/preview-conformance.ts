/**
 * `npx tsx scripts/preview-conformance.ts`: decodes every image of the corpus here and with libpng, libjpeg and libwebp,
 * and writes what came out into `docs/preview.md`.
 */
import { join } from 'node:path';
import { tryCorpus, type Conformance } from '../harness/glb/conformance';
import { replaceSection, table } from '../harness/preview/docSection';

const PAGE = join(__dirname, '..', 'docs', 'preview.md');

async function main(): Promise<void> {
	const results = await tryCorpus();
	const sets = [...new Set(results.map(({ set }) => set))];
	const count = (set: string, ...outcomes: Array<Conformance['outcome']>) =>
		String(results.filter((result) => result.set === set && outcomes.includes(result.outcome)).length);
	const rows = sets.map((set) => [
		set,
		String(results.filter((result) => result.set === set).length),
		count(set, 'equal'),
		count(set, 'alike'),
		count(set, 'different'),
		count(set, 'refused', 'broken'),
		count(set, 'lenient'),
	]);
	const head = ['Images', 'Tried', 'Equal', 'Alike', 'Different', 'Refused', 'Only here'];
	replaceSection(PAGE, 'conformance', `${table(head, rows)}\n\n${exceptions(results).join('\n')}`);
}

/** A line for each image that is not read as the reference decoder reads it. */
function exceptions(results: readonly Conformance[]): string[] {
	return results.flatMap(({ set, name, outcome, mean, reason }) => {
		if (reason !== undefined) return [`- Refused: ${name} (${set}): ${reason}.`];
		return outcome === 'different'
			? [`- Different: ${name} (${set}), by ${mean.toFixed(1)} levels in the mean.`]
			: [];
	});
}

void main();
