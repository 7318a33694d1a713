/** The pages that *Docs* in the editor leads to: they exist in this repository, and speak of every field by its label and name. */
import type { INodeProperties } from 'n8n-workflow';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

import { Image3dApi } from '../../credentials/Image3dApi.credentials';
import { Image3dN8nApi } from '../../credentials/Image3dN8nApi.credentials';
import { Image3dBalance } from '../../nodes/Image3dBalance/Image3dBalance.node';
import { Image3dCheckout } from '../../nodes/Image3dCheckout/Image3dCheckout.node';
import { Image3dGenerate } from '../../nodes/Image3dGenerate/Image3dGenerate.node';
import { Image3dModel } from '../../nodes/Image3dModel/Image3dModel.node';
import { Image3dStatus } from '../../nodes/Image3dStatus/Image3dStatus.node';
import { Image3dTrigger } from '../../nodes/Image3dTrigger/Image3dTrigger.node';

const root = path.resolve(__dirname, '../..');
const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as {
	repository: { url: string };
	bugs: { url: string };
	scripts: Record<string, string>;
};
/** Where a page of this repository is read. */
const PAGES = 'https://github.com/image3d/n8n-nodes-image3d/blob/main/';
const SECTIONS = ['## What goes in', '## What comes out', '## When something goes wrong', '## Example'];

const nodes = [
	Image3dGenerate,
	Image3dStatus,
	Image3dBalance,
	Image3dCheckout,
	Image3dTrigger,
	Image3dModel,
].map((Node) => new Node().description);
const credentials = [new Image3dApi(), new Image3dN8nApi()];

/** The page's text. Throws when the address is not one of this repository. */
function pageAt(url: string | undefined): string {
	if (!url?.startsWith(PAGES)) throw new Error(`${url} is not in this repository`);
	return readFileSync(path.join(root, url.slice(PAGES.length)), 'utf8');
}

/** Every field that a user can fill in, at any depth. */
function* fieldsIn(properties: INodeProperties[]): Generator<INodeProperties> {
	for (const property of properties) {
		if (property.type === 'notice' || property.type === 'hidden') continue;
		if (property.type !== 'collection') yield property;
		if (property.type === 'collection') yield* fieldsIn(property.options as INodeProperties[]);
		if (property.type !== 'fixedCollection') continue;
		for (const { values } of property.options as Array<{ values: INodeProperties[] }>)
			yield* fieldsIn(values);
	}
}

const untold = (page: string, properties: INodeProperties[]) =>
	[...fieldsIn(properties)]
		.filter(({ displayName, name }) => !page.includes(displayName) || !page.includes(`\`${name}\``))
		.map(({ displayName }) => displayName);

it('the repository and the place for bugs are named', () => {
	expect(manifest.repository.url).toBe(`git+${PAGES.replace('/blob/main/', '.git')}`);
	expect(manifest.bugs.url).toBe(PAGES.replace('blob/main/', 'issues'));
});

describe.each(nodes)('$displayName', ({ name, displayName, documentationUrl, properties }) => {
	const page = pageAt(documentationUrl);
	const type = `Image3d${name.slice('image3d'.length)}`;
	const codex = JSON.parse(readFileSync(path.join(root, 'nodes', type, `${type}.node.json`), 'utf8')) as {
		resources: Record<'primaryDocumentation' | 'credentialDocumentation', Array<{ url: string }>>;
	};

	it('has a page of its own, with what goes in, what comes out, errors and an example', () => {
		expect(page).toMatch(new RegExp(`^# ${displayName}\n`));
		for (const section of SECTIONS) expect(page).toContain(`\n${section}\n`);
	});

	it('has every field on it, by label and by name', () => expect(untold(page, properties)).toEqual([]));

	it('leads to it from the codex as well, and to the page of the credential', () => {
		expect(codex.resources.primaryDocumentation).toEqual([{ url: documentationUrl }]);
		expect(codex.resources.credentialDocumentation).toEqual([{ url: credentials[0].documentationUrl }]);
	});

	it('has it linked from the README', () => {
		const readme = readFileSync(path.join(root, 'README.md'), 'utf8');
		expect(readme).toContain(`(${documentationUrl!.slice(PAGES.length)})`);
	});
});

describe.each(credentials)('$displayName', ({ documentationUrl, properties }) => {
	it('has a page with every field on it', () => {
		expect(untold(pageAt(documentationUrl), properties)).toEqual([]);
	});
});

it('the README says how many workflows there are to copy', () => {
	const files = readdirSync(path.join(root, 'templates')).filter((name) => name.endsWith('.json'));
	const readme = readFileSync(path.join(root, 'README.md'), 'utf8');
	expect(readme).toContain(`has ${files.length} workflows with pictures`);
});

/** Every page that somebody reads, by its path in the repository. */
const written = [
	'README.md',
	'CONTRIBUTING.md',
	'SECURITY.md',
	'CODE_OF_CONDUCT.md',
	'THIRD-PARTY-LICENSES.md',
	'glb/README.md',
	'templates/README.md',
	'sandbox/README.md',
	...readdirSync(path.join(root, 'docs'), { recursive: true, encoding: 'utf8' })
		.filter((name) => name.endsWith('.md'))
		.map((name) => path.join('docs', name)),
];

const textOf = (file: string) => readFileSync(path.join(root, file), 'utf8');

/** The source files of a folder, by their path in the repository. */
const sourcesIn = (folder: string) =>
	readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
		.filter((name) => name.endsWith('.ts') && !name.includes('node_modules'))
		.map((name) => path.join(folder, name));

/** The texts of several words in a source file, with `…` where something is put in. */
function sentencesIn(file: string): string[] {
	const found: string[] = [];
	const visit = (node: ts.Node): void => {
		if (ts.isImportDeclaration(node)) return;
		if (ts.isStringLiteralLike(node)) found.push(node.text);
		if (ts.isTemplateExpression(node))
			found.push(
				[node.head, ...node.templateSpans.map(({ literal }) => literal)].map(({ text }) => text).join('…'),
			);
		ts.forEachChild(node, visit);
	};
	visit(ts.createSourceFile(file, textOf(file), ts.ScriptTarget.Latest));
	return found.filter((text) => / /.test(text));
}

/** The anchors of a page, as GitHub makes them of its headings. */
function anchorsOf(file: string): string[] {
	const headings = textOf(file).matchAll(/^#{1,6} (.+)$/gm);
	return [...headings].map(([, heading]) =>
		heading
			.toLowerCase()
			.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
			.replace(/[^\p{L}\p{N}\s_-]/gu, '')
			.trim()
			.replace(/ /g, '-'),
	);
}

it.each(written)('every link of %s within the repository leads somewhere', (file) => {
	const text = textOf(file).replace(/`[^`\n]+`/g, '');
	const links = [...text.matchAll(/\]\(([^)\s]+)\)|src(?:set)?="([^"]+)"/g)].map(
		([, link, picture]) => link ?? picture,
	);
	const inside = links.filter((link) => !/^(https?:|mailto:)/.test(link));
	const missing = inside.filter((link) => {
		const [name, anchor] = decodeURI(link).split('#');
		const target = name === '' ? file : path.join(path.dirname(file), name);
		if (!existsSync(path.join(root, target))) return true;
		return anchor !== undefined && !anchorsOf(target).includes(anchor);
	});
	expect(missing).toEqual([]);
});

it.each(written)('every file of the repository that %s names is there', (file) => {
	const named = textOf(file).matchAll(
		/`((?:nodes|credentials|glb|sandbox|harness|scripts|test|templates|docs)\/[\w./-]+\.\w+)`/g,
	);
	const missing = [...named].map(([, name]) => name).filter((name) => !existsSync(path.join(root, name)));
	expect(missing).toEqual([]);
});

describe('the commands', () => {
	it.each(written)('that %s names are there', (file) => {
		const text = textOf(file);
		const scripts = [...text.matchAll(/\bnpm (?:run ([a-z][a-z0-9:]*)|(start|test)\b)/g)].map(
			([, name, short]) => name ?? short,
		);
		const files = [...text.matchAll(/\bnpx tsx (\S+\.ts)/g)].map(([, name]) => name);
		expect(scripts.filter((name) => manifest.scripts[name] === undefined)).toEqual([]);
		expect(files.filter((name) => !existsSync(path.join(root, name)))).toEqual([]);
	});

	it("are all in the README's table", () => {
		const rows = textOf('README.md').match(/^\| `npm [^`]+`/gm) ?? [];
		const named = rows.map((row) => row.replace(/^\| `npm (run )?/, '').split(/[ `]/)[0]);
		expect(named.sort()).toEqual(Object.keys(manifest.scripts).sort());
	});
});

describe('American spelling, as in n8n', () => {
	const BRITISH =
		/\b(?:grey|catalogue|licence|centre|metre|artefact|aluminium|programme|(?:colou|favou|behaviou|neighbou)r|(?:organ|optim|recogn|normal|minim|maxim|custom|initial|summar|visual|real)is(?:e|ed|es|ing|ation)|cancelled|labelled|modelled|travelled)\w*/gi;
	/** Names of files, of other people's things, and what stands in code. */
	const outsideCode = (text: string) =>
		text.replace(/```[\s\S]*?```|`[^`]*`|\]\([^)]*\)|"[^"]*"|[\w-]+\.(?:json|md)\b/g, '');

	it.each(written)('%s', (file) => {
		const found = outsideCode(textOf(file)).match(BRITISH) ?? [];
		expect(found).toEqual([]);
	});

	const texts = [...nodes, ...credentials].flatMap(({ displayName, properties }) =>
		[...fieldsIn(properties), ...properties].map((field): [string, string] => [
			`${displayName}: ${field.displayName}`,
			JSON.stringify(field, [
				'displayName',
				'name',
				'description',
				'hint',
				'placeholder',
				'options',
				'values',
			]),
		]),
	);

	it('in every text of the fields', () => {
		const found = texts.filter(([, text]) => text.match(BRITISH) !== null);
		expect(found.map(([field]) => field)).toEqual([]);
	});

	it.each(['nodes', 'credentials', 'glb'])('in every sentence that %s can say', (folder) => {
		const found = sourcesIn(folder).flatMap((file) =>
			sentencesIn(file).filter((sentence) => sentence.match(BRITISH) !== null),
		);
		expect(found).toEqual([]);
	});

	it.each(['nodes', 'credentials', 'glb', 'harness', 'sandbox', 'scripts', 'test'])(
		'in the comments and names in %s',
		(folder) => {
			const found = sourcesIn(folder).flatMap((file) => {
				// Texts are other people's words as well: names of colors, what a service says.
				const code = readFileSync(path.join(root, file), 'utf8').replace(/'[^'\n]*'|`[^`]*`/g, '');
				const words = code.match(/\b\w*(?:colour|neighbour|behaviour|favour|metre)\w*/gi) ?? [];
				return words.map((word) => `${file}: ${word}`);
			});
			// A library's names, and the words that are looked for.
			const isOthers = (word: string) => /olourspace|^test\/structure\//.test(word);
			expect(found.filter((word) => !isOthers(word))).toEqual([]);
		},
	);
});
