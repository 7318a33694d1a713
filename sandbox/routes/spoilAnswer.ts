/** What an answer says, in the words and under the names that other services use. In: the documented answer; out: what is sent. */
import { type Fault, takeFault } from '../faults';
import { type Call } from './call';

type Body = Record<string, unknown>;

/** Each of the faults that change an answer is taken once where it fits; the names come last. */
export function spoilAnswer(call: Call, route: 'generate' | 'status', body: Body): Body {
	const take = (kinds: Array<Fault['kind']>, fits?: (fault: Fault) => boolean) => {
		const fault = takeFault(call.user.faults, route, kinds, fits);
		if (fault) call.record.fault ??= fault.kind;
		return fault;
	};
	let answer = body;
	const hidden = take(
		['missingModelUrl', 'unknownStatus'],
		({ kind }) => kind === 'unknownStatus' || body.status === 'success',
	);
	if (hidden) answer = { ...answer, model_url: undefined };
	if (hidden?.kind === 'unknownStatus') answer = { ...answer, status: hidden.value ?? 'dreaming' };
	const word = take(['statusWord'], ({ instead }) => instead === undefined || instead === body.status);
	if (word) answer = { ...answer, status: word.value };
	const progress = take(['progressAs'], () => typeof body.progress === 'number');
	if (progress) answer = { ...answer, progress: spellProgress(body.progress as number, progress) };
	const names = take(['renamed']);
	return names ? rename(answer, names) : answer;
}

function spellProgress(progress: number, { as }: Fault): unknown {
	return as === 'share' ? progress / 100 : `${progress}%`;
}

function rename(body: Body, { idAs, linkAs, inside }: Fault): Body {
	const answer = moved(moved(body, 'task_id', idAs), 'model_url', linkAs);
	return inside === undefined ? answer : { success: true, [inside]: answer };
}

function moved(body: Body, name: string, path: string | undefined): Body {
	if (path === undefined || body[name] === undefined) return body;
	const { [name]: value, ...others } = body;
	const parts = path.split('.');
	const leaf = parts.pop()!;
	const branch = parts.reduceRight<Body>((inner, part) => ({ [part]: inner }), { [leaf]: value });
	return { ...others, ...branch };
}
