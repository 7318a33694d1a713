/** The plan of one run whose process is killed, drawn from its seed alone: who asks for what, when the kill comes, what else goes wrong. */
import type { FaultOrder } from '../../../sandbox/faults';
import type { TableCallKind, TableFault } from '../../sandbox/dataTablesFaults';
import type { NoteMethod } from './engineMessages';
import type { UserSettings } from '../../sandbox/sandbox';
import { Draw } from '../draw';
import { drawFaults } from '../faultDraw';

/** A call to the service, as the gate tells them apart. */
export type ApiCallKind = 'generate' | 'status' | 'other';

/** Where a call is when the process dies: come in, done but not answered, or answered. */
export type KillAt = 'arrived' | 'done' | 'answered';

/** The moment of a kill: at a call, counted from 1 in the run, or some milliseconds after its start. */
export type Moment =
	| { on: 'table'; kind: TableCallKind; number: number; at: KillAt }
	| { on: 'api'; kind: ApiCallKind; number: number; at: KillAt }
	/** What n8n keeps for the guard of a *Retry*. */
	| { on: 'notes'; kind: NoteMethod; number: number; at: KillAt }
	| { on: 'time'; ms: number };

export interface KillPlan {
	seed: number;
	/** Whether paid models are remembered in a Data Table. Without, each run but the first is n8n's *Retry* of the one that died. */
	remembers: boolean;
	mode: 'text' | 'image';
	/** What each item asks for; equal words are equal requests. */
	items: string[];
	quality: string;
	options: Record<string, unknown>;
	account: UserSettings;
	/** Seconds of the node's time in one second of real time. */
	acceleration: number;
	/** One for each process that dies. */
	kills: Moment[];
	faults: FaultOrder[];
	tableFaults: TableFault[];
	/** Whether the table begins without columns, so that the node makes them. */
	isBare: boolean;
	/** It is run again minutes after a kill, else at once. */
	isLater: boolean;
	/** A *Retry* of the first execution that died, else of the last one. */
	retriesFirst: boolean;
	/** After the run that comes to its end, once more: nothing further may be paid for. */
	runsOnceMore: boolean;
}

const WORDS = ['a vase', 'a cup', 'a chair', 'a lamp'];
const COLORS = ['tomato', 'teal', 'gold', 'navy'];

export function drawKillPlan(seed: number): KillPlan {
	const draw = new Draw(seed);
	const mode = draw.of(['text', 'text', 'image'] as const);
	const remembers = !draw.chance(0.25);
	const isBare = draw.chance(0.2);
	const words = mode === 'text' ? WORDS : COLORS;
	const variety = draw.whole(1, words.length);
	const items = Array.from({ length: draw.whole(1, 5) }, () => words[draw.whole(0, variety - 1)]);
	const killCount = draw.weighted([
		[6, 1],
		[2, 2],
		[1, 3],
	]);
	return {
		seed,
		remembers,
		mode,
		items,
		quality: draw.of(['fast', 'standard']),
		options: {
			preview: 'off',
			timeout: 90,
			concurrency: draw.whole(1, 5),
			...(draw.chance(0.25) ? { onUncertainCharge: 'submitAgain' } : {}),
			...(draw.chance(0.25) ? { knownModels: draw.of(['withoutFile', 'leaveOut']) } : {}),
		},
		account: {
			plan: 'pro',
			speed: 10_000 / draw.spread(30, 400),
			progress: draw.of(['linear', 'none', 'stepwise']),
			tinyModels: true,
			numericIds: draw.chance(0.1),
		},
		acceleration: 20,
		kills: Array.from({ length: killCount }, () =>
			drawMoment(draw, { remembers, isBare, items: items.length }),
		),
		// Most runs have no trouble but the kill: what it breaks is to be seen.
		faults: draw.chance(0.3) ? drawFaults(draw) : [],
		tableFaults: remembers && draw.chance(0.2) ? drawTableFaults(draw) : [],
		isBare,
		isLater: draw.chance(0.6),
		retriesFirst: draw.chance(0.4),
		runsOnceMore: remembers && draw.chance(0.5),
	};
}

function drawMoment(
	draw: Draw,
	{ remembers, isBare, items }: Pick<KillPlan, 'remembers' | 'isBare'> & { items: number },
): Moment {
	const at = draw.of(['arrived', 'done', 'answered'] as const);
	// Not all of them come: requests are joined, and rows are written together.
	const number = draw.whole(1, draw.whole(1, items));
	const api = (kind: ApiCallKind): Moment => ({ on: 'api', kind, number, at });
	const table = (kind: TableCallKind, first = number): Moment => ({ on: 'table', kind, number: first, at });
	const notes = (): Moment => ({
		...{ on: 'notes', number, at: at === 'answered' ? 'done' : at },
		kind: draw.of<NoteMethod>(['checkProcessedAndRecord', 'removeProcessed']),
	});
	const time = (): Moment => ({ on: 'time', ms: draw.spread(5, 1_500) });
	if (!remembers)
		return draw.weighted([
			[5, api('generate')],
			[2, notes()],
			[1, api('status')],
			[1, time()],
		]);
	return draw.weighted([
		[4, api('generate')],
		[1, api('status')],
		// Between the row and the request, and between the answer and the row.
		[3, table('insert')],
		[4, table('update', draw.whole(1, draw.whole(1, items * 2)))],
		[1, table('read', draw.whole(1, 2))],
		[isBare ? 8 : 0, table('addColumn', draw.whole(1, 8))],
		[2, time()],
	]);
}

function drawTableFaults(draw: Draw): TableFault[] {
	const kinds: TableCallKind[] = [draw.of(['read', 'insert', 'update'] as const)];
	const many = { kinds, times: draw.whole(1, 3), after: draw.whole(0, 3) };
	return [
		draw.of<TableFault>([
			{ does: 'refuse', status: draw.of([429, 500, 503, 403]), ...many },
			{ does: 'unreachable', ...many },
			{ does: 'loseAnswer', ...many },
			{ does: 'slow', ms: draw.spread(20, 400), ...many },
		]),
	];
}
