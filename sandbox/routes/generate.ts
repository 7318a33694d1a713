/** POST /api/generate: checks the request, charges it and starts the job. */
import { type Answer } from '../answer';
import { readPicture } from '../models/readPicture';
import { type Quality, TIER_PROVIDER, TIER_SECONDS } from '../tiers';
import { RequestProblem } from '../problem';
import { now } from '../sandboxService';
import { assertMayGenerate, charge } from '../state/money';
import { drawJitter, type Failure, newTask, type TaskInput } from '../state/tasks';
import { type User } from '../state/users';
import { type Call } from './call';
import { spoilAnswer } from './spoilAnswer';

/** Longest prompt, characters. */
const MAX_PROMPT_LENGTH = 10_000;

export async function generate(call: Call): Promise<Answer> {
	const { service, user, body } = call;
	const quality = readQuality(body.quality);
	const { input, picture } = await readInput(body);
	const createdAt = now();
	assertMayGenerate(user, createdAt);
	const job = newTask({
		createdAt,
		endsAt: createdAt + durationMs(user, quality),
		input,
		quality,
		body: withoutPicture(body, input, picture),
		progressStyle: user.settings.progress,
		failure: readFailure(call),
		injected: false,
		hasNumericId: user.settings.numericIds,
	});
	if (picture && input.mode === 'image' && !user.settings.tinyModels) {
		service.pictures.keep(input.imageSha256, picture);
	}
	service.users.addTask(user, job);
	charge(user, job, createdAt, call.idempotencyKey);
	call.record.taskId = job.id;
	const task_id = user.settings.numericIds ? Number(job.id) : job.id;
	const answer = { task_id, status: 'queued', provider: TIER_PROVIDER[quality] };
	return { status: 200, body: spoilAnswer(call, 'generate', answer) };
}

function readFailure({ fault }: Call): Failure | undefined {
	if (fault?.kind !== 'failJob') return undefined;
	return { field: fault.field ?? 'error', reason: fault.reason ?? 'Generation failed' };
}

function readQuality(value: unknown): Quality {
	if (value === undefined) return 'pro';
	if (typeof value === 'string' && Object.hasOwn(TIER_SECONDS, value)) return value as Quality;
	throw new RequestProblem(400, 'Bad request: quality must be fast, standard, pro or ultra');
}

async function readInput(body: Record<string, unknown>): Promise<{ input: TaskInput; picture?: Buffer }> {
	if (body.mode === 'text') {
		const { prompt } = body;
		if (typeof prompt !== 'string' || prompt.trim() === '') {
			throw new RequestProblem(400, 'Bad request: prompt is required in text mode');
		}
		if (prompt.length > MAX_PROMPT_LENGTH) {
			throw new RequestProblem(400, `Bad request: prompt is longer than ${MAX_PROMPT_LENGTH} characters`);
		}
		return { input: { mode: 'text', prompt } };
	}
	if (body.mode === 'image') {
		const { bytes, sha256 } = await readPicture(body.image);
		return { input: { mode: 'image', imageSha256: sha256 }, picture: bytes };
	}
	throw new RequestProblem(400, 'Bad request: mode must be image or text');
}

function withoutPicture(
	body: Record<string, unknown>,
	input: TaskInput,
	picture: Buffer | undefined,
): Record<string, unknown> {
	if (input.mode !== 'image') return body;
	const { image: _image, ...others } = body;
	return { ...others, imageSha256: input.imageSha256, imageBytes: picture?.length };
}

function durationMs(user: User, quality: Quality): number {
	const { jitter, seed, speed } = user.settings;
	const factor = jitter === 0 ? 1 : 1 + jitter * drawJitter(seed, user.charges.length);
	return (TIER_SECONDS[quality] * 1000 * factor) / speed;
}
