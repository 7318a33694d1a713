/** Pictures of image jobs, kept once per content as long as a task needs them. */

interface Picture {
	bytes: Buffer;
	uses: number;
}

export class Pictures {
	private readonly byHash = new Map<string, Picture>();

	keep(sha256: string, bytes: Buffer): void {
		const known = this.byHash.get(sha256);
		if (known) known.uses += 1;
		else this.byHash.set(sha256, { bytes, uses: 1 });
	}

	get(sha256: string): Buffer | undefined {
		return this.byHash.get(sha256)?.bytes;
	}

	release(sha256: string): void {
		const known = this.byHash.get(sha256);
		if (!known) return;
		known.uses -= 1;
		if (known.uses === 0) this.byHash.delete(sha256);
	}
}
