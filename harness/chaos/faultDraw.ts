/** The faults of a run, drawn: what each address of the service can be made to do, and how often it is. */
import type { FaultOrder, FaultPoint } from '../../sandbox/faults';
import type { Draw } from './draw';

type Make = (draw: Draw) => Omit<FaultOrder, 'on'>;
type Menu = ReadonlyArray<readonly [weight: number, make: Make]>;

/** Nothing listens there: following a redirect to it would fail, and a token would be lost on the way. */
const ELSEWHERE = 'http://127.0.0.1:9/elsewhere';

const retryAfter = (draw: Draw): Record<string, string> => {
	const value = draw.of(['0', '1', undefined, 'Thu, 01 Jan 1970 00:00:00 GMT']);
	return value === undefined ? {} : { 'Retry-After': value };
};

const answers =
	(...statuses: number[]): Make =>
	(draw) => ({
		kind: 'status',
		status: draw.of(statuses),
		headers: draw.chance(0.2) ? retryAfter(draw) : {},
	});

const storm: Make = (draw) => ({
	kind: 'status',
	status: 429,
	times: draw.whole(1, 7),
	headers: retryAfter(draw),
});

const plain =
	(kind: FaultOrder['kind']): Make =>
	() => ({ kind });

const lasting =
	(kind: 'hang' | 'hangAfter' | 'slow'): Make =>
	(draw) => ({ kind, ms: draw.spread(50, draw.chance(0.1) ? 4_000 : 800) });

/** A page of something else than JSON, with or without the call having taken place. */
const spoiltPage: Make = (draw) => ({
	kind: draw.of(['html', 'malformedJson', 'emptyBody'] as const),
	accepted: draw.chance(0.6),
	...(draw.chance(0.3) ? { status: draw.of([200, 502, 503]) } : {}),
});

const redirect: Make = (draw) => ({ kind: 'redirect', to: ELSEWHERE, status: draw.of([301, 302, 307]) });

/** Whoever stands in between: a firewall's page, a proxy or a network that wants a login. */
const inBetween: Make = (draw) => ({ kind: 'html', status: draw.of([403, 407, 511]) });

/** A redirect that says "it is done": after a submit that took place. */
const seeOther: Make = () => ({ kind: 'redirect', to: ELSEWHERE, status: 303, accepted: true });

const truncated: Make = (draw) => ({
	kind: 'truncate',
	withoutLength: draw.chance(0.5),
	...(draw.chance(0.5) ? { atBytes: draw.of([0, 3, 11, 12, 19, 20, 40]) } : {}),
});

/** Words that other services use: each in place of the one that it means, so that the checks and the node agree on the end. */
const otherWord: Make = (draw) =>
	draw.of([
		{ kind: 'statusWord', instead: 'success', value: draw.of(['completed', 'Done', 'FINISHED', 'ready']) },
		{ kind: 'statusWord', instead: 'failed', value: draw.of(['error', 'Cancelled', 'expired', 'rejected']) },
		{ kind: 'statusWord', instead: 'processing', value: draw.of(['rendering', 'IN_PROGRESS', 'step 2/3']) },
		{ kind: 'progressAs', as: draw.of(['percent', 'share'] as const) },
	] as const);

const otherIdName: Make = (draw) => ({
	kind: 'renamed',
	...draw.of([{ idAs: 'taskId' }, { idAs: 'id' }, { idAs: 'data.task_id' }, { inside: 'data' }]),
});

const otherLinkName: Make = (draw) => ({
	kind: 'renamed',
	...draw.of([
		...['modelUrl', 'url', 'model.url', 'model_urls.glb', 'result.model_url'].map((linkAs) => ({ linkAs })),
		{ inside: 'data' },
	]),
});

const compressed: Make = (draw) => ({
	kind: 'compressed',
	encoding: draw.of(['gzip', 'br', 'deflate'] as const),
	polite: draw.chance(0.3),
	...(draw.chance(0.2) ? { shortBy: draw.whole(1, 400) } : {}),
});

const otherFormat: Make = (draw) => ({
	kind: 'otherFormat',
	format: draw.of(['fbx', 'zip', 'usdz', 'gltf', 'obj', 'stl', 'ply'] as const),
});

/** What Firebase says with HTTP 400 although it passes. */
const passingSignIn: Make = (draw) => ({
	kind: 'status',
	status: draw.of([400, 429]),
	code: draw.of(['TOO_MANY_ATTEMPTS_TRY_LATER', 'QUOTA_EXCEEDED']),
});

/** Every network fault there is, whatever the call. */
const LINE: Menu = [
	[2, plain('resetBefore')],
	[3, plain('resetAfter')],
	[2, (draw) => ({ kind: 'gatewayTimeoutAfter', status: draw.of([502, 504]) })],
	[2, lasting('hang')],
	[2, lasting('hangAfter')],
	[2, lasting('slow')],
	[2, spoiltPage],
	[0.5, redirect],
	[1, inBetween],
];

/** Accepted answers that name no task. */
const NO_TASKS = [{}, [], { ok: true }, { error: 'Model overloaded' }, { success: false, message: 'No GPU' }];

const MENUS: Record<Exclude<FaultPoint, 'checkout'>, Menu> = {
	generate: [
		...LINE,
		[3, storm],
		[3, answers(500, 503)],
		[2, answers(502, 504, 520)],
		[1, seeOther],
		[2, answers(401)],
		[1.5, answers(400, 402, 403, 408, 409, 413, 422)],
		[1, (draw) => ({ kind: 'status', status: 200, accepted: true, body: draw.of(NO_TASKS) })],
		[1.5, otherIdName],
		[0.5, (draw) => ({ kind: 'statusWord', value: draw.of(['pending', 'ACCEPTED', '']) })],
		[
			3,
			(draw) => ({
				kind: 'failJob',
				field: draw.of(['error', 'message', 'detail'] as const),
				reason: draw.of(['NSFW content detected', 'Out of memory', 'bad input']),
			}),
		],
	],
	status: [
		...LINE,
		[3, storm],
		[3, answers(500, 502, 503, 504)],
		[2, answers(401)],
		[1, answers(403, 404, 400)],
		[2, plain('missingModelUrl')],
		[1.5, (draw) => ({ kind: 'unknownStatus', value: draw.of(['paused', 'almost done', '']) })],
		[3, otherWord],
		[2, otherLinkName],
		[0.5, (draw) => ({ kind: 'status', status: 200, body: draw.of(NO_TASKS.slice(3)) })],
	],
	model: [
		...LINE,
		[3, truncated],
		[3, compressed],
		[2, (draw) => ({ kind: 'late', ms: draw.spread(50, 4_000), afterHeaders: draw.chance(0.5) })],
		[1, (draw) => ({ kind: 'drip', ms: draw.spread(1, 20) })],
		[2, (draw) => ({ kind: 'padded', bytes: draw.of([1, 4, 4_096, -1]) })],
		[2, otherFormat],
		[3, answers(403, 404, 410)],
		[2, answers(500, 503, 429)],
		[0.5, answers(400, 401)],
	],
	balance: [...LINE, [2, answers(500, 503)], [1, answers(401, 404)]],
	token: [
		[3, answers(500, 503)],
		[1, plain('resetBefore')],
		[1, lasting('hang')],
		[1, lasting('slow')],
		[1, (draw) => ({ kind: 'status', status: 400, code: draw.of(['TOKEN_EXPIRED', 'USER_DISABLED']) })],
		[1, passingSignIn],
		[1, (draw) => ({ kind: draw.of(['html', 'malformedJson', 'emptyBody'] as const) })],
	],
	signIn: [
		[3, answers(500, 503)],
		[1, plain('resetBefore')],
		[1, passingSignIn],
		[1, (draw) => ({ kind: 'status', status: 400, code: draw.of(['INVALID_OOB_CODE', 'USER_DISABLED']) })],
	],
};

const POINTS: ReadonlyArray<readonly [number, Exclude<FaultPoint, 'checkout'>]> = [
	[6, 'generate'],
	[5, 'status'],
	[5, 'model'],
	[1, 'balance'],
	[1, 'token'],
	[0.3, 'signIn'],
];

/** None to seven faults, each met by one call or some calls in a row, at once or later. */
export function drawFaults(draw: Draw): FaultOrder[] {
	return Array.from({ length: draw.chance(0.08) ? 0 : draw.whole(1, 7) }, () => {
		const on = draw.weighted(POINTS);
		const times = draw.weighted([
			[6, 1],
			[2, draw.whole(2, 4)],
			[1, draw.whole(5, 8)],
		]);
		return { on, times, after: draw.chance(0.5) ? 0 : draw.whole(1, 4), ...draw.weighted(MENUS[on])(draw) };
	});
}
