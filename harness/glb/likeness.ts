/** How alike a model is with a quarter of its faces: the pictures of both, from several sides, each framed by itself. */
import { WebIO } from '@gltf-transform/core';
import sharp from 'sharp';
import { fitModel, type FitModel } from '../../glb/operations';
import { renderPreview, VIEWS, type ViewName } from '../../glb/preview';
import { buildBenchModel } from '../preview/benchModels';
import { pictureSimilarity } from '../preview/similarity';
import { timing } from './timing';

/** Pixels of a picture's side. */
const SIDE = 512;
/** Pixels that the reference program of structural similarity makes a picture's shorter side, whatever it was. */
const REFERENCE_SIDE = 256;

/** Structural similarity of two models' pictures from one side. */
export interface Likeness {
	view: ViewName;
	/** Of the pictures as they are. */
	similarity: number;
	/** Of the pictures as the reference program looks at them, at half the size. */
	atReferenceSize: number;
}

/** What a fit makes of a model that may have a quarter of its faces; its materials and textures stay as they are. */
export async function aQuarterOf(glb: Uint8Array): Promise<FitModel> {
	const whole = await fitModel(glb, { ...timing, limits: {} });
	if (!whole.ok) throw new Error(whole.reason);
	const maxFaces = Math.floor(whole.facts.faces / 4);
	const fitted = await fitModel(glb, { ...timing, limits: { maxFaces } });
	if (!fitted.ok) throw new Error(fitted.reason);
	return fitted;
}

/** How alike the pictures of two models are from each side. */
export async function likenessOf(
	before: Uint8Array,
	after: Uint8Array,
	views: readonly ViewName[],
): Promise<Likeness[]> {
	const found: Likeness[] = [];
	for (const view of views) {
		const [first, second] = [await draw(before, view), await draw(after, view)];
		found.push({
			view,
			similarity: await pictureSimilarity(first, second),
			atReferenceSize: await pictureSimilarity(await halved(first), await halved(second)),
		});
	}
	return found;
}

/** A rippled knot under grain, which is drawn anew each time. */
export async function grainyKnot(faces: number, textureSide: number): Promise<Uint8Array> {
	return await buildBenchModel({ name: '', faces, textureSide, format: 'jpeg' });
}

/** The shape of one model with the images of another, which has as many. */
export async function withTexturesOf(textured: Uint8Array, shape: Uint8Array): Promise<Uint8Array> {
	const [from, to] = [await new WebIO().readBinary(textured), await new WebIO().readBinary(shape)];
	const textures = from.getRoot().listTextures();
	for (const [i, texture] of to.getRoot().listTextures().entries()) texture.setImage(textures[i].getImage()!);
	return await new WebIO().writeBinary(to);
}

async function draw(glb: Uint8Array, view: ViewName): Promise<Uint8Array> {
	const picture = await renderPreview(glb, { ...timing, size: SIDE, viewpoint: VIEWS[view] });
	if (!picture.ok) throw new Error(picture.reason);
	return picture.png;
}

/** Each pixel the mean of four. */
async function halved(png: Uint8Array): Promise<Uint8Array> {
	const onWhite = await sharp(png).flatten({ background: '#fff' }).png().toBuffer();
	return await sharp(onWhite).resize(REFERENCE_SIDE, REFERENCE_SIDE, { kernel: 'linear' }).png().toBuffer();
}
