/**
 * A shop of Shopify's for a suite: its Admin API, and the bucket into which it has 3D models uploaded. Refuses what Shopify
 * refuses; the wording of the refusals is this file's own.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { CredentialInput } from '../n8n/types';
import { readParts } from './multipart';
import { loadShopifySchema, type Answer } from './shopifySchema';
import { ShopifyUploads } from './shopifyUploads';

const TOKEN = 'shpat_for_tests_only';
/** Versions are named after the quarter that they come out in. */
const API = /^\/admin\/api\/\d{4}-(?:01|04|07|10)\/graphql\.json$/;
/** What a 3D model may be, and the largest, bytes. */
const MODEL_TYPES: Readonly<Record<string, string>> = {
	glb: 'model/gltf-binary',
	usdz: 'model/vnd.usdz+zip',
};
const MAX_MODEL_BYTES = 500 * 1_000 * 1_000;

/** A model among the media of a product. */
export interface ProductModel {
	id: string;
	productId: string;
	alt?: string;
	bytes: Buffer;
}

/** One request and what it was answered with. */
export interface ShopRequest {
	path: string;
	status: number;
	/** Of the Admin API the errors, of the bucket its code. */
	refusals: string[];
}

export interface Shop {
	/** As in *Settings*. */
	url: string;
	/** For n8n's HTTP Request node. */
	credential: CredentialInput;
	models: ProductModel[];
	requests: ShopRequest[];
	close(): Promise<void>;
}

interface UserError {
	field: string[];
	message: string;
}

interface StagedUpload {
	filename: string;
	fileSize?: string;
	httpMethod: string;
	mimeType: string;
	resource: string;
}

interface NewMedia {
	alt?: string;
	mediaContentType: string;
	originalSource: string;
}

/** Starts a shop that has the products with these numbers. */
export async function startShop(products: string[]): Promise<Shop> {
	const answer = await loadShopifySchema();
	const models: ProductModel[] = [];
	const requests: ShopRequest[] = [];
	const server = createServer((request, response) => {
		void handle(request, response).catch((error: Error) => reply(response, 500, error.message));
	});
	await once(server.listen(0, '127.0.0.1'), 'listening');
	const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	const uploads = new ShopifyUploads(url);
	const mutations = mutationsOf(uploads, products, models);

	async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const body = await readBody(request);
		const path = request.url ?? '';
		const told = { path, status: 0, refusals: [] as string[] };
		requests.push(told);
		const place = uploads.find(`${url}${path}`);
		if (place === undefined) {
			const { status, result } = await askAdminApi(answer, mutations, request, body);
			Object.assign(told, { status, refusals: errorsIn(result) });
			reply(response, status, JSON.stringify(result), 'application/json');
			return;
		}
		// The storage wants to know how much comes before it comes.
		const refusal =
			request.method !== 'POST'
				? { status: 405, code: 'MethodNotAllowed' }
				: request.headers['content-length'] === undefined
					? { status: 411, code: 'MissingContentLength' }
					: uploads.take(place, readParts(body, request.headers['content-type'] ?? ''), request.headers);
		Object.assign(told, { status: refusal?.status ?? 204, refusals: refusal ? [refusal.code] : [] });
		const text = refusal ? `<?xml version='1.0'?><Error><Code>${refusal.code}</Code></Error>` : '';
		reply(response, told.status, text, 'application/xml');
	}

	return {
		url,
		credential: {
			name: 'Shopify account',
			type: 'shopifyAccessTokenApi',
			data: { shopSubdomain: 'for-tests', accessToken: TOKEN, appSecretKey: 'none' },
		},
		models,
		requests,
		close: async () => {
			server.closeAllConnections();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}

async function askAdminApi(answer: Answer, mutations: object, request: IncomingMessage, body: Buffer) {
	const { pathname } = new URL(request.url ?? '', 'http://shop');
	if (request.method !== 'POST' || !API.test(pathname))
		return { status: 404, result: { errors: 'Not Found' } };
	if (request.headers['x-shopify-access-token'] !== TOKEN) {
		return { status: 401, result: { errors: '[API] Invalid API key or access token' } };
	}
	if (!request.headers['content-type']?.startsWith('application/json')) {
		return { status: 415, result: { errors: 'Unsupported Media Type' } };
	}
	const asked = JSON.parse(body.toString()) as Parameters<Answer>[0];
	return { status: 200, result: await answer(asked, mutations) };
}

function mutationsOf(uploads: ShopifyUploads, products: string[], models: ProductModel[]) {
	return {
		stagedUploadsCreate: ({ input }: { input: StagedUpload[] }) => {
			const userErrors = input.flatMap(refuseUpload);
			if (userErrors.length > 0) return { stagedTargets: [], userErrors };
			const stagedTargets = input.map(({ filename, fileSize }) => {
				const { url, parameters } = uploads.add(filename, Number(fileSize));
				return { url, resourceUrl: url, parameters };
			});
			return { stagedTargets, userErrors };
		},
		productUpdate: ({ product, media = [] }: { product?: { id?: string }; media?: NewMedia[] }) => {
			const productId = product?.id ?? '';
			const isKnown = products.some((number) => productId === `gid://shopify/Product/${number}`);
			const userErrors = isKnown
				? media.flatMap((medium, index) => refuseMedium(uploads, medium, index))
				: [{ field: ['product', 'id'], message: 'Product does not exist' }];
			if (userErrors.length > 0) return { product: null, userErrors };
			for (const { alt, originalSource } of media) {
				const place = uploads.find(originalSource)!;
				place.usedFor = productId;
				const id = `gid://shopify/Model3d/${models.length + 1}`;
				models.push({ id, productId, alt, bytes: place.bytes! });
			}
			const nodes = models
				.filter((model) => model.productId === productId)
				.map(({ id, alt }) => ({ id, alt, mediaContentType: 'MODEL_3D', status: 'UPLOADED' }));
			const paged = ({ last = nodes.length }) => ({ nodes: nodes.slice(-last) });
			return { product: { id: productId, media: paged }, userErrors };
		},
	};
}

function refuseUpload(upload: StagedUpload, index: number): UserError[] {
	const refuse = (field: string, message: string) => [{ field: ['input', String(index), field], message }];
	if (upload.resource !== 'MODEL_3D') return refuse('resource', 'This shop takes 3D models alone');
	const ending = upload.filename.split('.').at(-1)!.toLowerCase();
	if (MODEL_TYPES[ending] === undefined) return refuse('filename', `"${upload.filename}" is no 3D model`);
	if (upload.mimeType !== MODEL_TYPES[ending])
		return refuse('mimeType', `${upload.mimeType} is not recognized`);
	if (upload.fileSize === undefined) return refuse('fileSize', 'File size is required for a 3D model');
	const size = Number(upload.fileSize);
	if (size === 0 || size > MAX_MODEL_BYTES) return refuse('fileSize', 'File size is not allowed');
	if (upload.httpMethod !== 'POST') return refuse('httpMethod', '3D models are uploaded by POST');
	return [];
}

function refuseMedium(uploads: ShopifyUploads, medium: NewMedia, index: number): UserError[] {
	const refuse = (field: string, message: string) => [{ field: ['media', String(index), field], message }];
	if (medium.mediaContentType !== 'MODEL_3D') return refuse('mediaContentType', 'Not a 3D model');
	const place = uploads.find(medium.originalSource);
	if (place?.bytes === undefined)
		return refuse('originalSource', 'There is no uploaded 3D model at this address');
	if (place.usedFor !== undefined) return refuse('originalSource', 'This upload has been used already');
	if (place.bytes.subarray(0, 4).toString() !== 'glTF') return refuse('originalSource', 'Not a 3D model');
	return [];
}

function errorsIn(result: object): string[] {
	const text = JSON.stringify(result);
	return [...text.matchAll(/"message":"((?:[^"\\]|\\.)*)"/g)].map(([, message]) => message);
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk as Buffer);
	return Buffer.concat(chunks);
}

function reply(response: ServerResponse, status: number, text: string, type = 'text/plain'): void {
	response.writeHead(status, { 'content-type': type }).end(text);
}
