/** One workflow with all five nodes and every option of theirs set, so that their panels show all there is to read. */
import type { Workflow } from '../n8n/types';
import type { TestStage } from './stage';
import { chain, type Step } from './workflow';

const NODES = ['Trigger', 'Generate', 'Status', 'Balance', 'Checkout'] as const;

/** Names of the steps. */
export const PANELS = NODES.map((node) => `Image3D ${node}`);

const DELIVERY = {
	budget: { limits: { preset: 'custom', maxFaces: 1000 } },
	concurrency: 5,
	fileName: '={{ $json.sku }}',
	maxModelSizeMb: 500,
	pollInterval: 5,
	preview: 'image',
	simplify: true,
	timeout: 600,
};

const PARAMETERS: Record<(typeof NODES)[number], Record<string, unknown>> = {
	Trigger: {
		pollTimes: { item: [{ mode: 'everyMinute' }] },
		taskSource: 'dataTable',
		options: { simplify: true, statusColumn: 'state', statusValue: 'waiting' },
	},
	Generate: {
		mode: 'image',
		options: {
			...DELIVERY,
			extraFields: '{}',
			onUncertainCharge: 'stop',
			minimumBalance: 10,
			spendLimit: 100,
		},
	},
	Status: { waitForCompletion: true, options: DELIVERY },
	Balance: { options: { minimumBalance: 10 } },
	Checkout: { options: { extraFields: '{}' } },
};

export async function addEveryPanel({ client, credential }: TestStage): Promise<Workflow> {
	const credentials = { image3dApi: { id: credential.id, name: credential.name } };
	const steps = NODES.map<Step>((node) => ({
		name: `Image3D ${node}`,
		type: `n8n-nodes-image3d.image3d${node}`,
		parameters: PARAMETERS[node],
		credentials,
	}));
	return await client.saveWorkflow(chain('Every panel', steps));
}
