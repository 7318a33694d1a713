/**
 * Where Shopify has 3D models uploaded: a bucket of Google Cloud Storage that takes a form with a signed policy. Written
 * from the answers in Shopify's reference (four parameters; the policy holds bucket, key and the exact size) and from
 * Google's page on POST objects (`file` comes last; `MalformedPolicyDocument`, `EntityTooLarge` and so on). Stricter than
 * either: the parameters come in the order in which they were given.
 */
import { createHmac, randomBytes } from 'node:crypto';
import type { Part } from './multipart';

const BUCKET = 'threed-models-production';
const ACCOUNT = 'threed-model-service@example.iam.gserviceaccount.com';
const EXPIRES_MS = 15 * 60_000;

export interface UploadPlace {
	url: string;
	parameters: Array<{ name: string; value: string }>;
	fileSize: number;
	/** Once it was uploaded. */
	bytes?: Buffer;
	/** Of the product that the model became part of: a place is good for one. */
	usedFor?: string;
}

export interface Refusal {
	status: number;
	code: string;
}

export class ShopifyUploads {
	private readonly key = randomBytes(32);
	private readonly places = new Map<string, UploadPlace>();

	constructor(private readonly origin: string) {}

	/** A place for one file of exactly this size. */
	add(fileName: string, fileSize: number): UploadPlace {
		const id = randomBytes(8).toString('hex');
		const key = `models/${id}/${fileName}`;
		const policy = Buffer.from(
			JSON.stringify({
				expiration: new Date(Date.now() + EXPIRES_MS).toISOString(),
				conditions: [
					['eq', '$bucket', BUCKET],
					['eq', '$key', key],
					['content-length-range', fileSize, fileSize],
				],
			}),
		).toString('base64');
		const values = { GoogleAccessId: ACCOUNT, key, policy, signature: this.sign(policy) };
		const parameters = Object.entries(values).map(([name, value]) => ({ name, value }));
		const path = key.split('/').map(encodeURIComponent).join('/');
		const url = `${this.origin}/${BUCKET}/${path}?external_model3d_id=${id}`;
		const place = { url, parameters, fileSize };
		this.places.set(url, place);
		return place;
	}

	/** The place that an address is of. */
	find(url: string): UploadPlace | undefined {
		return this.places.get(url);
	}

	/** Takes the form, or says why not. */
	take(place: UploadPlace, parts: Part[], headers: Record<string, unknown>): Refusal | undefined {
		// A request with a token of another service is no anonymous one.
		if (headers.authorization !== undefined || headers['x-shopify-access-token'] !== undefined) {
			return { status: 400, code: 'InvalidArgument' };
		}
		const file = parts.at(-1);
		if (file?.name !== 'file' || file.fileName === undefined) return { status: 400, code: 'InvalidArgument' };
		const fields = parts.slice(0, -1).map(({ name, bytes }) => ({ name, value: bytes.toString() }));
		const given = new Map(fields.map(({ name, value }) => [name, value]));
		const policy = given.get('policy');
		if (policy === undefined) return { status: 400, code: 'MalformedPolicyDocument' };
		if (given.get('signature') !== this.sign(policy)) return { status: 403, code: 'SignatureDoesNotMatch' };
		if (JSON.stringify(fields) !== JSON.stringify(place.parameters)) {
			return { status: 403, code: 'InvalidPolicyDocument' };
		}
		if (file.bytes.length > place.fileSize) return { status: 400, code: 'EntityTooLarge' };
		if (file.bytes.length < place.fileSize) return { status: 400, code: 'EntityTooSmall' };
		place.bytes = file.bytes;
		return undefined;
	}

	private sign(policy: string): string {
		return createHmac('sha256', this.key).update(policy).digest('base64');
	}
}
