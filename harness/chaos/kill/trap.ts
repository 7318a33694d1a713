/** The moment of a kill in; out: who tells when it has come, and holds up there whatever is about to go on. */
import type { KillAt, Moment } from './killPlan';
import type { KillStage } from './killStage';

/** When a moment has come, all that waits there goes on or dies with its process. */
export interface Trap {
	/** Resolves when the moment has come; never where it does not. */
	sprung: Promise<void>;
	/** The process is dead (or not): what was held up breaks off (or goes on). */
	open(isDead: boolean): void;
}

/** Sets it in place of the one before. */
export function setTrap(stage: Pick<KillStage, 'gate' | 'tables' | 'onNote'>, moment: Moment): Trap {
	let open!: (isDead: boolean) => void;
	const opened = new Promise<boolean>((resolve) => (open = resolve));
	let spring!: () => void;
	const sprung = new Promise<void>((resolve) => (spring = resolve));
	let state: 'set' | 'sprung' | 'open' = 'set';
	const comeTrue = () => {
		state = 'sprung';
		spring();
	};
	const timer = moment.on === 'time' ? setTimeout(comeTrue, moment.ms) : undefined;
	let seen = 0;
	const onStep = async (on: Moment['on'], kind: string | undefined, at: KillAt) => {
		// A call that the dead process had sent comes to its end: it was on its way.
		if (state === 'open') return;
		const isIt = moment.on !== 'time' && moment.on === on && moment.kind === kind && moment.at === at;
		if (state === 'set' && isIt && ++seen === moment.number) comeTrue();
		// From the moment on nothing goes on, so that the run is no further when the process dies.
		if (state === 'sprung' && (await opened)) throw new Error('The process is dead');
	};
	stage.gate.onStep = async ({ kind, at }) => await onStep('api', kind, at);
	stage.tables.onStep = async ({ kind, at }) => await onStep('table', kind, at);
	stage.onNote = async (kind, at) => await onStep('notes', kind, at);
	return {
		sprung,
		open: (died) => {
			clearTimeout(timer);
			state = 'open';
			open(died);
		},
	};
}
