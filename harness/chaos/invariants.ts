/** The promises: the record of a run in, what is wrong with it out. Nothing means that the run kept all of them. */
import { findUnaccounted } from './accounts';
import { itemOf, outputOf, visibleText, type RunRecord, type Execution } from './runRecord';

/** Stopping takes at most a second; the rest is for a machine that is busy with other tests. */
const STOP_MS = 4_000;

/** Faults that spoil the answer of a submit that took place. */
const SPOILT = [
	'resetAfter',
	'hangAfter',
	'gatewayTimeoutAfter',
	'html',
	'malformedJson',
	'emptyBody',
	'redirect',
	'status',
];

/** All that is wrong, in sentences. */
export function findBrokenPromises(record: RunRecord): string[] {
	return [
		...findUnaccounted(record),
		...record.executions.flatMap((execution, index) => findLostItems(record, execution, index)),
		...findDoubleCharges(record),
		...findOverspending(record),
		...findUnfetched(record),
		...findLooseEnds(record),
		...record.executions.flatMap(findSameNames),
		...record.brokenModels.map((taskId) => `the file of task ${taskId} is not a whole GLB`),
		...record.leaks.map((leak) => `a secret was found in ${leak}`),
	];
}

/** An execution puts out one item for each that came in, or it fails. */
function findLostItems({ plan }: RunRecord, { result }: Execution, index: number): string[] {
	const { status, error } = result;
	if (status !== 'success')
		return error === undefined ? [`execution ${index} (${status}) tells no error`] : [];
	const expected = plan.items.map((_item, place) => place);
	const there = outputOf(result).map(itemOf);
	const isSame = JSON.stringify(there.toSorted((a, b) => a - b)) === JSON.stringify(expected);
	return isSame ? [] : [`execution ${index} puts out items ${there.join(', ')} of ${expected.length}`];
}

/** Two models of one execution under one name: the second would be written over the first. */
function findSameNames({ result }: Execution, index: number): string[] {
	const names = outputOf(result).flatMap(({ binary }) => binary?.data?.fileName?.toLowerCase() ?? []);
	const twice = names.filter((name, place) => names.indexOf(name) !== place);
	return twice.map((name) => `execution ${index} hands on two files ${name}`);
}

/** A request is paid for as often as it was asked for, and again only where its task failed or the user said so. */
function findDoubleCharges({ plan, ledger, asked, failed }: RunRecord): string[] {
	const { charges, requests } = ledger;
	const spoilt = requests
		.filter(
			({ route, fault = '', status }) => route === 'generate' && (status === 0 || SPOILT.includes(fault)),
		)
		.map(({ taskId }) => taskId ?? '');
	// Accepted, and then not known: made again where the user said so.
	const unknown = new Set(
		requests
			.filter(({ route, status }) => route === 'status' && status === 404)
			.map(({ taskId = '' }) => taskId),
	);
	const mayRepeat = plan.options.onUncertainCharge === 'submitAgain';
	return [...new Set(Object.values(asked))].flatMap((request) => {
		const count = (taskIds: string[]) => taskIds.filter((taskId) => asked[taskId] === request).length;
		const paid = count(charges.map(({ taskId }) => taskId));
		const wanted = plan.items.filter((what) => what === request).length;
		const allowed = wanted + count(failed) + (mayRepeat ? count([...new Set([...spoilt, ...unknown])]) : 0);
		return paid > allowed ? [`"${request}" was charged ${paid} times, at most ${allowed} were due`] : [];
	});
}

function findOverspending({ plan, executions, ledger }: RunRecord): string[] {
	const { spendLimit } = plan.options;
	if (typeof spendLimit !== 'number') return [];
	// The tries of an execution count together.
	const limit = spendLimit * executions.length;
	const { length } = ledger.charges;
	return length > limit ? [`${length} charges, and the spend limit allows ${limit}`] : [];
}

function findUnfetched({ failed, fetched }: RunRecord): string[] {
	return fetched.flatMap(({ taskId, result }) => {
		const hasFailed = failed.includes(taskId);
		const [item] = result.items;
		if (hasFailed) {
			return visibleText(result).includes(taskId) ? [] : [`Status does not name the failed task ${taskId}`];
		}
		const isThere = item?.json.task_id === taskId && item.binary?.data !== undefined;
		return isThere ? [] : [`Status cannot fetch task ${taskId}: ${result.error?.message ?? 'no file'}`];
	});
}

function findLooseEnds({ ledger, lateCalls, executions }: RunRecord): string[] {
	const slowest = Math.max(...executions.map(({ stoppedWithinMs = 0 }) => stoppedWithinMs));
	const open = ledger.requests.filter(({ endedAt }) => endedAt === undefined).map(({ route }) => route);
	return [
		...(ledger.openRequests > 0
			? [`${ledger.openRequests} calls still run a second after the end: ${open.join(', ') || 'other'}`]
			: []),
		...(lateCalls > 0 ? [`${lateCalls} calls came after the end`] : []),
		...(ledger.downloads.some(({ hadAuthorization }) => hadAuthorization) ? ['the CDN saw the token'] : []),
		...(slowest > STOP_MS ? [`stopping took ${Math.round(slowest)} ms`] : []),
	];
}
