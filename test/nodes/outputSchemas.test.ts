/** What the editor shows of each node's output before its first run: found where n8n looks, and what a run really gives. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { loadOutputSchema } from 'n8n-core/dist/nodes-loader/output-schema-resolver';

import { usePack } from '../../harness/sandbox/pack';
import { outputSchemaOf } from '../../harness/schemas/outputSchema';
import { collectOutputs } from '../../harness/schemas/realOutputs';

const NODES = path.resolve(__dirname, '../../nodes');

const pack = usePack();

it('every schema is what its node puts out (else: npx tsx scripts/output-schemas.ts)', async () => {
	const outputs = await collectOutputs(pack);
	expect(outputs.size).toBe(11);
	for (const [name, items] of outputs) {
		const committed: unknown = JSON.parse(readFileSync(path.join(NODES, name), 'utf8'));
		expect({ name, schema: committed }).toEqual({ name, schema: outputSchemaOf(items) });
	}
}, 180_000);

it.each([
	['Image3dGenerate', undefined],
	['Image3dStatus', undefined],
	['Image3dBalance', undefined],
	['Image3dCheckout', undefined],
	['Image3dTrigger', undefined],
	['Image3dModel', 'convert'],
	['Image3dModel', 'fit'],
	['Image3dModel', 'inspect'],
	['Image3dModel', 'page'],
	['Image3dModel', 'picture'],
	['Image3dModel', 'resize'],
])('n8n finds the schema of %s, operation %s', (node, operation) => {
	const schema = loadOutputSchema({ nodeDir: path.join(NODES, node), version: 1, operation });
	expect(Object.keys(schema?.properties as object).length).toBeGreaterThan(0);
});
