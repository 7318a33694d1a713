/** What is in a stored model: the file and what the user asked for in; its facts and the limits' verdict out. */
import type { IBinaryData } from 'n8n-workflow';
import {
	type LimitsVerdict,
	type GlbDescription,
	type ModelFacts,
	MODEL_LIMITS,
	checkLimits,
	largestSide,
	needsTextureSizes,
	readModelFacts,
	readTextureSizes,
} from '../../../../glb/facts';
import { withinTier } from '../../core/api/withinTier';
import { realClock } from '../timing/realClock';
import { type StoredFiles, rangeReader } from './storedFile';
import type { DeliveryOptions } from '../fields/readOptions';

/** The facts and the verdict, or why the file was refused. */
export type Description =
	| {
			ok: true;
			/** The file size alone where the description is more than is read. */
			facts: Partial<ModelFacts> & Pick<ModelFacts, 'file_size'>;
			/** Parsed once, and handed on to whatever else needs it. */
			description?: GlbDescription;
			/** Why there are no facts. */
			unread?: string;
			verdict?: LimitsVerdict;
	  }
	| { ok: false; reason: string };

/** @param bytes of the file */
export async function describeModel(
	files: StoredFiles,
	binary: IBinaryData,
	bytes: number,
	quality: string,
	{ shopLimits, preview }: DeliveryOptions,
): Promise<Description> {
	const read = rangeReader(files, binary);
	const isAsked = shopLimits !== undefined || preview === 'image' || preview === 'turntable';
	const maxJsonBytes = isAsked ? MODEL_LIMITS.maxAskedJsonBytes : MODEL_LIMITS.maxJsonBytes;
	const result = await readModelFacts(read, bytes, maxJsonBytes, async () => await realClock.sleep(0));
	if (!result.ok) {
		if (!result.isTooLarge) return result;
		const facts = { file_size: bytes };
		const verdict = shopLimits && checkLimits(facts, shopLimits);
		return { ok: true, facts, unread: result.reason, verdict };
	}
	const { facts, gltf, header } = result;
	const within = withinTier(facts, quality);
	if (within !== undefined) facts.within_tier = within;
	if (shopLimits !== undefined && needsTextureSizes(shopLimits)) {
		facts.largest_texture_side = largestSide((await readTextureSizes(read, gltf, header)).values());
	}
	return {
		ok: true,
		facts,
		description: { gltf, header },
		verdict: shopLimits && checkLimits(facts, shopLimits),
	};
}
