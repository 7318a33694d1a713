/** The promises to a user whose n8n dies: the record of a run in, what is wrong with it out. Nothing means that all were kept. */
import type { IDataObject } from 'n8n-workflow';
import type { RunEnd } from './engineMessages';
import type { KillRecord } from './killRun';

/** All that is wrong, in sentences. */
export function findBrokenAfterKill(record: KillRecord): string[] {
	const { plan, leaks } = record;
	return [
		...findUntold(record),
		...findLostItems(record),
		...findBrokenFiles(record),
		...(plan.remembers
			? [...findPaidAgain(record), ...findUndelivered(record), ...findLastCharges(record)]
			: []),
		...leaks.map((place) => `a secret was found in ${place}`),
	];
}

/** Every charge is in front of the user as a task, by its id, or told as one of which nobody knows. */
function findUntold(record: KillRecord): string[] {
	const { ledger, ends, rows, log } = record;
	const said = [...ends.map(textOf), JSON.stringify(rows), ...log].join('\n');
	const unseen = ledger.charges.map(({ taskId }) => taskId).filter((taskId) => !said.includes(taskId));
	const told = countUncertain(record);
	if (unseen.length <= told) return [];
	return [`${unseen.join(', ')} charged and nowhere to be seen, ${told} told as uncertain`];
}

/** Requests of which it is told that nobody knows what became of them: in the table, by a run, in the log of one that died. */
export function countUncertain({ plan, rows, ends, log }: KillRecord): number {
	const open = rows.filter(({ state, task_id }) => isInDoubt(state) && !task_id).length;
	const ended = ends.map(({ executionId }) => `(execution ${executionId},`);
	const ofDead = log.filter((line) => !ended.some((name) => line.includes(name)));
	const count = (words: string) => ofDead.filter((line) => line.includes(words)).length;
	const unanswered = count('Image3D is asked for a generation') - count('Image3D accepted task');
	const told = Math.max(0, ...ends.map(countTold));
	if (!plan.remembers) return unanswered + told;
	// The table tells of it, and the log alone of what was sent again as the user wished.
	return Math.max(open, told) + (plan.options.onUncertainCharge === 'submitAgain' ? unanswered : 0);
}

function isWithout({ options }: KillRecord['plan']): boolean {
	return options.knownModels === 'withoutFile' || options.knownModels === 'leaveOut';
}

function isInDoubt(state: IDataObject[string]): boolean {
	return state === 'sending' || state === 'uncertain';
}

/** The node's words for one submit of its own or of another execution with the same memory, and for those of other items. */
const ONE = /not known whether Image3D accepted|never confirmed|never learned whether Image3D accepted/;
const MORE = /(\d+) more may have been charged/;

function countTold({ items, error = [], hints }: RunEnd): number {
	const text = [...error.slice(0, 2), ...hints].join('\n');
	const ofItems = items.filter(({ json }) => ONE.test(String(json.error))).length;
	return ofItems + (ONE.test(text) ? 1 : 0) + Number(MORE.exec(text)?.[1] ?? 0);
}

/** A request is paid for as often as it was asked for; again only where its task failed or the user said so. */
function findPaidAgain(record: KillRecord): string[] {
	const { plan, ledger, asked, rows } = record;
	const failed = new Set(
		ledger.tasks.filter(({ status }) => status === 'failed').map(({ taskId }) => taskId),
	);
	const remembered = new Set(rows.map(({ task_id }) => String(task_id)));
	const unknown = new Set(
		ledger.requests
			.filter(({ route, status }) => route === 'status' && status === 404)
			.map(({ taskId }) => taskId),
	);
	const mayRepeat = plan.options.onUncertainCharge === 'submitAgain';
	return [...new Set(plan.items)].flatMap((request) => {
		const paid = ledger.charges.map(({ taskId }) => taskId).filter((taskId) => asked[taskId] === request);
		const wanted = plan.items.filter((what) => what === request).length;
		const excused = paid.filter(
			(taskId) => failed.has(taskId) || (mayRepeat && (!remembered.has(taskId) || unknown.has(taskId))),
		);
		const allowed = wanted + excused.length;
		return paid.length > allowed
			? [`"${request}" was charged ${paid.length} times, at most ${allowed} were due`]
			: [];
	});
}

/** What the memory knows to be paid for comes out with its model, in one of the runs. */
function findUndelivered({ plan, ledger, ends, rows }: KillRecord): string[] {
	const delivered = new Set(
		ends.flatMap(({ items }) =>
			items.filter(({ file }) => file === 'whole').map(({ json }) => String(json.task_id)),
		),
	);
	// What was handed on may be left out, or come without its file, where the user wants it so.
	const isLeft = ({ state }: IDataObject) => state === 'delivered' && isWithout(plan);
	const known = new Set(rows.filter((row) => !isLeft(row)).map(({ task_id }) => String(task_id)));
	return ledger.tasks
		.filter(({ taskId, status }) => known.has(taskId) && status !== 'failed' && !delivered.has(taskId))
		.map(({ taskId }) => `task ${taskId} is remembered, and its model came out of no run`);
}

/** A run after one that had no trouble pays for nothing but what failed, or is sent again as the user wished. */
function findLastCharges({ chargesBefore, ledger, ends }: KillRecord): string[] {
	if (chargesBefore === undefined) return [];
	const further = ledger.charges.length - chargesBefore;
	const open = ends.at(-2)!.items.filter(({ json }) => json.status !== 'success').length;
	return further > open ? [`running once more was charged ${further} times, at most ${open} were due`] : [];
}

/** The last run had no trouble: it puts out one item for each that came in. */
function findLostItems({ plan, ends }: KillRecord): string[] {
	const last = ends.at(-1)!;
	if (last.status !== 'success') return [`the last run ends as ${last.status}: ${last.error?.join(' ')}`];
	const there = last.items.map(({ pairedItem }) => itemIn(pairedItem)).toSorted((a, b) => a - b);
	const isRight =
		plan.options.knownModels === 'leaveOut'
			? new Set(there).size === there.length
			: JSON.stringify(there) === JSON.stringify(plan.items.map((_item, index) => index));
	return isRight ? [] : [`the last run puts out items ${there.join(', ')} of ${plan.items.length}`];
}

function findBrokenFiles({ ends }: KillRecord): string[] {
	return ends
		.flatMap(({ items }) => items.filter(({ file }) => file === 'broken'))
		.map(({ json }) => `the file of task ${String(json.task_id)} is not a whole GLB`);
}

function itemIn(pairedItem: unknown): number {
	const [first] = Array.isArray(pairedItem) ? pairedItem : [pairedItem];
	return typeof first === 'object' && first !== null ? (first as { item: number }).item : Number(first ?? -1);
}

function textOf({ items, error = [], hints }: RunEnd): string {
	return [...error, ...hints, ...items.map(({ json }) => JSON.stringify(json))].join('\n');
}
