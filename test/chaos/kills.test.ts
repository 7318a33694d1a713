/** A short campaign of processes that are killed; `npm run chaos -- --kills --runs 1000` is the long one. */
import { runKillCampaign } from '../../harness/chaos/kill/killCampaign';
import { describeKillPlan, describeKillTotals } from '../../harness/chaos/kill/formatKills';
import { sharedSandbox } from '../../harness/sandbox/sandbox';

/** Takes a minute or two: each process that is killed has loaded n8n's engine before. */
const RUNS = 100;

it(`${RUNS} runs whose process is killed keep every promise`, async () => {
	const broken: string[] = [];
	const totals = await runKillCampaign(sharedSandbox(), {
		from: 1,
		runs: RUNS,
		onFailure: ({ plans, problems }) => {
			const again = plans.map(({ seed }) => `again alone: npm run chaos -- --kills --seed ${seed}`);
			broken.push([...problems, ...again, ...plans.map(describeKillPlan)].join('\n'));
		},
	});
	expect(broken.join('\n\n')).toBe('');
	expect(totals.failed).toBe(0);
	// A campaign in which nothing happens proves nothing.
	const least = { deaths: 0.75, struck: 0.5, charges: 1, reused: 0.1, uncertain: 0.1 };
	const told = describeKillTotals(totals);
	for (const part of Object.keys(least) as Array<keyof typeof least>) {
		expect({ part, isEnough: totals[part] >= least[part] * RUNS, told }).toMatchObject({
			part,
			isEnough: true,
		});
	}
}, 900_000);
