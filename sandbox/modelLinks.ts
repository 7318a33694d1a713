/** Signed, expiring addresses of models on the CDN. */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { type Task } from './state/tasks';

/** Seconds a `model_url` may be used before it answers 403. */
export const MODEL_URL_LIFETIME_SECONDS = 600;

export class ModelLinks {
	private readonly secret = randomBytes(32);

	constructor(private readonly cdnUrl: string) {}

	/** A `model_url` that works for so many seconds. */
	make(task: Task, lifetimeSeconds: number): string {
		const expires = Math.floor(Date.now() + lifetimeSeconds * 1000);
		const token = this.sign(task.id, expires);
		return `${this.cdnUrl}/models/${task.id}/model-${task.quality}.glb?token=${token}&expires=${expires}`;
	}

	/** Whether signature and time (milliseconds since 1970) still allow the download. */
	isValid(taskId: string, token: string, expires: number): boolean {
		const expected = Buffer.from(this.sign(taskId, expires));
		const given = Buffer.from(token);
		if (given.length !== expected.length || !timingSafeEqual(given, expected)) return false;
		return Date.now() < expires;
	}

	private sign(taskId: string, expires: number): string {
		return createHmac('sha256', this.secret).update(`${taskId}:${expires}`).digest('base64url');
	}
}
