/**
 * A model that keeps limits: a GLB and the limits in, a GLB out that passes them, or how far it got. Steps come in the
 * order of what they cost the eye, and no further than needed: drop what is never drawn, merge duplicates; textures down to
 * their limit; images without transparency as JPEG; fewer faces; for a file that is still too large, both once more.
 */
import type { Document } from '@gltf-transform/core';
import { dedup, meshopt, prune, quantize } from '@gltf-transform/functions';
import { MeshoptEncoder } from 'meshoptimizer/encoder';
import { type Unreadable, readGlbJson } from '../../facts/glbHead';
import type { Gltf } from '../../facts/gltf';
import { MODEL_LIMITS } from '../../facts/factsLimits';
import { type ModelFacts, describeModel } from '../../facts/modelFacts';
import { type Budget, type BudgetVerdict, checkBudget } from '../../facts/shopLimits';
import { largestSide, readTextureSizes } from '../../facts/textureSizes';
import { TimeSlicer, type Timing, WorkStopped } from '../../timeSlicer';
import { DAMAGED, readDocument, writeDocument } from '../document';
import { isPacked, unpack } from '../plainGlb';
import { reduceFaces } from './faces';
import { type TextureReport, TextureFitter } from './textures';

/** The limits and what the file may become, with clock and pause. */
export interface FitOptions extends Timing {
	limits: Budget;
	/** `jpeg`: every image without transparency becomes one. Default `keep`: only where the file is too large. */
	textureFormat?: 'keep' | 'jpeg';
	/** How the geometry is stored; many shops and iOS read only `none`, the default. */
	compression?: 'none' | 'quantize' | 'meshopt';
}

/** The new file with its facts: `verdict` says whether it passes. */
export interface FitModel {
	ok: true;
	glb: Uint8Array;
	facts: ModelFacts;
	verdict: BudgetVerdict;
	/** What was done, a sentence each; empty where the model kept the limits as it was. */
	changes: string[];
}

/** The new file, or the sentence that says why the model cannot be read. */
export type FitResult = FitModel | Unreadable;

/** How far the surface may move when faces are reduced, as a part of the model's size: no further than needed. */
const FACE_ERRORS = [0.002, 0.01, 0.05];

/** Sides that textures go down to for a file that is too large, pixels. */
const SMALLER_SIDES = [2048, 1024, 512];

/** Of the faces that a limit allows, so that rounding in each primitive stays below it. */
const FACE_MARGIN = 0.995;

/** Most work on one model, ms: ten times what a million faces with three 4K textures take. */
const MAX_WORK_MS = 90_000;
const TOO_SLOW = `Fitting the model takes more than ${MAX_WORK_MS / 1000} seconds of work.`;

/** Fits the model. Never rejects for what the file holds. */
export async function fitModel(glb: Uint8Array, options: FitOptions): Promise<FitResult> {
	const before = await look(glb, options.limits);
	if (!before.ok) return before;
	const { textureFormat = 'keep', compression = 'none' } = options;
	const isPlain = compression === 'none' && !isPacked(before.gltf);
	if (before.verdict.passed && textureFormat === 'keep' && isPlain) {
		const { facts, verdict } = before;
		return { ok: true, glb, facts, verdict, changes: [] };
	}
	const opened = await readDocument(glb, before.gltf);
	if (!opened.ok) return opened;
	const slicer = new TimeSlicer(options, { maxWorkMs: MAX_WORK_MS });
	try {
		return await new Fitting(opened.document, before, options, slicer).run();
	} catch (error) {
		const isSlow = error instanceof WorkStopped;
		return { ok: false, reason: isSlow ? TOO_SLOW : DAMAGED };
	}
}

interface Look {
	ok: true;
	facts: ModelFacts;
	verdict: BudgetVerdict;
	gltf: Gltf;
}

/** The facts of a file, and whether it keeps the limits. */
async function look(glb: Uint8Array, limits: Budget): Promise<Look | Unreadable> {
	const read = async (offset: number, length: number) => glb.subarray(offset, offset + length);
	const head = await readGlbJson(read, glb.length, MODEL_LIMITS.maxAskedJsonBytes);
	if (!head.ok) return head;
	const facts = describeModel(head.gltf, glb.length);
	facts.largest_texture_side = largestSide((await readTextureSizes(read, head.gltf, head.header)).values());
	return { ok: true, facts, verdict: checkBudget(facts, limits), gltf: head.gltf };
}

class Fitting {
	private readonly changes: string[] = [];
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
	) {
		this.current = before;
		this.textures = new TextureFitter(document);
		this.asJpeg = options.textureFormat === 'jpeg';
	}

	async run(): Promise<FitResult> {
		const { limits, compression } = this.options;
		if (compression !== 'meshopt' && compression !== 'quantize' && isPacked(this.before.gltf)) {
			await unpack(this.document);
			this.changes.push('Geometry unpacked, so that every program can read it.');
		}
		await this.document.transform(
			prune({ keepExtras: true, keepSolidTextures: true, keepLeaves: true }),
			dedup(),
		);
		await this.slicer.pause();
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
		this.noteFaces();
		return this.finish();
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
		for (const error of FACE_ERRORS) {
			const { faces } = this.current.facts;
			if (faces <= maxFaces || maxFaces === 0) return;
			await reduceFaces(this.document, (maxFaces / faces) * FACE_MARGIN, error, this.slicer);
			await this.document.transform(prune({ keepExtras: true, keepSolidTextures: true, keepLeaves: true }));
			await this.store();
		}
	}

	private async fitTextures(maxSide: number): Promise<void> {
		this.maxSide = Math.min(this.maxSide, maxSide);
		const report = await this.textures.fit({ maxSide: this.maxSide, asJpeg: this.asJpeg }, this.slicer);
		this.noteTextures(report);
	}

	private async compress(compression: 'quantize' | 'meshopt'): Promise<void> {
		await MeshoptEncoder.ready;
		await this.document.transform(
			compression === 'quantize' ? quantize() : meshopt({ encoder: MeshoptEncoder, level: 'medium' }),
		);
		this.changes.push(
			compression === 'quantize'
				? 'Geometry stored in fewer bits (quantized).'
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

	private noteTextures({ smaller, toJpeg, unreadable }: TextureReport): void {
		const said = this.changes.findIndex((change) => change.startsWith('Textures reduced'));
		if (smaller > 0) {
			const change = `Textures reduced to ${this.maxSide} px: ${smaller}.`;
			if (said === -1) this.changes.push(change);
			else this.changes[said] = change;
		}
		if (toJpeg > 0 && !this.changes.some((change) => change.startsWith('Textures saved')))
			this.changes.push(`Textures saved as JPEG: ${toJpeg}.`);
		for (const reason of unreadable) {
			const change = `A texture stayed as it was: ${reason}.`;
			if (!this.changes.includes(change)) this.changes.push(change);
		}
	}

	private noteFaces(): void {
		const [from, to] = [this.before.facts.faces, this.current.facts.faces];
		if (to < from) {
			const [before, after] = [from, to].map((count) => count.toLocaleString('en-US'));
			this.changes.push(`Faces reduced from ${before} to ${after}.`);
		}
	}

	private finish(): FitResult {
		const { facts, verdict } = this.current;
		if (facts.faces === 0 && this.before.facts.faces > 0)
			return { ok: false, reason: 'Nothing of the model would be left within the limits.' };
		if (verdict.passed) return { ok: true, glb: this.glb, facts, verdict, changes: this.changes };
		const done = this.changes.length === 0 ? '' : ` Done so far: ${this.changes.join(' ')}`;
		return { ok: false, reason: `The model cannot keep the limits: ${verdict.reasons.join(' ')}${done}` };
	}
}
