/**
 * Runs plans whose process is killed, several in one process, as an n8n that dies takes all of its executions along. Each is held
 * up when its moment comes; when all are there, or have ended, or have had their time, the process dies. At last each is
 * run to its end in a process that lives. Out: the record of each.
 */
import type { IDataObject } from 'n8n-workflow';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Ledger, SandboxClient } from '../../sandbox/sandbox';
import { nameRequests } from '../postRunChecks';
import type { RunEnd } from './engineMessages';
import type { EngineProcess, EngineProcesses } from './engineProcess';
import type { KillPlan } from './killPlan';
import { type KillStage, openKillStage } from './killStage';
import { linesOf } from './processLog';

/** Real milliseconds: for those whose moment has not come, once the first has been held up; longer, and submits time out. */
const HELD_MS = 5_000;
/** In which no moment at all comes. */
const NO_MOMENT_MS = 15_000;
/** A run that takes longer hangs. */
const STUCK_MS = 90_000;
/** The node's time: whoever runs a workflow again later does so after any request has come to its end. */
const LATER_MS = 5 * 60_000;
/** Calls that the dead process had sent come to their end. */
const SETTLE_MS = 2_000;

export interface KillRecord {
	plan: KillPlan;
	/** The runs that came to their end; the last one had no trouble. */
	ends: RunEnd[];
	struck: number;
	deaths: number;
	ledger: Ledger;
	/** What each task was for, by its id, in the words of the plan's items. */
	asked: Record<string, string>;
	/** The rows of the memory, as the last run left them. */
	rows: IDataObject[];
	/** The lines that the processes logged about it. */
	log: string[];
	/** Charges before the run once more, where there was one. */
	chargesBefore?: number;
	/** Texts that nobody may read, and were found. */
	leaks: string[];
}

export interface KillHarness {
	/** The stages that are open, by their workflow. */
	stages: Map<string, KillStage>;
	sandbox: SandboxClient;
	processes: EngineProcesses;
	/** Where runs come to their end. */
	quiet: EngineProcess;
	/** The database's clock. */
	now(): number;
}

/** @throws Error when a run does not end, or the harness itself breaks. */
export async function runKillPlans(harness: KillHarness, plans: KillPlan[]): Promise<KillRecord[]> {
	const { sandbox, now } = harness;
	const stages = await Promise.all(plans.map(async (plan) => await openKillStage(sandbox, plan, now)));
	for (const stage of stages) harness.stages.set(stage.workflowId, stage);
	try {
		const rounds = Math.max(...plans.map(({ kills }) => kills.length));
		for (let round = 0; round < rounds; round++) {
			await killOne(harness, stages, round);
		}
		return await Promise.all(stages.map(async (stage) => await runToEnd(harness, stage)));
	} finally {
		for (const { workflowId } of stages) harness.stages.delete(workflowId);
		await Promise.all(stages.map(async (stage) => await stage.close()));
	}
}

/** One process, with all plans that have a kill left, until it dies. */
async function killOne({ processes }: KillHarness, all: KillStage[], round: number): Promise<void> {
	// n8n offers no Retry of an execution that came to its end well.
	const stages = all.filter(
		({ plan, ends }) => plan.kills[round] !== undefined && (plan.remembers || ends.length === 0),
	);
	if (stages.length === 0) return;
	const doomed = processes.take();
	try {
		await doomed.ready;
		const running = stages.map((stage) => runUntilKilled(doomed, stage, round));
		const isThere = running.map(({ sprung, ended }) => Promise.race([sprung, ended]));
		await Promise.race([
			...running.map(({ sprung }) => sprung),
			Promise.all(isThere),
			sleep(NO_MOMENT_MS, undefined, { ref: false }),
		]);
		await Promise.race([Promise.all(isThere), sleep(HELD_MS, undefined, { ref: false })]);
		await doomed.kill();
		for (const { trap } of running) trap.open(true);
		await Promise.all(running.map(async ({ ended }) => await ended));
		for (const stage of stages) stage.log.push(...linesOf(doomed.log, stage.workflowId));
	} finally {
		await processes.remove(doomed);
	}
}

function runUntilKilled(doomed: EngineProcess, stage: KillStage, round: number) {
	const trap = stage.trap(stage.plan.kills[round]);
	let hasEnded = false;
	let started = '';
	const sprung = trap.sprung.then(() => {
		if (!hasEnded) stage.struck++;
	});
	const ended = stage
		.orderOf(round > 0)
		.then(async (order) => await doomed.run(order, (row) => (started = row)))
		.then((end) => {
			hasEnded = true;
			if (end !== undefined) return void stage.ends.push(end);
			stage.deaths++;
			if (stage.plan.isLater) stage.waitedMs += LATER_MS;
			// Killed before it began, it left nothing to retry.
			if (started !== '') stage.died.push(started);
		});
	return { trap, sprung, ended };
}

async function runToEnd({ sandbox, quiet }: KillHarness, stage: KillStage): Promise<KillRecord> {
	const { plan, user, tables, gate } = stage;
	const { uid } = user;
	await settle(sandbox, uid);
	await sandbox.clearFaults(uid);
	tables.order();
	gate.onStep = undefined;
	tables.onStep = undefined;
	stage.onNote = undefined;
	const run = async () => {
		const order = await stage.orderOf(true);
		const end = await Promise.race([quiet.run(order), sleep(STUCK_MS, 'stuck' as const, { ref: false })]);
		if (end === 'stuck') throw new Error('The last run does not end');
		if (end === undefined) throw new Error('The process that lives has died');
		stage.ends.push(end);
	};
	const isOver = !plan.remembers && stage.ends.length > 0;
	if (!isOver) await run();
	const before = plan.runsOnceMore ? (await sandbox.ledger(uid)).charges.length : undefined;
	if (plan.runsOnceMore) await run();
	stage.log.push(...linesOf(quiet.log, stage.workflowId));
	const ledger = await sandbox.ledger(uid);
	return {
		plan,
		...{ ends: stage.ends, struck: stage.struck, deaths: stage.deaths, ledger, log: stage.log },
		asked: await nameRequests(ledger, plan),
		rows: tables.rows(stage.tableId),
		...(before !== undefined && { chargesBefore: before }),
		leaks: findLeaks(stage),
	};
}

/** Waits until the calls of a dead process have come to their end at the service. */
async function settle(sandbox: SandboxClient, uid: string): Promise<void> {
	const deadline = Date.now() + SETTLE_MS;
	do await sleep(20);
	while ((await sandbox.ledger(uid)).openRequests > 0 && Date.now() < deadline);
}

function findLeaks({ user, tables, ends, log, tableId }: KillStage): string[] {
	const places = {
		executions: JSON.stringify(ends),
		log: log.join('\n'),
		rows: JSON.stringify(tables.rows(tableId)),
	};
	const secrets = [user.idToken, user.refreshToken, tables.apiKey];
	return Object.entries(places).flatMap(([place, text]) =>
		secrets.some((secret) => text.includes(secret)) ? [place] : [],
	);
}
