/**
 * The model's own bytes out of an answer that may hold more. In: the answer's stream and a check that counts; out: a stream
 * that ends where the model ends, however long the answer goes on. Fails, as a stream does, when the check refuses the bytes.
 */
import { type Clock, withTimeLimit } from '../../core/concurrency/clock';
import { END_OF_FILE_MS } from '../../core/delivery/downloadTime';
import type { GlbCheck } from '../../core/delivery/glbStreamCheck';

/** Node's readable stream, of which n8n's linter lets nothing be imported: `map` makes a checked one of it. */
export interface ModelStream extends AsyncIterable<Buffer> {
	map(take: (chunk: Buffer) => Buffer, options: { signal: AbortSignal }): ModelStream;
}

/** The class of the streams that `map` makes. */
interface StreamClass {
	from(parts: AsyncIterable<Buffer>): never;
}

/** A stream of the model alone, for n8n's storage. */
export function keepModel(body: ModelStream, check: GlbCheck, clock: Clock, signal: AbortSignal): never {
	const checked = body.map((chunk) => check.take(chunk), { signal });
	return (checked.constructor as unknown as StreamClass).from(untilModelEnds(checked, check, clock));
}

async function* untilModelEnds(
	checked: ModelStream,
	check: GlbCheck,
	clock: Clock,
): AsyncGenerator<Buffer, void> {
	const parts = checked[Symbol.asyncIterator]();
	let kept = 0;
	for (;;) {
		// Counted here: the check is a few chunks ahead.
		const isWhole = check.declaredLength !== undefined && kept >= check.declaredLength;
		if (isWhole) return await lookBehind(parts.next(), clock);
		const part = await parts.next();
		if (part.done === true) return;
		kept += part.value.length;
		if (part.value.length > 0) yield part.value;
	}
}

/** Waits for the end of the file or for bytes behind the model, whichever is first, and not long: the model is there. */
async function lookBehind(next: Promise<unknown>, clock: Clock): Promise<void> {
	await withTimeLimit(next, END_OF_FILE_MS, clock).catch(() => undefined);
}
