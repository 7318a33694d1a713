/**
 * Every regular expression that is shipped, against long texts that are made to be hard for it: what a service, a mail
 * or a file name brings may be of any length, and one that looks back over what it has read stops all of n8n.
 */
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';

const ROOT = path.resolve(__dirname, '../..');
const SHIPPED = ['nodes', 'credentials', 'glb'];
const LENGTH = 100_000;
/** A linear expression takes about a millisecond, one that is not takes seconds. */
const MOST_CPU_MS = 500;

interface Found {
	where: string;
	expression: RegExp;
}

function filesIn(folder: string): string[] {
	return readdirSync(path.join(ROOT, folder), { recursive: true, withFileTypes: true })
		.filter(
			(entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.parentPath.includes('node_modules'),
		)
		.map((entry) => path.join(entry.parentPath, entry.name));
}

function expressionsIn(file: string): Found[] {
	const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest, true);
	const found: Found[] = [];
	const visit = (node: ts.Node): void => {
		if (ts.isRegularExpressionLiteral(node)) {
			const end = node.text.lastIndexOf('/');
			const { line } = source.getLineAndCharacterOfPosition(node.getStart());
			found.push({
				where: `${path.relative(ROOT, file)}:${line + 1} ${node.text}`,
				expression: new RegExp(node.text.slice(1, end), node.text.slice(end + 1)),
			});
		}
		ts.forEachChild(node, visit);
	};
	visit(source);
	return found;
}

/** Texts that a single expression may have trouble with: what it looks for, over and over, and never its end. */
function* hardTexts({ source }: RegExp): Generator<string> {
	const plain = source.replace(/\\[a-zA-Z]|\(\?[:=!<]*|[[\](){}+*?^$|]/g, ' ').replaceAll('\\', '');
	const words = plain.split(/\s+/).filter((word) => word !== '' && word.length < 20);
	const pieces = new Set([
		...[...' \t\naA0_-./=:;,&?%<>"\'([{#*~\u200b\u00e9'],
		...words,
		...words.map((word) => `${word} `),
		...words.map((word) => `${word}a`),
		...words.map((word) => `?${word}=`),
		...words.slice(0, 8).map((word) => `${word}${words[0]}`),
		'a ',
		'a.',
		'a-',
		'a=',
		'0.',
		'%2',
		'=3',
		'\r\n',
		'<a',
		'?a=',
		'&a=',
	]);
	for (const piece of pieces) {
		const body = piece.repeat(Math.ceil(LENGTH / piece.length)).slice(0, LENGTH);
		yield `${body}\u0001`;
		yield `x${body}\u0001`;
		yield `${words[0] ?? ''}${body}!`;
	}
}

function cpuMsOf(work: () => void): number {
	const before = process.cpuUsage();
	work();
	const { user, system } = process.cpuUsage(before);
	return (user + system) / 1_000;
}

const all = SHIPPED.flatMap(filesIn).flatMap(expressionsIn);

it('are found at all', () => expect(all.length).toBeGreaterThan(20));

it('are written as literals, so that they can be found', () => {
	const built = SHIPPED.flatMap(filesIn).filter((file) => /\bRegExp\(/.test(readFileSync(file, 'utf8')));
	expect(built).toEqual([]);
});

it.each(all.map(({ where, expression }) => [where, expression] as const))(
	'%s is linear in the length of its text',
	(_where, expression) => {
		for (const text of hardTexts(expression)) {
			const cpuMs = cpuMsOf(() => void text.replace(expression, ''));
			if (cpuMs > MOST_CPU_MS) throw new Error(`${cpuMs} ms for ${JSON.stringify(text.slice(0, 40))}…`);
		}
	},
	60_000,
);
