/** Faults: what a test wants to go wrong for one user, and which of them the next matching call meets. */
import { type ModelEncoding } from './models/encodings';
import { type OtherFormat } from './models/otherFormats';
import { RequestProblem } from './problem';

/** Milliseconds a `hang` fault holds a request unless told otherwise. */
export const DEFAULT_HANG_MS = 60_000;

/** Milliseconds a `slow` fault stretches an answer over unless told otherwise, and the pieces it comes in. */
export const DEFAULT_SLOW_MS = 2_000;
export const SLOW_PIECES = 8;

/** Milliseconds between two bytes of a `drip` fault unless told otherwise. */
export const DEFAULT_DRIP_MS = 200;

export const FAULT_POINTS = [
	'generate',
	'status',
	'balance',
	'checkout',
	'model',
	'token',
	'signIn',
] as const;
export type FaultPoint = (typeof FAULT_POINTS)[number];

export const FAULT_KINDS = [
	'status',
	'html',
	'malformedJson',
	'emptyBody',
	'resetBefore',
	'resetAfter',
	'gatewayTimeoutAfter',
	'hang',
	'hangAfter',
	'slow',
	'truncate',
	'redirect',
	'failJob',
	'missingModelUrl',
	'unknownStatus',
	'statusWord',
	'progressAs',
	'renamed',
	'compressed',
	'late',
	'drip',
	'padded',
	'otherFormat',
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** One fault as the control API takes it. */
export interface FaultOrder {
	on: FaultPoint;
	kind: FaultKind;
	/** Calls it hits; -1 means every one. Default 1. */
	times?: number;
	/** Matching calls let through first. Default 0. */
	after?: number;
	/** HTTP status of `status`, `html`, `redirect`, `gatewayTimeoutAfter`. */
	status?: number;
	/** Body of `status`: a string is sent as it is, anything else as JSON. */
	body?: unknown;
	headers?: Record<string, string>;
	/** Firebase's error code for `status` on `token` and `signIn`, such as `TOKEN_EXPIRED`. */
	code?: string;
	/** `status`, `html`, `malformedJson`, `emptyBody`: let the call take place (and be charged) first. */
	accepted?: boolean;
	/** Milliseconds for `hang`, `hangAfter` and `slow`. */
	ms?: number;
	/** `truncate`: leave out `Content-Length`, so that the cut cannot be seen by the transport. */
	withoutLength?: boolean;
	/** `truncate`, and `hangAfter` and `resetAfter` on a model: bytes sent before; half the model otherwise. */
	atBytes?: number;
	/** `redirect`: where to. */
	to?: string;
	/** `failJob`: the field that carries the reason, and the reason. */
	field?: 'error' | 'message' | 'detail';
	reason?: string;
	/** `unknownStatus`, `statusWord`: the word sent instead. */
	value?: string;
	/** `statusWord`: the word that it stands for, so that others are left alone; any word otherwise. */
	instead?: 'queued' | 'processing' | 'success' | 'failed';
	/** `progressAs`: "45%" or 0.45. */
	as?: 'percent' | 'share';
	/** `renamed`: paths such as `taskId` or `data.task_id` under which the id and the link come. */
	idAs?: string;
	linkAs?: string;
	/** `renamed`: the object into which all of the answer goes. */
	inside?: string;
	/** `compressed`: with what; also for a client that asks for `identity`. */
	encoding?: ModelEncoding;
	/** `compressed`: the model loses so many bytes at its end before it is compressed. */
	shortBy?: number;
	/** `compressed`: for clients alone that accept the encoding. */
	polite?: boolean;
	/** `late`: the headers come at once, and the first byte after `ms`; otherwise the headers come late. */
	afterHeaders?: boolean;
	/** `padded`: bytes behind the model; -1 never ends. */
	bytes?: number;
	/** `otherFormat`: what comes in place of the GLB. */
	format?: OtherFormat;
}

/** A fault with what is left of it. */
export interface Fault extends FaultOrder {
	left: number;
	toSkip: number;
}

const ONLY_ON: Partial<Record<FaultKind, FaultPoint[]>> = {
	failJob: ['generate'],
	missingModelUrl: ['status'],
	unknownStatus: ['status'],
	statusWord: ['generate', 'status'],
	progressAs: ['status'],
	renamed: ['generate', 'status'],
	truncate: ['model'],
	compressed: ['model'],
	late: ['model'],
	drip: ['model'],
	padded: ['model'],
	otherFormat: ['model'],
};

/**
 * Reads fault orders, one or an array.
 * @throws RequestProblem (400) that names what is wrong with them.
 */
export function parseFaults(input: unknown): Fault[] {
	return (Array.isArray(input) ? input : [input]).map(parseFault);
}

function parseFault(input: unknown): Fault {
	const order = input as FaultOrder;
	if (order === null || typeof order !== 'object') throw new RequestProblem(400, 'A fault is an object');
	if (!FAULT_POINTS.includes(order.on)) throw new RequestProblem(400, `Unknown "on": ${String(order.on)}`);
	if (!FAULT_KINDS.includes(order.kind)) throw new RequestProblem(400, `Unknown kind: ${String(order.kind)}`);
	const allowed = ONLY_ON[order.kind];
	if (allowed && !allowed.includes(order.on)) {
		throw new RequestProblem(400, `"${order.kind}" works on ${allowed.join(', ')} only`);
	}
	if (order.kind === 'redirect' && !order.to) throw new RequestProblem(400, '"redirect" needs "to"');
	return { ...order, left: order.times ?? 1, toSkip: order.after ?? 0 };
}

/**
 * Takes the first fault that hits this call, and counts the call against those before it.
 * @param kinds only these kinds are looked at; the others are neither taken nor counted.
 * @param fits the same for faults that this call has no use for.
 */
export function takeFault(
	faults: Fault[],
	on: FaultPoint,
	kinds?: readonly FaultKind[],
	fits: (fault: Fault) => boolean = () => true,
): Fault | undefined {
	for (const fault of faults) {
		if (fault.on !== on || fault.left === 0 || (kinds && !kinds.includes(fault.kind))) continue;
		if (!fits(fault)) continue;
		if (fault.toSkip > 0) {
			fault.toSkip -= 1;
			continue;
		}
		if (fault.left > 0) fault.left -= 1;
		if (fault.left === 0) faults.splice(faults.indexOf(fault), 1);
		return fault;
	}
	return undefined;
}

/** Faults that change what an answer says. A handler takes them when it has the answer, so that one that does not fit does not use them up. */
export const ANSWER_FAULTS = [
	'missingModelUrl',
	'unknownStatus',
	'statusWord',
	'progressAs',
	'renamed',
] as const satisfies readonly FaultKind[];
