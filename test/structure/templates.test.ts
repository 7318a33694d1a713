/** The templates as they lie on the canvas: nothing covers anything, steps go from left to right, no credential is named. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { WorkflowInput, WorkflowNode } from '../../scripts/n8n/types';
import { readTemplates } from '../../scripts/start/templates';

const FOLDER = join(__dirname, '..', '..', 'templates');
const NOTE = 'n8n-nodes-base.stickyNote';
/** As n8n's canvas draws a step, pixels; the name below it takes two lines. */
const STEP_SIZE = 96;
const NAME_HEIGHT = 48;
/** An agent is wider than other steps, for what is connected below it. */
const AGENT_WIDTH = 256;
/** From the third output on a step grows. */
const OUTPUT_HEIGHT = 32;

interface Box {
	name: string;
	left: number;
	top: number;
	right: number;
	bottom: number;
}

type Connections = Record<string, Record<string, Array<Array<{ node: string }>>>>;

const connectionsOf = (template: WorkflowInput) => Object.entries(template.connections as Connections);

function boxOf(node: WorkflowNode, template: WorkflowInput): Box {
	const [left, top] = node.position;
	if (node.type === NOTE) {
		const { width, height } = node.parameters as { width: number; height: number };
		return { name: node.name, left, top, right: left + width, bottom: top + height };
	}
	const outputs = (template.connections as Connections)[node.name]?.main?.length ?? 1;
	const width = node.type.endsWith('.agent') ? AGENT_WIDTH : STEP_SIZE;
	const height = STEP_SIZE + Math.max(0, outputs - 2) * OUTPUT_HEIGHT + NAME_HEIGHT;
	return { name: node.name, left, top, right: left + width, bottom: top + height };
}

const touch = (a: Box, b: Box) =>
	a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
const isInside = (inner: Box, outer: Box) =>
	inner.left >= outer.left &&
	inner.right <= outer.right &&
	inner.top >= outer.top &&
	inner.bottom <= outer.bottom;

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

	it('names every step and every id once, and no credential of another n8n', () => {
		for (const key of ['name', 'id'] as const) {
			const values = template.nodes.map((node) => node[key]);
			expect(new Set(values).size).toBe(values.length);
		}
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

	it('lays steps and notes out without covering any', () => {
		expect(pairsThatTouch(stepBoxes)).toEqual([]);
		expect(pairsThatTouch(noteBoxes)).toEqual([]);
		const [first, ...others] = noteBoxes;
		expect(stepBoxes.filter((step) => touch(step, first))).toEqual([]);
		for (const note of others) {
			const behind = stepBoxes.filter((step) => touch(step, note));
			expect(behind.filter((step) => !isInside(step, note))).toEqual([]);
			// An agent explains itself beside what is connected to it.
			expect(behind.length).toBeGreaterThan(0);
		}
	});

	it('goes from left to right, and leaves no step alone', () => {
		const at = new Map(stepBoxes.map((box) => [box.name, box.left]));
		const next = connectionsOf(template).flatMap(([from, { main = [] }]) =>
			main.flat().map(({ node }) => ({ from, node })),
		);
		expect(next.filter(({ from, node }) => at.get(node)! <= at.get(from)!)).toEqual([]);
		const connected = connectionsOf(template).flatMap(([from, kinds]) => [
			from,
			...Object.values(kinds)
				.flat(2)
				.map(({ node }) => node),
		]);
		expect(new Set(connected)).toEqual(new Set(steps.map(({ name }) => name)));
	});

	it('has its paragraph and its picture in the templates’ README', () => {
		const readme = readFileSync(join(FOLDER, 'README.md'), 'utf8');
		expect(readme).toContain(`(${file})`);
		expect(readme).toContain(`../docs/images/templates/${file.replace(/\.json$/, '.png')}`);
	});
});
