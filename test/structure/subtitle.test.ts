/** The line under a node's name on the canvas, worked out as the editor does: before any run, without data. */
import { type INodeParameters, type INodeType, Workflow } from 'n8n-workflow';

import { Image3dGenerate } from '../../nodes/Image3dGenerate/Image3dGenerate.node';
import { Image3dStatus } from '../../nodes/Image3dStatus/Image3dStatus.node';

function subtitleOf(nodeType: INodeType, parameters: INodeParameters): unknown {
	const { name, subtitle } = nodeType.description;
	const node = {
		id: '1',
		name: 'Node',
		type: name,
		typeVersion: 1,
		position: [0, 0] as [number, number],
		parameters,
	};
	const nodeTypes = {
		getByName: () => nodeType,
		getByNameAndVersion: () => nodeType,
		getKnownTypes: () => ({}),
	};
	const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes });
	return workflow.expression.getSimpleParameterValue(
		workflow.getNode('Node')!,
		subtitle!,
		'internal',
		{},
		undefined,
		'[filled at execution]',
	);
}

it.each([
	[{ mode: 'text', quality: 'ultra' }, 'Text to 3D: ultra'],
	[{ mode: 'image', quality: 'fast' }, 'Image to 3D: fast'],
	[{ mode: 'image', quality: '={{ $json.quality }}' }, 'Image to 3D'],
	[{ mode: 'text', quality: '={{ $("Elsewhere").item.json.quality }}' }, 'Text to 3D'],
	[{ mode: 'text', quality: '=pro' }, 'Text to 3D'],
	[{}, 'Text to 3D: pro'],
])('Image3D Generate with %j: "%s"', (parameters, expected) => {
	expect(subtitleOf(new Image3dGenerate(), parameters)).toBe(expected);
});

it.each([
	[{ waitForCompletion: true }, 'Wait for the model'],
	[{ waitForCompletion: false }, 'Check once'],
	[{ waitForCompletion: '={{ $json.waits }}' }, 'Check the task'],
	[{}, 'Check once'],
])('Image3D Status with %j: "%s"', (parameters, expected) => {
	expect(subtitleOf(new Image3dStatus(), parameters)).toBe(expected);
});
