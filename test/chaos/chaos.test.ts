/** A short chaos campaign; `npm run chaos -- --runs 1000` is the long one. */
import { openPack, type Pack } from '../../harness/sandbox/pack';
import { describeTotals, runCampaign } from '../../harness/chaos/campaign';
import { closePictureHost } from '../../harness/chaos/pictureHost';
import { describePlan } from '../../harness/chaos/formatRun';

/** Takes about half a minute; each worker of Jest has one core. */
const RUNS = 120;

let pack: Pack;

beforeAll(async () => {
	pack = await openPack();
});

afterAll(async () => {
	await closePictureHost();
	await pack.close();
});

it(`${RUNS} generated runs keep every promise`, async () => {
	const broken: string[] = [];
	const totals = await runCampaign(pack, {
		from: 1,
		runs: RUNS,
		onFailure: ({ plan, problems }) => {
			const again = `again alone: npm run chaos -- --seed ${plan.seed}`;
			broken.push([...problems, again, describePlan(plan)].join('\n'));
		},
	});
	expect(broken.join('\n\n')).toBe('');
	expect(totals.failed).toBe(0);
	// A campaign in which nothing happens proves nothing.
	expect(describeTotals(totals)).not.toMatch(
		/\b0 (charges|delivered|fetched|uncertain|errors|cancels|retries)/,
	);
}, 240_000);
