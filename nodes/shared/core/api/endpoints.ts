/** The Image3D API's words: its paths, option values and tiers, and the address of a call. Nothing fails. */

/** Source of every path: the service's API documentation, section "Endpoints". */
export const API_PATHS = {
	generate: '/api/generate',
	status: '/api/status',
	balance: '/api/balance',
	checkout: '/api/create-checkout-session',
} as const;

export const DEFAULT_BASE_URL = 'https://image3d.io';

/** The API's word for what a model is made from. */
export type Mode = 'text' | 'image';

/** The documented quality tiers; an expression may pass any other string through. */
export type Quality = 'fast' | 'standard' | 'pro' | 'ultra';

/** What the API's documentation says of a quality. */
export interface Tier {
	/** The documented time a job takes, in milliseconds. */
	nominalMs: number;
	/** The documented range of faces. */
	faces: { min: number; max: number };
	pbr: boolean;
}

/** Source: the API documentation, section "Quality Tiers". `ultra` names no lower bound. */
export const TIERS: Record<Quality, Tier> = {
	fast: { nominalMs: 10_000, faces: { min: 8_000, max: 15_000 }, pbr: false },
	standard: { nominalMs: 10_000, faces: { min: 15_000, max: 25_000 }, pbr: false },
	pro: { nominalMs: 30_000, faces: { min: 40_000, max: 60_000 }, pbr: true },
	ultra: { nominalMs: 60_000, faces: { min: 1, max: 1_000_000 }, pbr: true },
};

/** Whether more is known of a quality than its name: the service may take others. */
export function isDocumentedQuality(quality: string): quality is Quality {
	return Object.hasOwn(TIERS, quality);
}

/** The tier behind a quality, or undefined for a quality the documentation does not name. */
export function tierOf(quality: string | undefined): Tier | undefined {
	return quality !== undefined && isDocumentedQuality(quality) ? TIERS[quality] : undefined;
}

/** Joins the credential's base URL, with or without a trailing slash, and an API path. */
export function apiUrl(baseUrl: string, path: string): string {
	return `${withoutSlashes(baseUrl.trim() || DEFAULT_BASE_URL)}${path}`;
}

/** An address without the slashes at its end. */
export function withoutSlashes(address: string): string {
	let end = address.length;
	while (address[end - 1] === '/') end--;
	return address.slice(0, end);
}

/** The path that tells how a task is getting on; its id may hold anything. */
export function statusPath(taskId: string): string {
	return `${API_PATHS.status}/${encodeURIComponent(taskId)}`;
}
