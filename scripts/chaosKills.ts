/** `npm run chaos -- --kills …`: runs whose process is killed. In: the command's choices; out: whether every promise was kept. */
import { type KillFailure, runKillCampaign } from '../harness/chaos/kill/killCampaign';
import { describeKillRecord, describeKillPlan, describeKillTotals } from '../harness/chaos/kill/formatKills';
import { say } from '../harness/process/say';
import type { SandboxClient } from '../harness/sandbox/sandbox';

/** A line of progress after so many runs. */
const PROGRESS_RUNS = 50;

export async function playManyKills(
	sandbox: SandboxClient,
	choices: { from: number; runs: number; parallel?: number },
): Promise<boolean> {
	let told = 0;
	const totals = await runKillCampaign(sandbox, {
		...choices,
		onFailure: ({ plans, problems }) => {
			say(`${list(problems)}${plans.map(describeKillPlan).join('\n')}\n`);
			for (const { seed } of plans) say(`  again: npm run chaos -- --kills --seed ${seed}\n`);
		},
		onEnd: (soFar) => {
			if (soFar.ended < told + PROGRESS_RUNS) return;
			told = soFar.ended;
			say(`${describeKillTotals(soFar)}\n`);
		},
	});
	say(`Result: ${describeKillTotals(totals)}\n`);
	return totals.failed === 0;
}

export async function playOneKill(sandbox: SandboxClient, seed: number): Promise<boolean> {
	const failures: KillFailure[] = [];
	await runKillCampaign(sandbox, {
		...{ from: seed, runs: 1, parallel: 1 },
		onFailure: (failure) => failures.push(failure),
		onRecord: (record) => say(`${describeKillRecord(record)}\n`),
	});
	say(
		failures.length === 0
			? 'Every promise was kept.\n'
			: `Broken:\n${list(failures.flatMap(({ problems }) => problems))}`,
	);
	return failures.length === 0;
}

function list(problems: string[]): string {
	return problems.map((problem) => `  ✗ ${problem}\n`).join('');
}
