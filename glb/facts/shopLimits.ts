/** What a shop front takes: facts and limits in, passed or the reasons why not out. */
import type { ModelFacts } from './modelFacts';
import { MODEL_LIMITS } from './factsLimits';

/** Limits of a shop front; one that is left out is not checked. */
export interface ShopLimits {
	/** Triangles. */
	maxFaces?: number;
	/** Megabytes of 1,000,000 bytes. */
	maxFileSizeMb?: number;
	/** Longer side of the largest texture, pixels. */
	maxTextureSide?: number;
	/** Longest side of the model, meters. */
	maxExtentM?: number;
}

/** The `budget` object of an output item; each reason is a sentence with the value and the limit. */
export interface LimitsVerdict {
	passed: boolean;
	reasons: string[];
}

interface Shop {
	/** As a user knows it. */
	name: string;
	limits: ShopLimits;
	/** Where the numbers are published. */
	source: string;
}

const KHRONOS =
	'https://github.com/KhronosGroup/3DC-Asset-Creation (Publishing Targets, 3D Commerce Publishing Guidelines v1.0)';

/** Published limits of common shop fronts; `docs/model-limits.md` quotes them. */
export const SHOPS = {
	shopify: {
		name: 'Shopify',
		limits: { maxFileSizeMb: 15, maxTextureSide: 2048 },
		source:
			'https://help.shopify.com/en/partners/resources/creating-media/3d-models/creating-3d-models/3d-modeling-checklist',
	},
	arQuickLook: {
		name: 'AR Quick Look (iPhone and iPad)',
		limits: { maxFaces: 100_000, maxTextureSide: 2048 },
		source: 'https://developer.apple.com/forums/thread/693867',
	},
	amazon: {
		name: 'Amazon',
		limits: { maxFaces: 200_000 },
		// Amazon's own page can be read by its sellers only; this is a guide for makers of its models.
		source: 'https://helpcenter.coohom.com/en/coohom-amazon-modeling-standards-3ds-max',
	},
	googleMerchantCenter: {
		name: 'Google Merchant Center',
		// One of its two pages says 4096; whoever keeps the smaller number passes by both.
		limits: { maxFileSizeMb: 15, maxTextureSide: 2048 },
		source: 'https://support.google.com/merchants/answer/13674896',
	},
	khronosMobile: {
		name: 'Khronos 3D Commerce: mobile AR and web catalog',
		limits: { maxFileSizeMb: 3, maxFaces: 150_000, maxTextureSide: 2048 },
		source: KHRONOS,
	},
	khronosDesktop: {
		name: 'Khronos 3D Commerce: desktop web view',
		limits: { maxFileSizeMb: 3, maxFaces: 250_000, maxTextureSide: 2048 },
		source: KHRONOS,
	},
	khronosPlanner: {
		name: 'Khronos 3D Commerce: web planning tool',
		limits: { maxFileSizeMb: 1, maxFaces: 40_000, maxTextureSide: 1024 },
		source: KHRONOS,
	},
	khronosBanner: {
		name: 'Khronos 3D Commerce: banner ad',
		limits: { maxFileSizeMb: 0.5, maxFaces: 30_000, maxTextureSide: 512 },
		source: KHRONOS,
	},
} as const satisfies Record<string, Shop>;

/** A shop front whose published limits are known. */
export type ShopName = keyof typeof SHOPS;

/** Whether limits need the textures' sizes, which cost a read of each texture's head. */
export function needsTextureSizes(limits: ShopLimits): boolean {
	return isLimit(limits.maxTextureSide);
}

/** Holds a model against limits. A limit whose fact is unknown fails the model, because a gate must not guess. */
export function checkLimits(
	facts: Partial<ModelFacts> & Pick<ModelFacts, 'file_size'>,
	limits: ShopLimits,
): LimitsVerdict {
	const fileSizeMb = facts.file_size / MODEL_LIMITS.bytesPerMb;
	const extent = facts.bounding_box ? Math.max(...facts.bounding_box.size) : undefined;
	const textureSide = facts.textures === 0 ? 0 : facts.largest_texture_side;
	const reasons = [
		atMost('Faces', facts.faces, limits.maxFaces, ''),
		atMost('File size', fileSizeMb, limits.maxFileSizeMb, ' MB'),
		atMost('Largest texture side', textureSide, limits.maxTextureSide, ' px'),
		atMost('Longest side of the model', extent, limits.maxExtentM, ' m'),
	].filter((reason) => reason !== undefined);
	return { passed: reasons.length === 0, reasons };
}

function atMost(what: string, value: number | undefined, limit: number | undefined, unit: string) {
	if (!isLimit(limit)) return undefined;
	if (value === undefined) return unknown(what, limit, unit);
	return value > limit ? `${what}: ${show(value)}${unit}, at most ${show(limit)}${unit} allowed.` : undefined;
}

function unknown(what: string, limit: number, unit: string): string {
	return `${what}: the file does not say, so the limit of ${show(limit)}${unit} could not be checked.`;
}

/** An empty form field arrives as 0, '' or NaN, none of which limits anything. */
function isLimit(limit: number | undefined): limit is number {
	return typeof limit === 'number' && limit > 0;
}

function show(value: number): string {
	const digits = Math.abs(value) < 1 ? 4 : 2;
	return value.toLocaleString('en-US', { maximumFractionDigits: digits });
}
