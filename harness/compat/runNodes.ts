/** Image3D nodes run in the stage's n8n, and what came out of them: items, their files, a trigger's first delivery. */
import { setTimeout as sleep } from 'node:timers/promises';
import axios from 'axios';
import type { BinaryField, Execution, Item, Workflow } from '../n8n/types';
import type { StageAccount } from '../e2e/account';
import { Deliveries, type Delivery } from '../e2e/deliveries';
import type { TestStage } from '../e2e/stage';
import { chain, START, type Step } from '../e2e/workflow';

export const RUN_TIMEOUT_MS = 120_000;
/** Two polls, on a machine that has other things to do. */
export const DELIVERY_TIMEOUT_MS = 150_000;

/** One of the pack's nodes, by its display name. */
export function step(
	name: string,
	{ credentials }: StageAccount,
	parameters: object,
	more: object = {},
): Step {
	const type = `n8n-nodes-image3d.${name.replace('Image3D ', 'image3d')}`;
	return { name, type, credentials, parameters: { ...parameters }, ...more };
}

/** Runs the workflow by hand, to its end. */
export async function run({ client }: TestStage, workflow: Workflow): Promise<Execution> {
	return await client.waitForExecution(await client.run(workflow, START.name), RUN_TIMEOUT_MS);
}

/** Runs the steps one after the other. */
export async function runChain(stage: TestStage, name: string, ...steps: Step[]): Promise<Execution> {
	return await run(stage, await stage.client.saveWorkflow(chain(name, [START, ...steps])));
}

/** What a step put out, in an execution that nothing stopped. */
export function itemsOf({ data }: Execution, stepName: string, output = 0): Item[] {
	expect(data.resultData.error).toBeUndefined();
	return data.resultData.runData[stepName].at(-1)!.data!.main![output]!;
}

/** n8n 1.x keeps files inline unless it is told otherwise. */
export async function bytesOf({ client }: TestStage, { id, data }: BinaryField): Promise<Buffer> {
	return id === undefined ? Buffer.from(data, 'base64') : await client.binary(id);
}

/** Holds the item's model against what its link leads to. */
export async function expectBytesOfTheCdn(stage: TestStage, { json, binary }: Item): Promise<void> {
	const options = { responseType: 'arraybuffer', proxy: false } as const;
	const { data } = await axios.get<ArrayBuffer>(String(json.model_url), options);
	const bytes = await bytesOf(stage, binary!.data);
	expect(bytes.subarray(0, 4).toString()).toBe('glTF');
	expect(bytes.equals(Buffer.from(data))).toBe(true);
}

/** Publishes the workflow and waits for what its trigger starts it with. */
export async function firstDelivery(stage: TestStage, workflow: Workflow): Promise<Delivery> {
	await stage.client.activate(workflow.id);
	const deliveries = new Deliveries(stage, workflow);
	for (const deadline = Date.now() + DELIVERY_TIMEOUT_MS; Date.now() < deadline; await sleep(1_000)) {
		const { delivered, isIdle } = await deliveries.collect();
		if (isIdle && delivered.length > 0) {
			await stage.client.deactivate(workflow.id);
			return delivered[0];
		}
	}
	const log = stage.n8n.log.slice(-3_000);
	throw new Error(`Nothing was handed over in ${DELIVERY_TIMEOUT_MS / 1000} s:\n${log}`);
}
