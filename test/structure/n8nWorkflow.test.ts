/** What the built pack takes from n8n-workflow while it runs: no more than the oldest n8n that the README names has. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ModuleKind, ScriptTarget, transpileModule } from 'typescript';

const root = path.resolve(__dirname, '../..');

/** A new name here must be run with `npm run test:compat -- VERSION` on the oldest version. */
const TAKEN = ['NodeApiError', 'NodeConnectionTypes', 'NodeOperationError', 'sleep'];

function sourcesIn(folder: string): string[] {
	return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
		.filter((file) => file.endsWith('.ts'))
		.map((file) => path.join(root, folder, file));
}

/** Names that are still used once the types are gone. */
function takenBy(file: string): string[] {
	const compilerOptions = { module: ModuleKind.CommonJS, target: ScriptTarget.ES2022 };
	const { outputText } = transpileModule(readFileSync(file, 'utf8'), { compilerOptions });
	return [...outputText.matchAll(/\bn8n_workflow_1\.(\w+)/g)].map(([, name]) => name);
}

it('takes from n8n-workflow what every supported n8n has', () => {
	const sources = [...sourcesIn('nodes'), ...sourcesIn('credentials')];
	expect([...new Set(sources.flatMap(takenBy))].sort()).toEqual(TAKEN);
});
