/**
 * The templates as they lie on the canvas (nothing covers anything, no arrow runs through a note), and what each must
 * hold: a way for what fails, safe file names, nothing that n8n 3.0 removes.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { WorkflowNode } from '../../harness/n8n/types';
import { readTemplates } from '../../harness/start/templates';
import {
	boxOf,
	linesOf,
	linksOf,
	NOTE,
	noteTextHeight,
	runsThrough,
	touch,
	widen,
	type Box,
} from '../../harness/editor/templateLayout';

const FOLDER = join(__dirname, '..', '..', 'templates');
/** How far an arrow keeps from a note, pixels. */
const CLEARANCE = 8;
const PACK = 'n8n-nodes-image3d.';

/** British spellings of words that a template may need. */
const BRITISH =
	/\b\w*(?:colour|favour|behaviour|honour|catalogue|grey|metre|centre\b|licence|travell|cancell(?:ed|ing)|[a-z]{3}is(?:e|ed|ing|ation)\b(?<!(?:prom|rais|exerc|prec|otherw|adv|no|compr|surpr|rev)is(?:e|ed|ing))|whilst|amongst)\w*/i;

/** Steps of a template that make or bring a paid model. */
const bringsModels = ({ type, parameters }: WorkflowNode) =>
	type === `${PACK}image3dGenerate` ||
	type === `${PACK}image3dStatus` ||
	(type === `${PACK}image3dTrigger` && parameters.event === 'taskFinished');

/** Steps that may fail for one model: another file of it, writing a file, an upload, a mail for each. */
const mayFailForOne = ({ type, parameters, executeOnce }: WorkflowNode) =>
	type === `${PACK}image3dModel` ||
	type === 'n8n-nodes-base.httpRequest' ||
	(type === 'n8n-nodes-base.readWriteFile' && parameters.operation === 'write') ||
	type === 'n8n-nodes-base.s3' ||
	(type === 'n8n-nodes-base.emailSend' && executeOnce !== true);

function pairsThatTouch(boxes: Box[]): string[] {
	return boxes.flatMap((a, index) =>
		boxes
			.slice(index + 1)
			.filter((b) => touch(a, b))
			.map((b) => `${a.name} and ${b.name}`),
	);
}

describe.each([...readTemplates(FOLDER)])('%s', (file, template) => {
	const notes = template.nodes.filter(({ type }) => type === NOTE);
	const steps = template.nodes.filter(({ type }) => type !== NOTE);
	const noteBoxes = notes.map((node) => boxOf(node, template));
	const stepBoxes = steps.map((node) => boxOf(node, template));
	const links = linksOf(template);
	const text = JSON.stringify(template);

	function stepsAfter(names: Set<string>): Set<string> {
		const after = new Set<string>();
		const open = [...names];
		for (let name = open.pop(); name !== undefined; name = open.pop()) {
			for (const { from, to } of links) {
				if (from !== name || after.has(to)) continue;
				after.add(to);
				open.push(to);
			}
		}
		return after;
	}

	it('names every step and every id once, and no credential of another n8n', () => {
		for (const key of ['name', 'id'] as const) {
			const values = template.nodes.map((node) => node[key]);
			expect(new Set(values).size).toBe(values.length);
		}
		const webhooks = steps.flatMap(({ webhookId }) => webhookId ?? []);
		expect(new Set(webhooks).size).toBe(webhooks.length);
		const credentials = template.nodes.flatMap((node) => Object.values(node.credentials ?? {}));
		expect(credentials.filter(({ id }) => id !== '')).toEqual([]);
	});

	it('begins with a note that says what it does and how to set it up', () => {
		const [first, ...others] = notes;
		expect(first.parameters.content).toMatch(/^## .+\n[^]+\*\*Set up\*\*\n1\. /);
		expect(others.length).toBeGreaterThan(0);
		for (const { parameters } of others) {
			expect(parameters.content).toMatch(/^## .+\n./);
			expect(parameters.color).toEqual(expect.any(Number));
		}
	});

	it('names in its notes only steps that it has', () => {
		const names = new Set(steps.map(({ name }) => name));
		const opened = notes.flatMap(({ parameters }) =>
			[...String(parameters.content).matchAll(/Open ((?:\*\*[^*]+\*\*(?:, | and )?)+)/g)].flatMap(
				([, list]) => [...list.matchAll(/\*\*([^*]+)\*\*/g)].map(([, name]) => name),
			),
		);
		expect(opened.filter((name) => !names.has(name))).toEqual([]);
		expect(opened.length).toBeGreaterThan(0);
	});

	it('lays steps and notes out without covering any, and each note has room for its text', () => {
		expect(pairsThatTouch([...stepBoxes, ...noteBoxes])).toEqual([]);
		for (const [index, { parameters }] of notes.entries()) {
			const { top, bottom } = noteBoxes[index];
			expect(bottom - top).toBeGreaterThanOrEqual(noteTextHeight(parameters));
		}
	});

	it('has no arrow through a note, or through a step that it does not join', () => {
		const crossings = linesOf(template).flatMap((line) =>
			[...noteBoxes.map((box) => widen(box, CLEARANCE)), ...stepBoxes]
				.filter(({ name }) => name !== line.from && name !== line.to)
				.filter((box) => runsThrough(line, box))
				.map(({ name }) => `${line.from} → ${line.to} runs through ${name}`),
		);
		expect(crossings).toEqual([]);
	});

	it('goes from left to right, and leaves no step alone', () => {
		const at = new Map(stepBoxes.map((box) => [box.name, box.left]));
		const next = links.filter(({ kind }) => kind === 'main');
		expect(next.filter(({ from, to }) => at.get(to)! <= at.get(from)!)).toEqual([]);
		const connected = links.flatMap(({ from, to }) => [from, to]);
		expect(new Set(connected)).toEqual(new Set(steps.map(({ name }) => name)));
	});

	it('has a way for what fails wherever something was paid before', () => {
		const bringers = steps.filter(bringsModels);
		const after = stepsAfter(new Set(bringers.map(({ name }) => name)));
		const paying = steps.filter(({ type }) => type === `${PACK}image3dGenerate`);
		const risky = [...paying, ...steps.filter((node) => after.has(node.name) && mayFailForOne(node))];
		const leadsOn = ({ name, onError }: WorkflowNode) =>
			(onError === 'continueRegularOutput' && links.some(({ from }) => from === name)) ||
			(onError === 'continueErrorOutput' && links.some(({ from, output }) => from === name && output === 1));
		expect(risky.filter((node) => !leadsOn(node)).map(({ name }) => name)).toEqual([]);
		// n8n drops the whole output of a step that retries and continues, and runs it again for all.
		const repeats = steps.filter(({ retryOnFail, onError }) => retryOnFail === true && onError !== undefined);
		expect(repeats.map(({ name }) => name)).toEqual([]);
	});

	it('writes every file under the name that the node made', () => {
		const written = steps
			.filter(({ type, parameters }) => parameters.operation === 'write' || type.endsWith('.s3'))
			.map(({ parameters }) => String(parameters.fileName));
		expect(written.filter((name) => !/(^=|\/)\{\{ \$binary\.[a-z]+\.fileName \}\}$/.test(name))).toEqual([]);
	});

	it('takes its ideas from fields that hold plain words', () => {
		for (const { parameters } of steps.filter(({ name }) => name === 'Ideas')) {
			const { assignments } = parameters.assignments as {
				assignments: Array<{ name: string; value: unknown; type: string }>;
			};
			const ideas = assignments.filter(({ name }) => name.startsWith('ideas.'));
			expect(ideas.length).toBeGreaterThan(1);
			for (const { value, type } of ideas) {
				expect(type).toBe('string');
				expect(value).toMatch(/^[a-z ]+$/);
			}
		}
	});

	it('uses nothing that n8n 3.0 removes, and no code', () => {
		expect(text).not.toMatch(/\$getPairedItem|\$node\[|\$items\(/);
		const types = new Map(steps.map((node) => [node.type.split('.').at(-1)!, node]));
		expect([...types.keys()].filter((type) => /^(?:code|function|functionItem|start)$/.test(type))).toEqual(
			[],
		);
		expect(types.get('executeWorkflow')?.parameters.mode).not.toBe('each');
		expect(types.get('agent')?.typeVersion ?? 2).toBeGreaterThanOrEqual(2);
		expect(template.settings).toMatchObject({ executionOrder: 'v1' });
	});

	it('is written in American English, as n8n is', () => {
		const words = notes.map(({ parameters }) => String(parameters.content)).join('\n');
		expect(words).not.toMatch(BRITISH);
		expect(text).not.toMatch(/colour|grey\b/i);
	});

	it('has its paragraph and its picture in the templates’ README', () => {
		const readme = readFileSync(join(FOLDER, 'README.md'), 'utf8');
		expect(readme).toContain(`(${file})`);
		expect(readme).toContain(`../docs/images/templates/${file.replace(/\.json$/, '.png')}`);
	});
});

it('sees an arrow that runs through a box', () => {
	const line = { from: 'a', to: 'b', points: [0, 50, 100].map((x) => ({ x, y: x })) };
	const box = { name: 'c', left: 20, top: 10, right: 60, bottom: 60 };
	expect(runsThrough(line, box)).toBe(true);
	expect(runsThrough(line, { ...box, top: 51 })).toBe(false);
});
