/**
 * The options that say how a task is waited for and handed on: an item's parameters in, read once; values that can be worked
 * with out. A number that is none counts as unset; what a broken expression throws is thrown.
 */
import { BYTES_PER_MB } from '../../core/limits';
import { DEFAULT_CONCURRENCY, DEFAULT_TIMEOUT_SECONDS, MAX_CONCURRENCY } from './sharedFields';
import type { ShopLimits } from '../../../../glb/facts';
import { readShopLimits } from './shopLimitsField';
import type { ItemParameters } from '../items/nodeRun';

/** The option values of *Preview*. */
export type PreviewKind = 'off' | 'image' | 'turntable';

/** How a finished model is handed on. */
export interface DeliveryOptions {
	outputBinaryField: string;
	fileName?: string;
	maxBytes?: number;
	/** Undefined: a still picture unless the model is large. */
	preview?: PreviewKind;
	shopLimits?: ShopLimits;
}

/** The options of one item, with units and defaults applied. */
export interface TaskOptions extends DeliveryOptions {
	waits: boolean;
	downloads: boolean;
	timeoutMs: number;
	pollIntervalMs?: number;
	/** Whether the item carries the few fields that most workflows use. */
	simplifies: boolean;
}

/** Reads them from an item's parameters and its options; a number that is none counts as unset. */
export function readTaskOptions({ get }: ItemParameters, options: Record<string, unknown>): TaskOptions {
	const waits = get('waitForCompletion', true) as boolean;
	return {
		waits,
		downloads: get('downloadModel', true) as boolean,
		outputBinaryField: String(get('outputBinaryField', 'data') ?? '').trim() || 'data',
		timeoutMs: (positive(options.timeout) ?? DEFAULT_TIMEOUT_SECONDS) * 1000,
		pollIntervalMs: scaled(positive(options.pollInterval), 1000),
		fileName: options.fileName === undefined ? undefined : String(options.fileName),
		maxBytes: scaled(positive(options.maxModelSizeMb), BYTES_PER_MB),
		preview: options.preview as PreviewKind | undefined,
		shopLimits: readShopLimits(options.budget),
		simplifies: options.simplify === true,
	};
}

/** How many tasks may be in flight in one run, as the options of its first item say. */
export function readConcurrency(options: Record<string, unknown>): number {
	const wanted = Math.floor(positive(options.concurrency) ?? DEFAULT_CONCURRENCY);
	return Math.max(1, Math.min(MAX_CONCURRENCY, wanted));
}

/** A number above zero, or undefined. */
export function positive(value: unknown): number | undefined {
	const number = Number(value);
	return Number.isFinite(number) && number > 0 ? number : undefined;
}

function scaled(value: number | undefined, factor: number): number | undefined {
	return value === undefined ? undefined : value * factor;
}
