/** What a fit did, in words: reports of its steps in, a sentence for each kind of step out. */
import type { TextureReport } from './textures';

/** The sentences of one fit, each said once. */
export class Changes {
	readonly sentences: string[] = [];

	/** Says it once. */
	add(sentence: string): void {
		if (!this.sentences.includes(sentence)) this.sentences.push(sentence);
	}

	addTextures({ smaller, toJpeg, unreadable }: TextureReport, maxSide: number): void {
		if (smaller > 0) this.replace('Textures reduced', `Textures reduced to ${maxSide} px: ${smaller}.`);
		if (toJpeg > 0 && !this.sentences.some((sentence) => sentence.startsWith('Textures saved')))
			this.add(`Textures saved as JPEG: ${toJpeg}.`);
		for (const reason of unreadable) this.add(`A texture was not changed: ${reason}.`);
	}

	addFaces(from: number, to: number): void {
		if (to >= from) return;
		const [before, after] = [from, to].map((count) => count.toLocaleString('en-US'));
		this.add(`Faces reduced from ${before} to ${after}.`);
	}

	/** In the place of the sentence that begins with `start`. */
	private replace(start: string, sentence: string): void {
		const at = this.sentences.findIndex((each) => each.startsWith(start));
		if (at === -1) this.sentences.push(sentence);
		else this.sentences[at] = sentence;
	}
}
