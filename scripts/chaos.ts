/**
 * `npm run chaos -- --runs 1000 [--from 1] [--parallel 6]`: generated runs against the sandbox with everything going
 * wrong. `--seed 123` plays one of them alone and tells what happened. Ends with an error when a promise was broken.
 * With `--kills` the process that runs each is killed and the workflow is run again.
 */
import { parseArgs } from 'node:util';

import { describeTotals, runCampaign, type Failure } from '../harness/chaos/campaign';
import { closePictureHost } from '../harness/chaos/pictureHost';
import { describeRecord, describePlan } from '../harness/chaos/formatRun';
import { openPack, type Pack } from '../harness/sandbox/pack';
import { startSandboxProcess } from '../harness/sandbox/sandboxProcess';
import { say } from '../harness/process/say';
import { SandboxClient } from '../harness/sandbox/sandbox';
import { playManyKills, playOneKill } from './chaosKills';

/** A line of progress after so many runs. */
const PROGRESS_RUNS = 50;

const { values } = parseArgs({
	options: {
		runs: { type: 'string', default: '1000' },
		from: { type: 'string', default: '1' },
		parallel: { type: 'string' },
		kills: { type: 'boolean', default: false },
		seed: { type: 'string' },
	},
});

let rejections = 0;

async function main(): Promise<void> {
	process.on('unhandledRejection', (reason) => {
		rejections++;
		say(`An unhandled rejection: ${reason instanceof Error ? reason.stack : String(reason)}\n`);
	});
	const sandbox = await startSandboxProcess();
	process.env.IMAGE3D_SANDBOX = JSON.stringify(sandbox.ready);
	try {
		const isGood = values.kills ? await playKills(new SandboxClient(sandbox.ready)) : await play();
		process.exitCode = isGood && rejections === 0 ? 0 : 1;
	} finally {
		await sandbox.stop();
	}
}

async function playKills(sandbox: SandboxClient): Promise<boolean> {
	if (values.seed !== undefined) return await playOneKill(sandbox, Number(values.seed));
	const { from, runs, parallel } = values;
	const lanes = parallel === undefined ? {} : { parallel: Number(parallel) };
	return await playManyKills(sandbox, { from: Number(from), runs: Number(runs), ...lanes });
}

async function play(): Promise<boolean> {
	const pack = await openPack();
	try {
		return values.seed === undefined ? await playMany(pack) : await playOne(pack, Number(values.seed));
	} finally {
		await closePictureHost();
		await pack.close();
	}
}

async function playMany(pack: Pack): Promise<boolean> {
	const totals = await runCampaign(pack, {
		from: Number(values.from),
		runs: Number(values.runs),
		parallel: Number(values.parallel ?? 6),
		onFailure: ({ plan, problems }) => {
			say(`Seed ${plan.seed}\n${list(problems)}${describePlan(plan)}\n`);
			say(`  again: npm run chaos -- --seed ${plan.seed}\n`);
		},
		onEnd: (soFar) => {
			if (soFar.ended % PROGRESS_RUNS === 0) say(`${describeTotals(soFar)}\n`);
		},
	});
	say(`Result: ${describeTotals(totals)}; ${rejections} unhandled rejections\n`);
	return totals.failed === 0;
}

async function playOne(pack: Pack, seed: number): Promise<boolean> {
	let failure: Failure | undefined;
	await runCampaign(pack, {
		from: seed,
		runs: 1,
		onFailure: (found) => {
			failure = found;
		},
		onRecord: (record) => say(`${describeRecord(record)}\n`),
	});
	say(failure === undefined ? 'Every promise was kept.\n' : `Broken:\n${list(failure.problems)}`);
	return failure === undefined;
}

function list(problems: string[]): string {
	return problems.map((problem) => `  ✗ ${problem}\n`).join('');
}

main().catch((error: unknown) => {
	say(`${error instanceof Error ? error.stack : String(error)}\n`);
	process.exitCode = 1;
});
