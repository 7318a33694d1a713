/**
 * The picture of an item, from whichever of the three sources the user chose. An item's parameters in, a reference out that
 * holds no bytes; the reference in, the picture, what is wrong with it, its size or its name out.
 */
import type { Outcome } from '../../core/failure';
import { fileNameInLink } from '../../core/delivery/modelFileName';
import { MAX_PICTURE_BYTES } from '../../core/inputImage/inputImage';
import { type Picture, decodePicture } from '../../core/inputImage/inputImage';
import { readPictureLink } from '../../core/inputImage/imageLink';
import type { NodeService } from '../http/openService';
import type { ItemParameters } from '../items/nodeRun';
import { inTurn } from '../timing/stepQueue';
import { fetchPicture } from './fetchInputImage';
import {
	type FoundFile,
	findFileProblem,
	findPictureFile,
	readPictureFile,
	sizeOfPictureFile,
} from './inputImageFile';

/** Where a picture comes from. */
export type InputImage =
	| { from: 'url'; link: string }
	/** Megabytes of text: read when they are needed, and not kept. */
	| { from: 'base64'; readText: () => string }
	| { from: 'binary'; found: Outcome<FoundFile> };

/** The source of an item's picture, as its parameters say. */
export function readInputImage({ get, getLarge, input, loadFile }: ItemParameters): InputImage {
	const source = get('imageSource', 'binary');
	if (source === 'url') return { from: 'url', link: String(get('imageUrl', '') ?? '') };
	if (source === 'base64') return { from: 'base64', readText: () => String(getLarge('imageBase64') ?? '') };
	const wanted = String(get('binaryPropertyName', 'data') ?? '');
	return { from: 'binary', found: findPictureFile(wanted, input, loadFile) };
}

/** Loads and checks the picture. Sends nothing to Image3D. */
export async function openPicture(image: InputImage, service: NodeService): Promise<Outcome<Picture>> {
	if (image.from === 'url') return await fetchPicture(service, image.link);
	if (image.from === 'base64') return await inTurn(() => decodePicture(image.readText(), 'Image (Base64)'));
	return image.found.ok ? await readPictureFile(image.found.value) : image.found;
}

/**
 * Finds what is wrong with a picture without loading it, so that a whole batch can be looked at before the first
 * submit. A link is not fetched for that.
 */
export async function findPictureProblem(
	image: InputImage,
	service: NodeService,
): Promise<Outcome<unknown> | undefined> {
	if (image.from === 'url') return readPictureLink(image.link);
	if (image.from === 'base64') return await openPicture(image, service);
	return image.found.ok ? await findFileProblem(image.found.value, service.files) : image.found;
}

/** What the picture will take in memory: the size of its file, or the most where only loading it tells. */
export async function estimatePictureBytes(image: InputImage, { files }: NodeService): Promise<number> {
	if (image.from !== 'binary' || !image.found.ok) return MAX_PICTURE_BYTES;
	return Math.min(
		(await sizeOfPictureFile(image.found.value, files)) ?? MAX_PICTURE_BYTES,
		MAX_PICTURE_BYTES,
	);
}

/** The file name of the picture, where its source tells one. Reads no picture. */
export function pictureNameOf(image: InputImage): string | undefined {
	if (image.from === 'base64') return undefined;
	if (image.from === 'url') {
		const link = readPictureLink(image.link);
		return link.ok ? fileNameInLink(link.value.url) : undefined;
	}
	const fileName = image.found.ok ? image.found.value.file.fileName : undefined;
	return fileName === '' ? undefined : fileName;
}
