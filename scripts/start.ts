/** `npm start`: a real n8n, the sandbox of the Image3D service, and product pictures that become 3D models. */
import type { N8nDownload } from '../harness/bare/n8nDownload.cjs';
import type { StartOptions } from '../harness/bare/startOptions.cjs';
import { say } from '../harness/process/say';
import { bringUp, type Stage } from '../harness/start/bringUp';
import { endAll, endOnSignals, endWithError } from '../harness/start/endAll';
import { runMainWorkflow } from '../harness/start/runMainWorkflow';

async function main(options: StartOptions, download?: N8nDownload): Promise<void> {
	say('\nImage3D for n8n: product pictures become 3D models\n\n');
	const { speed, port } = options;
	const stage = await bringUp({ speed, port, download });
	const isGood = await runMainWorkflow(stage, speed);
	if (options.once) {
		await endAll(isGood ? 0 : 1);
		return;
	}
	say(addresses(stage));
	await Promise.race([stage.n8n.ended, stage.sandbox.ended]);
	throw new Error('n8n or the sandbox has ended unexpectedly.');
}

function addresses({ n8n, sandbox, slot, folders }: Stage): string {
	return `
  n8n's editor   ${n8n.url}
    email        ${slot.owner.email}
    password     ${slot.owner.password}
  The sandbox    ${sandbox.baseUrl}
  Pictures       ${folders.pictures}
  Models         ${folders.models}

  Both keep running until you press Ctrl-C. Workflows you make in this n8n are there again next time.
`;
}

endOnSignals();

/** Runs until Ctrl-C, or until the first run has ended where the options say so. `download` has begun already. */
export function start(options: StartOptions, download?: N8nDownload): void {
	main(options, download).catch(endWithError);
}
