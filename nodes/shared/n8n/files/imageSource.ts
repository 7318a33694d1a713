/** Where the picture of an item comes from: what each of the three sources can tell of it without its bytes, and its bytes. */
import type { Outcome } from '../../core/failure';
import type { Picture } from '../../core/inputImage/inputImage';
import type { NodeService } from '../http/openService';

/** A picture before it is loaded: holds no bytes. Nothing of it rejects. */
export interface ImageSource {
	/** Its file's name, where the source tells one. */
	fileName?: string;
	/** Where it is kept: the same in every try. Text in a parameter and files inside the item are never lost, and have none. */
	place?: string;
	/**
	 * What is wrong with it, where that shows without loading all of it: so a whole batch can be looked at before the first
	 * submit. A link is not fetched for that.
	 */
	findProblem(service: NodeService): Promise<Outcome<unknown> | undefined>;
	/** What it will take in memory: the size of its file, or the most where only loading it tells. */
	estimateBytes(service: NodeService): Promise<number>;
	/** Loads and checks it. Sends nothing to Image3D. */
	load(service: NodeService): Promise<Outcome<Picture>>;
}
