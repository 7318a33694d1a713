/** Small workflows: steps one after the other, written with no more than a test cares about. */
import type { WorkflowInput, WorkflowNode } from '../n8n/types';
import { STEPS } from '../start/results';

export type Step = Pick<WorkflowNode, 'name' | 'type'> & Partial<WorkflowNode>;

/** A workflow that runs the steps in their order. */
export function chain(name: string, steps: Step[], settings: object = {}): WorkflowInput {
	const nodes = steps.map((step, index) => ({
		typeVersion: 1,
		position: [index * 220, 0] as [number, number],
		parameters: {},
		...step,
	}));
	const connections = Object.fromEntries(
		steps
			.slice(1)
			.map((step, index) => [steps[index].name, { main: [[{ node: step.name, type: 'main', index: 0 }]] }]),
	);
	return { name, nodes, connections, settings: { executionOrder: 'v1', ...settings } };
}

/** What *Execute workflow* starts. */
export const START: Step = { name: STEPS.trigger, type: 'n8n-nodes-base.manualTrigger' };
