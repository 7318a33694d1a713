/** Image3D Model in n8n's engine: a GLB and parameters in, the node's items out. No account, no request. */
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { Image3dModel } from '../../nodes/Image3dModel/Image3dModel.node.js';
import { cubePrimitive, newDocument, toGlb } from '../glb/buildGlb';
import { createEngine, type Engine, type NodeResult, type RunNodeOptions } from '.';

export { Image3dModel };

export async function openEngine(): Promise<Engine> {
	return await createEngine({ nodes: [Image3dModel], credentialTypes: [] });
}

/** A box of 2 × 4 × 6 m around (10, 0, 0). */
export async function boxGlb(): Promise<Uint8Array> {
	const { document, scene } = newDocument();
	const mesh = document.createMesh().addPrimitive(cubePrimitive(document));
	scene.addChild(document.createNode('box').setMesh(mesh).setScale([2, 4, 6]).setTranslation([10, 0, 0]));
	return await toGlb(document);
}

/** An item with the file in `data`, as an earlier step would hand it on. */
export async function itemOf(
	engine: Engine,
	glb: Uint8Array,
	json: IDataObject = {},
	fileName = 'Red Chair.glb',
): Promise<INodeExecutionData> {
	const data = await engine.binary(Buffer.from(glb), { mimeType: 'model/gltf-binary', fileName });
	return { json, binary: { data } };
}

export async function runModel(
	engine: Engine,
	parameters: IDataObject,
	items: INodeExecutionData[],
	more: Omit<RunNodeOptions, 'parameters' | 'items'> = {},
): Promise<NodeResult> {
	return await engine.runNode(Image3dModel, { parameters: parameters as never, items, ...more });
}
