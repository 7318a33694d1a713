/** The main workflow in a real n8n: product pictures in a folder become GLB files in another. */
import { readdirSync } from 'node:fs';
import { collectResults, STEPS } from '../../harness/start/results';
import { importTemplates, MAIN_TEMPLATE, readTemplates } from '../../harness/start/templates';
import { ROOT, useStage } from '../../harness/e2e/stage';

const stage = useStage();

describe('the main workflow', () => {
	it('makes a valid model of every picture, named after it', async () => {
		const { client, folders } = stage;
		const templates = readTemplates(`${ROOT}/templates`);
		const workflow = (await importTemplates(client, templates, stage)).get(MAIN_TEMPLATE)!;
		const execution = await client.waitForExecution(await client.run(workflow, STEPS.trigger), 90_000);
		expect(execution.status).toBe('success');
		const results = await collectResults(execution);
		expect(results.map(({ picture }) => picture).sort()).toEqual(readdirSync(folders.pictures).sort());
		for (const result of results) {
			expect(result.problems).toEqual([]);
			expect(result.file).toBe(`${folders.models}/${result.picture.replace(/\.\w+$/, '.glb')}`);
			// The range of faces that the service promises for pro.
			expect(result.faces).toBeGreaterThanOrEqual(40_000);
			expect(result.faces).toBeLessThanOrEqual(60_000);
		}
	});

	it('hands out the bytes that it wrote', async () => {
		const { client } = stage;
		const [newest] = await client.executions();
		const execution = await client.execution(newest.id);
		const [item] = execution.data.resultData.runData[STEPS.generate][0].data!.main![0]!;
		const bytes = await client.binary(item.binary!.data.id!);
		expect(bytes.subarray(0, 4).toString()).toBe('glTF');
		expect(bytes.length).toBe((item.json.model as { file_size: number }).file_size);
	});

	it('replaces the workflow and the credential when they are brought in again', async () => {
		const { client } = stage;
		const before = await client.workflows();
		await importTemplates(client, readTemplates(`${ROOT}/templates`), stage);
		expect((await client.workflows()).map(({ id }) => id).sort()).toEqual(before.map(({ id }) => id).sort());
	});
});
