/**
 * What the textures of one picture may cost together, colors included: a reservation in, whether there is room out.
 * Two accounts, because both run out: pixels read (time) and pixels kept (memory).
 */

/** What an image costs. */
export interface PixelCost {
	/** Pixels that the decoder goes through, weighed by how long one takes. */
	read: number;
	/** Pixels that are kept while the picture is drawn, without the smaller versions. */
	kept: number;
}

/** Starts with what is `left`, and only becomes less. */
export class PixelBudget {
	constructor(private readonly left: PixelCost) {
		this.left = { ...left };
	}

	/** Whether there is room for an image. */
	has({ read, kept }: PixelCost): boolean {
		return read <= this.left.read && kept <= this.left.kept;
	}

	/** Takes the room for an image; where there is not enough, takes nothing and returns false. */
	take(cost: PixelCost): boolean {
		if (!this.has(cost)) return false;
		this.left.read -= cost.read;
		this.left.kept -= cost.kept;
		return true;
	}

	/** Gives room back that was taken for an image that came out smaller, or not at all. */
	giveBack({ read, kept }: PixelCost): void {
		this.left.read += read;
		this.left.kept += kept;
	}
}
