/** The picture of an item, from whichever of the three sources the user chose. */
import type { IExecuteFunctions } from 'n8n-workflow';
import type { Outcome } from '../../core/failure';
import { fileNameInLink } from '../../core/delivery/modelFileName';
import { MAX_PICTURE_BYTES } from '../../core/limits';
import { type Picture, decodePicture } from '../../core/inputImage/inputImage';
import { readPictureLink } from '../../core/inputImage/imageLink';
import { fetchPicture } from './fetchInputImage';
import { findFileProblem, findPictureFile, readPictureFile, sizeOfPictureFile } from './inputImageFile';
import { inTurn } from '../timing/stepQueue';

/** Reads and checks the picture of item `index` as the node's parameters say. Sends nothing to Image3D. */
export async function readPicture(context: IExecuteFunctions, index: number): Promise<Outcome<Picture>> {
	const source = sourceOf(context, index);
	if (source === 'url') return await fetchPicture(context, linkOf(context, index));
	if (source !== 'base64') return await readPictureFile(context, index);
	const read = () => String(context.getNodeParameter('imageBase64', index, '') ?? '');
	return await inTurn(() => decodePicture(read(), 'Image (Base64)'));
}

/**
 * Finds what is wrong with a picture without loading it, so that a whole batch can be looked at before the first
 * submit. A link is not fetched for that.
 */
export async function findPictureProblem(
	context: IExecuteFunctions,
	index: number,
): Promise<Outcome<unknown> | undefined> {
	const source = sourceOf(context, index);
	if (source === 'url') return readPictureLink(linkOf(context, index));
	if (source === 'base64') return await readPicture(context, index);
	return await findFileProblem(context, index);
}

/** What the picture of item `index` will take in memory: the size of its file, or the most where only loading it tells. */
export async function estimatePictureBytes(context: IExecuteFunctions, index: number): Promise<number> {
	if (sourceOf(context, index) !== 'binary') return MAX_PICTURE_BYTES;
	return Math.min((await sizeOfPictureFile(context, index)) ?? MAX_PICTURE_BYTES, MAX_PICTURE_BYTES);
}

/** The file name of the picture of item `index`, where its source tells one. Reads no picture. */
export function readPictureName(context: IExecuteFunctions, index: number): string | undefined {
	const source = sourceOf(context, index);
	if (source === 'base64') return undefined;
	if (source === 'url') {
		const link = readPictureLink(linkOf(context, index));
		return link.ok ? fileNameInLink(link.value.url) : undefined;
	}
	const found = findPictureFile(context, index);
	const fileName = found.ok ? found.value.file.fileName : undefined;
	return fileName === '' ? undefined : fileName;
}

function sourceOf(context: IExecuteFunctions, index: number): string {
	return context.getNodeParameter('imageSource', index, 'binary') as string;
}

function linkOf(context: IExecuteFunctions, index: number): string {
	return String(context.getNodeParameter('imageUrl', index, '') ?? '');
}
