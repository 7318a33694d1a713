/** A template in; where n8n's canvas draws its steps, notes and arrows out, in pixels. Never fails. */
import type { WorkflowInput, WorkflowNode } from '../n8n/types';

export const NOTE = 'n8n-nodes-base.stickyNote';
/** As n8n's canvas draws a step; the name below it takes two lines. */
const STEP_SIZE = 96;
const NAME_HEIGHT = 48;
/** An agent is wider than other steps, for what is connected below it. */
const AGENT_WIDTH = 256;
/** From the third input or output on a step grows. */
const HANDLE_HEIGHT = 32;
/** Points of an arrow that are looked at: one every few pixels, for the arrows of a template are short. */
const POINTS = 200;

/** n8n's note at 100 %: what a line of it takes. */
const NOTE_TEXT = { padding: 36, heading: { line: 30, character: 11.2 }, text: { line: 19, character: 6.9 } };

export interface Box {
	name: string;
	left: number;
	top: number;
	right: number;
	bottom: number;
}

/** One arrow between two steps. */
export interface Link {
	from: string;
	to: string;
	/** `main`, or what an agent is given below itself. */
	kind: string;
	output: number;
	input: number;
}

export interface Line {
	from: string;
	to: string;
	points: Array<{ x: number; y: number }>;
}

type Connections = Record<string, Record<string, Array<Array<{ node: string; index: number }>>>>;

/** Every arrow of the template. */
export function linksOf(template: WorkflowInput): Link[] {
	return Object.entries(template.connections as Connections).flatMap(([from, kinds]) =>
		Object.entries(kinds).flatMap(([kind, outputs]) =>
			outputs.flatMap((targets, output) =>
				(targets ?? []).map(({ node: to, index: input }) => ({ from, to, kind, output, input })),
			),
		),
	);
}

/** A step with its name, or a note. */
export function boxOf(node: WorkflowNode, template: WorkflowInput): Box {
	const [left, top] = node.position;
	if (node.type === NOTE) {
		const { width, height } = node.parameters as { width: number; height: number };
		return { name: node.name, left, top, right: left + width, bottom: top + height };
	}
	const width = node.type.endsWith('.agent') ? AGENT_WIDTH : STEP_SIZE;
	const bottom = top + heightOf(node, template) + NAME_HEIGHT;
	return { name: node.name, left, top, right: left + width, bottom };
}

/** Every arrow as n8n draws it: a curve that leaves and arrives straight. */
export function linesOf(template: WorkflowInput): Line[] {
	const nodes = new Map(template.nodes.map((node) => [node.name, node]));
	return linksOf(template).map(({ from, to, kind, output, input }) => {
		const [source, target] = [nodes.get(from)!, nodes.get(to)!];
		const points =
			kind === 'main'
				? curve(handle(source, template, 'outputs', output), handle(target, template, 'inputs', input), 'x')
				: curve(
						{ x: source.position[0] + STEP_SIZE / 2, y: source.position[1] },
						{ x: target.position[0] + AGENT_WIDTH / 2, y: target.position[1] + STEP_SIZE },
						'y',
					);
		return { from, to, points };
	});
}

/** Whether the arrow has a point in the box. */
export function runsThrough({ points }: Line, box: Box): boolean {
	return points.some(({ x, y }) => x > box.left && x < box.right && y > box.top && y < box.bottom);
}

export const touch = (a: Box, b: Box) =>
	a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

export function widen(box: Box, by: number): Box {
	return { ...box, left: box.left - by, top: box.top - by, right: box.right + by, bottom: box.bottom + by };
}

/** The height that a note's text takes at its width, roughly. */
export function noteTextHeight({ content, width }: Record<string, unknown>): number {
	const inner = Number(width) - NOTE_TEXT.padding;
	return String(content)
		.split('\n')
		.map((line) => {
			const isHeading = line.startsWith('## ');
			const { line: height, character } = isHeading ? NOTE_TEXT.heading : NOTE_TEXT.text;
			return countLines(line.replace(/^## |[*`]/g, ''), inner / character) * height;
		})
		.reduce((sum, height) => sum + height, 0);
}

function countLines(text: string, perLine: number): number {
	let lines = 1;
	let length = 0;
	for (const word of text.split(' ')) {
		length += (length === 0 ? 0 : 1) + word.length;
		if (length <= perLine || length === word.length) continue;
		lines++;
		length = word.length;
	}
	return lines;
}

function handlesOf({ name, type, parameters, onError }: WorkflowNode, template: WorkflowInput) {
	const links = linksOf(template).filter(({ kind }) => kind === 'main');
	const used = (side: 'from' | 'to', index: 'output' | 'input') =>
		Math.max(1, ...links.filter((link) => link[side] === name).map((link) => link[index] + 1));
	const isTwoWay = type.endsWith('.if') || onError === 'continueErrorOutput';
	return {
		outputs: Math.max(used('from', 'output'), isTwoWay ? 2 : 1),
		inputs: Math.max(used('to', 'input'), type.endsWith('.merge') ? Number(parameters.numberInputs ?? 2) : 1),
	};
}

function heightOf(node: WorkflowNode, template: WorkflowInput): number {
	const { outputs, inputs } = handlesOf(node, template);
	return STEP_SIZE + Math.max(0, Math.max(outputs, inputs) - 2) * HANDLE_HEIGHT;
}

function handle(node: WorkflowNode, template: WorkflowInput, side: 'inputs' | 'outputs', index: number) {
	const [left, top] = node.position;
	const count = handlesOf(node, template)[side];
	const width = node.type.endsWith('.agent') ? AGENT_WIDTH : STEP_SIZE;
	return {
		x: side === 'inputs' ? left : left + width,
		y: top + (heightOf(node, template) * (index + 1)) / (count + 1),
	};
}

type Point = Line['points'][number];

function curve(a: Point, b: Point, along: 'x' | 'y'): Point[] {
	const half = (b[along] - a[along]) / 2;
	const [p, q] = [
		{ ...a, [along]: a[along] + half },
		{ ...b, [along]: b[along] - half },
	];
	return Array.from({ length: POINTS + 1 }, (_, step) => {
		const t = step / POINTS;
		const at = (key: 'x' | 'y') =>
			(1 - t) ** 3 * a[key] + 3 * (1 - t) ** 2 * t * p[key] + 3 * (1 - t) * t ** 2 * q[key] + t ** 3 * b[key];
		return { x: at('x'), y: at('y') };
	});
}
