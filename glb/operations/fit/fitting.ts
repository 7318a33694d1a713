/**
 * The steps of a fit, in the order of what they cost the eye and no further than needed: an opened model and limits in, the
 * model within them out, or how far it got.
 */
import type { Document } from '@gltf-transform/core';
import { dedup, meshopt, prune, quantize } from '@gltf-transform/functions';
import { MeshoptEncoder } from 'meshoptimizer/encoder';
import { MODEL_LIMITS } from '../../facts/factsLimits';
import type { Unreadable } from '../../facts/glbHead';
import type { TimeSlicer } from '../../timeSlicer';
import { writeDocument } from '../document';
import { mendGlb } from '../mend/mendGlb';
import { isPacked, unpack } from '../plainGlb';
import { Changes } from './changes';
import { reduceFaces } from './faces';
import type { FitOptions, FitResult } from './fitModel';
import { type Look, look, lookAt } from './look';
import { findLostParts } from './lostParts';
import { TextureFitter } from './textures';

/**
 * How far the surface may move when faces are reduced, as a part of the model's size, and whether parts stay joined where
 * they meet: gaps only where there is no other way. Each try goes on from the last one and cannot see what that one took
 * away, so the first is wide enough for a quarter of nearly any model.
 */
const FACE_TRIES = [
	{ maxError: 0.01, keepsJoints: true },
	{ maxError: 0.05, keepsJoints: true },
	{ maxError: 0.05, keepsJoints: false },
];

/** Sides that textures go down to for a file that is too large, pixels. */
const SMALLER_SIDES = [2048, 1024, 512];

/** Of the faces that a limit allows, so that rounding in each primitive stays below it. */
const FACE_MARGIN = 0.995;

/** One fit under way: the file as it is now, what its limits say of it, and what was done so far. */
export class Fitting {
	private readonly changes = new Changes();
	private readonly textures: TextureFitter;
	private current: Look;
	private glb = new Uint8Array(0);
	private maxSide = Number.POSITIVE_INFINITY;
	private asJpeg: boolean;

	constructor(
		private readonly document: Document,
		private readonly before: Look,
		private readonly options: FitOptions,
		private readonly slicer: TimeSlicer,
		/** What was done to the model before. */
		done: readonly string[],
	) {
		for (const sentence of done) this.changes.add(sentence);
		this.current = before;
		this.textures = new TextureFitter(document);
		this.asJpeg = options.textureFormat === 'jpeg';
	}

	async run(): Promise<FitResult> {
		const { limits, compression } = this.options;
		if (compression !== 'meshopt' && compression !== 'quantize' && isPacked(this.before.gltf)) {
			await unpack(this.document);
			this.changes.add('Geometry unpacked, so that every program can read it.');
		}
		await this.slicer.pause();
		await this.tidy();
		if (limits.maxTextureSide && this.textures.largestSide > limits.maxTextureSide) {
			await this.fitTextures(limits.maxTextureSide);
		} else if (this.asJpeg) await this.fitTextures(this.maxSide);
		await this.store();
		if (this.isTooLarge && !this.asJpeg) {
			this.asJpeg = true;
			await this.fitTextures(this.maxSide);
			await this.store();
		}
		if (limits.maxFaces && this.current.facts.faces > limits.maxFaces) await this.fitFaces(limits.maxFaces);
		if (compression === 'quantize' || compression === 'meshopt') await this.compress(compression);
		await this.fitFileSize();
		this.changes.addFaces(this.before.facts.faces, this.current.facts.faces);
		return (await this.mendWritten()) ?? this.finish();
	}

	/** Rounding and reducing may leave a number that the format does not allow. Returns why it cannot be put right. */
	private async mendWritten(): Promise<Unreadable | undefined> {
		const { header, gltf } = this.current;
		const mended = await mendGlb(this.glb, { header, gltf }, this.slicer);
		if (!mended.ok) return mended;
		if (mended.glb === this.glb) return undefined;
		this.glb = new Uint8Array(mended.glb);
		this.current = await lookAt(mended.glb, mended.description, this.options.limits);
		return undefined;
	}

	/** Drops what is never drawn, and keeps one of what is there twice. */
	private async tidy(): Promise<void> {
		const before = countParts(this.document);
		await this.document.transform(
			prune({ keepExtras: true, keepSolidTextures: true, keepLeaves: true }),
			dedup({ propertyTypes: ['Accessor', 'Texture'] }),
			// Viewers and variants find these by their names.
			dedup({ propertyTypes: ['Mesh', 'Material', 'Skin'], keepUniqueNames: true }),
		);
		if (countParts(this.document) < before)
			this.changes.add('Removed what is never shown, and merged duplicates.');
		await this.slicer.pause();
	}

	/** For a file that is still too large: smaller textures and fewer faces in turn, the gentler first. */
	private async fitFileSize(): Promise<void> {
		for (const side of SMALLER_SIDES) {
			if (!this.isTooLarge) return;
			if (side < Math.min(this.maxSide, this.textures.largestSide)) {
				await this.fitTextures(side);
				await this.store();
			}
			if (this.isTooLarge && side <= 1024) await this.fitFaces(this.facesThatFit());
		}
	}

	/** Faces whose geometry leaves room for the textures. */
	private facesThatFit(): number {
		const { facts } = this.current;
		const geometry = Math.max(1, this.glb.length - this.textures.bytes);
		const room = Math.max(0, this.maxBytes - this.textures.bytes);
		return Math.floor(facts.faces * Math.min(1, room / geometry));
	}

	private async fitFaces(maxFaces: number): Promise<void> {
		for (const tried of FACE_TRIES) {
			const { faces } = this.current.facts;
			if (faces <= maxFaces || maxFaces === 0) return;
			const share = (maxFaces / faces) * FACE_MARGIN;
			await reduceFaces(this.document, { share, ...tried }, this.slicer);
			await this.document.transform(
				// Parts that shared their vertices have ones of their own now, which may be alike.
				dedup({ propertyTypes: ['Accessor'] }),
				prune({ keepExtras: true, keepSolidTextures: true, keepLeaves: true }),
			);
			await this.store();
		}
	}

	private async fitTextures(maxSide: number): Promise<void> {
		this.maxSide = Math.min(this.maxSide, maxSide);
		const report = await this.textures.fit({ maxSide: this.maxSide, asJpeg: this.asJpeg }, this.slicer);
		this.changes.addTextures(report, this.maxSide);
	}

	private async compress(compression: 'quantize' | 'meshopt'): Promise<void> {
		await MeshoptEncoder.ready;
		await this.document.transform(
			compression === 'quantize' ? quantize() : meshopt({ encoder: MeshoptEncoder, level: 'medium' }),
		);
		this.changes.add(
			compression === 'quantize'
				? 'Geometry stored with fewer bits (quantized).'
				: 'Geometry compressed with meshopt.',
		);
		await this.slicer.pause();
		await this.store();
	}

	private async store(): Promise<void> {
		this.glb = new Uint8Array(await writeDocument(this.document));
		await this.slicer.pause();
		const seen = await look(this.glb, this.options.limits);
		if (seen.ok) this.current = seen;
	}

	private get maxBytes(): number {
		return (this.options.limits.maxFileSizeMb ?? Number.POSITIVE_INFINITY) * MODEL_LIMITS.bytesPerMb;
	}

	private get isTooLarge(): boolean {
		return this.glb.length > this.maxBytes;
	}

	private finish(): FitResult {
		const { facts, verdict } = this.current;
		if (facts.faces === 0 && this.before.facts.faces > 0)
			return { ok: false, reason: 'The limits are so low that nothing of the model would be left.' };
		for (const sentence of findLostParts(this.before.gltf, this.current.gltf)) this.changes.add(sentence);
		const changes = this.changes.sentences;
		if (verdict.passed) return { ok: true, glb: this.glb, facts, verdict, changes };
		const done = changes.length === 0 ? '' : ` Done so far: ${changes.join(' ')}`;
		return {
			ok: false,
			reason: `The model cannot be made to meet the limits: ${verdict.reasons.join(' ')}${done}`,
		};
	}
}

function countParts(document: Document): number {
	const root = document.getRoot();
	const lists = [root.listAccessors(), root.listTextures(), root.listMaterials(), root.listMeshes()];
	return [...lists, root.listNodes(), root.listSkins()].reduce((sum, list) => sum + list.length, 0);
}
