/** An S3-compatible object storage of a suite's own, which checks the signature of every request that carries one. */
import { createRequire } from 'node:module';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import axios from 'axios';
import type { CredentialInput } from '../n8n/types';

interface Context {
	method: string;
	path: string;
	status: number;
	get(header: string): string;
}

type Middleware = (context: Context, next: () => Promise<void>) => Promise<void>;

interface Server {
	/** The first one sees a request first. */
	middleware: Middleware[];
	run(): Promise<{ port: number }>;
	close(): Promise<void>;
}

// It carries no types.
const S3rver = createRequire(__filename)('@20minutes/s3rver') as new (options: object) => Server;

/** The only account that the server knows. */
const ACCOUNT = 'S3RVER';

export interface StoredRequest {
	method: string;
	path: string;
	authorization: string;
	status: number;
}

export interface ObjectStore {
	/** For n8n's S3 node. */
	credential: CredentialInput;
	/** All requests, oldest first. */
	requests: StoredRequest[];
	/** An upload whose path matches fails. */
	refused?: RegExp;
	/** The object's bytes, or undefined when there is none. */
	read(bucket: string, key: string): Promise<Buffer | undefined>;
	/** The answer's status when the object is asked for with a signature that is none of the account's. */
	readForged(bucket: string, key: string): Promise<number>;
	close(): Promise<void>;
}

/** Starts it with one empty bucket. */
export async function startObjectStore(bucket: string): Promise<ObjectStore> {
	const directory = mkdtempSync(join(tmpdir(), 'image3d-s3-'));
	const server = new S3rver({
		address: '127.0.0.1',
		port: 0,
		directory,
		silent: true,
		vhostBuckets: false,
		configureBuckets: [{ name: bucket }],
	});
	const requests: StoredRequest[] = [];
	server.middleware.unshift(async (context, next) => {
		const { method, path } = context;
		const request = { method, path, authorization: context.get('authorization'), status: 0 };
		requests.push(request);
		if (method === 'PUT' && objectStore.refused?.test(path)) context.status = 500;
		else await next().finally(() => (request.status = context.status));
	});
	const { port } = await server.run();
	const endpoint = `http://127.0.0.1:${port}`;
	const http = axios.create({ baseURL: endpoint, proxy: false, validateStatus: () => true });
	const keys = { accessKeyId: ACCOUNT, secretAccessKey: ACCOUNT, region: 'us-east-1' };
	const objectStore: ObjectStore = {
		credential: { name: 'S3 account', type: 's3', data: { endpoint, ...keys, forcePathStyle: true } },
		requests,
		read: async (name, key) => {
			const answer = await http.get<ArrayBuffer>(`/${name}/${key}`, { responseType: 'arraybuffer' });
			return answer.status === 200 ? Buffer.from(answer.data) : undefined;
		},
		readForged: async (name, key) => {
			const time = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
			const scope = `${ACCOUNT}/${time.slice(0, 8)}/us-east-1/s3/aws4_request`;
			const signed = `SignedHeaders=host;x-amz-date, Signature=${'0'.repeat(64)}`;
			const headers = {
				Authorization: `AWS4-HMAC-SHA256 Credential=${scope}, ${signed}`,
				'x-amz-date': time,
				'x-amz-content-sha256': 'UNSIGNED-PAYLOAD',
			};
			return (await http.get(`/${name}/${key}`, { headers })).status;
		},
		close: async () => {
			await server.close();
			rmSync(directory, { recursive: true, force: true });
		},
	};
	return objectStore;
}
