/** The picture of an item, from whichever of the three sources the person chose. */
import type { IExecuteFunctions, IN8nHttpFullResponse } from 'n8n-workflow';
import { type Outcome, badInput } from '../core/failure';
import { fileNameInLink } from '../core/fileName';
import { BYTES_PER_MB, MAX_PICTURE_BYTES, READ_TIMEOUT_MS } from '../core/limits';
import { type Picture, checkPicture, decodePicture, pictureType } from '../core/picture';
import { openStream } from './openStream';
import { readRequestError } from './requestErrors';
import { inTurn } from './turns';

/** Reads and checks the picture of item `index` as the node's parameters say. Sends nothing to Image3D. */
export async function readPicture(context: IExecuteFunctions, index: number): Promise<Outcome<Picture>> {
	const source = context.getNodeParameter('imageSource', index, 'binary') as string;
	if (source === 'url')
		return await fetchPicture(context, context.getNodeParameter('imageUrl', index, '') as string);
	if (source === 'base64') {
		const read = () => String(context.getNodeParameter('imageBase64', index, '') ?? '');
		return await inTurn(() => decodePicture(read(), 'Image (Base64)'));
	}
	const field = String(context.getNodeParameter('binaryPropertyName', index, 'data') ?? '').trim();
	const problem = findFileProblem(context, index, field);
	return problem ?? checkPicture(await context.helpers.getBinaryDataBuffer(index, field), field);
}

/** What the picture of item `index` will take in memory: the size of its file, or the most where only loading it tells. */
export async function estimatePictureBytes(context: IExecuteFunctions, index: number): Promise<number> {
	const source = context.getNodeParameter('imageSource', index, 'binary') as string;
	if (source !== 'binary') return MAX_PICTURE_BYTES;
	const field = String(context.getNodeParameter('binaryPropertyName', index, 'data') ?? '').trim();
	const file = context.getInputData()[index]?.binary?.[field];
	if (file?.id === undefined) return MAX_PICTURE_BYTES;
	const { fileSize } = await context.helpers.getBinaryMetadata(file.id).catch(() => ({ fileSize: 0 }));
	return fileSize > 0 && fileSize <= MAX_PICTURE_BYTES ? fileSize : MAX_PICTURE_BYTES;
}

/** The file name of the picture of item `index`, where its source tells one. Reads no picture. */
export function readPictureName(context: IExecuteFunctions, index: number): string | undefined {
	const source = context.getNodeParameter('imageSource', index, 'binary') as string;
	if (source === 'url') {
		return fileNameInLink(String(context.getNodeParameter('imageUrl', index, '') ?? '').trim());
	}
	if (source === 'base64') return undefined;
	const field = String(context.getNodeParameter('binaryPropertyName', index, 'data') ?? '').trim();
	const fileName = context.getInputData()[index]?.binary?.[field]?.fileName;
	return fileName === undefined || fileName === '' ? undefined : fileName;
}

/**
 * Finds what is wrong with a picture without loading it, so that a whole batch can be looked at before the first
 * submit. A link is not fetched for that.
 */
export async function findPictureProblem(
	context: IExecuteFunctions,
	index: number,
): Promise<Outcome<unknown> | undefined> {
	const source = context.getNodeParameter('imageSource', index, 'binary') as string;
	if (source === 'url') return checkPictureUrl(context.getNodeParameter('imageUrl', index, '') as string);
	if (source === 'base64') return await readPicture(context, index);
	const field = String(context.getNodeParameter('binaryPropertyName', index, 'data') ?? '').trim();
	const problem = findFileProblem(context, index, field);
	if (problem !== undefined) return problem;
	const file = context.getInputData()[index].binary![field];
	if (file.id === undefined) return await readPicture(context, index);
	const { fileSize } = await context.helpers.getBinaryMetadata(file.id);
	if (fileSize > MAX_PICTURE_BYTES) return checkPicture({ length: fileSize } as Uint8Array, field);
	for await (const head of await context.helpers.getBinaryStream(file.id, 64)) {
		return pictureType(head as Uint8Array) === undefined
			? checkPicture(head as Uint8Array, field)
			: undefined;
	}
	return checkPicture(new Uint8Array(0), field);
}

function findFileProblem(
	context: IExecuteFunctions,
	index: number,
	field: string,
): Outcome<never> | undefined {
	if (field === '') {
		return badInput(
			'"Input Binary Field" is empty',
			'Enter the name of the field that holds the picture, usually data.',
		);
	}
	const fields = Object.keys(context.getInputData()[index]?.binary ?? {});
	if (fields.includes(field)) return undefined;
	const found = fields.length === 0 ? 'The item has no file at all' : `The item has: ${fields.join(', ')}`;
	return badInput(
		`The item has no file in the field "${field}"`,
		`${found}. Correct "Input Binary Field", or let a step before this one load the picture.`,
	);
}

function checkPictureUrl(text: string): Outcome<never> | undefined {
	const url = URL.canParse(String(text).trim()) ? new URL(String(text).trim()) : undefined;
	if (url?.protocol === 'http:' || url?.protocol === 'https:') return undefined;
	return badInput(
		'"Image URL" is not a web address',
		'Enter the whole link to the picture, starting with https://.',
	);
}

async function fetchPicture(context: IExecuteFunctions, text: string): Promise<Outcome<Picture>> {
	const problem = checkPictureUrl(text);
	if (problem !== undefined) return problem;
	let response: IN8nHttpFullResponse;
	try {
		response = await openStream(context, {
			method: 'GET',
			url: text.trim(),
			headers: { Accept: 'image/png, image/jpeg, image/webp' },
			timeout: READ_TIMEOUT_MS,
			abortSignal: context.getExecutionCancelSignal(),
		});
		const body = response.body as AsyncIterable<Buffer> & { destroy(): void };
		if (response.statusCode !== 200) {
			body.destroy();
			return notFetched(`its server answered HTTP ${response.statusCode}`);
		}
		return checkPicture(await collect(body), 'Image URL');
	} catch (error) {
		const reply = readRequestError(error, false);
		return reply.kind === 'noAnswer'
			? notFetched(reply.reason, reply.remedy)
			: notFetched(`its server answered HTTP ${reply.status}`);
	}
}

/** The body up to one byte over the limit, so that a film behind the link does not fill the memory. */
async function collect(body: AsyncIterable<Buffer>): Promise<Buffer> {
	const chunks: Buffer[] = [];
	let size = 0;
	for await (const chunk of body) {
		chunks.push(chunk);
		size += chunk.length;
		if (size > MAX_PICTURE_BYTES) break;
	}
	return Buffer.concat(chunks);
}

function notFetched(reason: string, remedy?: string): Outcome<never> {
	return badInput(
		`The picture behind "Image URL" could not be fetched: ${reason}`,
		remedy ??
			`Open the link in a browser to check it; it must work without signing in and be at most ${MAX_PICTURE_BYTES / BYTES_PER_MB} MB.`,
	);
}
