/** A short campaign of processes that are killed; `npm run chaos -- --kills --runs 1000` is the long one. */
import { runKillCampaign } from '../../harness/chaos/kill/killCampaign';
import { describeKillPlan, describeKillTotals } from '../../harness/chaos/kill/killStory';
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
	expect(totals.deaths).toBeGreaterThan(RUNS);
	expect(totals.struck).toBeGreaterThan(RUNS / 2);
	for (const part of [totals.charges, totals.reused, totals.uncertain]) {
		expect([part, describeKillTotals(totals)]).toEqual([expect.any(Number), expect.any(String)]);
		expect(part).toBeGreaterThan(RUNS / 10);
	}
}, 900_000);
