/** The plan of one chaos run, drawn from its seed alone: who asks for what, what goes wrong, and what the user does. */
import type { OnError } from 'n8n-workflow';

import type { FaultOrder } from '../../sandbox/faults';
import type { SignInMethod } from '../sandbox/pack';
import type { UserSettings } from '../sandbox/sandbox';
import { Draw } from './draw';
import { drawFaults } from './faultDraw';
import { PICTURE_FAULTS, type PictureFault } from './pictureHost';

export interface Plan {
	seed: number;
	/** Seconds of the node's time in one second of real time. */
	acceleration: number;
	account: UserSettings;
	signIn: SignInMethod;
	mode: 'text' | 'image';
	/** What each item asks for, a prompt or the color of a picture; equal words are equal requests. */
	items: string[];
	imageSource: 'binary' | 'base64' | 'url';
	/** What the image host does about the picture of each item. */
	pictureFaults: PictureFault[];
	parameters: { quality: string; waitForCompletion: boolean; downloadModel: boolean };
	options: Record<string, unknown>;
	onError: OnError;
	retryOnFail: boolean;
	maxTries: number;
	faults: FaultOrder[];
	/** Real milliseconds after which the first execution, its Retry and the Retry of that are stopped, where they are. */
	cancels: Array<number | undefined>;
	/** How often a failed execution is retried by hand. */
	retries: number;
}

const WORDS = ['a vase', 'a cup', 'a chair'];
const COLORS = ['tomato', 'teal', 'gold'];

export function drawPlan(seed: number): Plan {
	const draw = new Draw(seed);
	const quality = draw.of(['fast', 'fast', 'standard', 'pro']);
	const acceleration = draw.weighted([
		[7, 20],
		[2, 50],
		[1, 100],
	]);
	const mode = draw.of(['text', 'image'] as const);
	const items = drawItems(draw, mode === 'text' ? WORDS : COLORS);
	return {
		seed,
		acceleration,
		account: drawAccount(draw, quality === 'pro' ? 30 : 10),
		signIn: draw.chance(0.12) ? 'emailLink' : draw.chance(0.06) ? 'idToken' : 'refreshToken',
		mode,
		items,
		imageSource: draw.of(['binary', 'base64', 'url']),
		pictureFaults: items.map(() => (draw.chance(0.7) ? 'none' : draw.of(PICTURE_FAULTS))),
		parameters: {
			quality,
			waitForCompletion: !draw.chance(0.08),
			downloadModel: !draw.chance(0.12),
		},
		options: drawOptions(draw),
		onError: draw.of(['stopWorkflow', 'stopWorkflow', 'continueRegularOutput', 'continueErrorOutput']),
		retryOnFail: draw.chance(0.35),
		maxTries: draw.whole(2, 4),
		faults: drawFaults(draw),
		cancels: [0.25, 0.15, 0.1].map((share) => (draw.chance(share) ? draw.spread(3, 1_500) : undefined)),
		retries: draw.whole(0, 2),
	};
}

/** `seconds`: what a job of the plan's quality takes at speed 1. */
function drawAccount(draw: Draw, seconds: number): UserSettings {
	return {
		plan: 'pro',
		// Few credits, so that they may be used up in mid-batch.
		...(draw.chance(0.15) ? { plan: 'pack' as const, credits: draw.whole(0, 4) * 10 } : {}),
		speed: (seconds * 1_000) / draw.spread(20, 300),
		jitter: draw.chance(0.5) ? 0.4 : 0,
		seed: draw.whole(0, 1_000),
		progress: draw.of(['linear', 'linear', 'stepwise', 'none', 'zero', 'stuck', 'backward']),
		tokenLifetimeSeconds: draw.chance(0.25) ? draw.whole(1, 4) : 3_600,
		rotateRefreshTokens: draw.chance(0.3),
		deadTokenStatus: draw.chance(0.25) ? 403 : 401,
		modelUrlLifetimeSeconds: draw.weighted([
			[8, 600],
			[1, 1],
			[1, 0],
		]),
		tinyModels: true,
		numericIds: draw.chance(0.15),
	};
}

function drawItems(draw: Draw, words: string[]): string[] {
	// From a short list, so that equal requests stand side by side.
	const variety = draw.whole(1, words.length);
	return Array.from({ length: draw.whole(1, 4) }, () => words[draw.whole(0, variety - 1)]);
}

function drawOptions(draw: Draw): Plan['options'] {
	const maybe = (share: number, options: () => Record<string, unknown>) =>
		draw.chance(share) ? options() : {};
	return {
		preview: draw.chance(0.05) ? 'image' : 'off',
		timeout: draw.spread(4, 90),
		...maybe(0.8, () => ({ concurrency: draw.whole(1, 5) })),
		...maybe(0.4, () => ({ pollInterval: draw.spread(1, 10) / 2 })),
		...maybe(0.15, () => ({ spendLimit: draw.whole(0, 4) })),
		...maybe(0.2, () => ({ minimumBalance: draw.whole(0, 3) * 10 })),
		...maybe(0.3, () => ({ onUncertainCharge: 'submitAgain' })),
		...maybe(0.05, () => ({ extraFields: '{"seed": 7}' })),
		...maybe(0.05, () => ({ maxModelSizeMb: draw.of([0.0001, 10]) })),
	};
}
