/** What was put right in a file, and what could not be: kinds of repair in, a sentence for each kind out. */

/** Every kind of repair: what is said where it was made, and what of the file it is about. */
export const KINDS = {
	container: ['Corrected the order of the parts of the file.', 'the order of the parts of the file'],
	description: [
		'Corrected entries of its description that the format does not allow.',
		'entries of its description that the format does not allow',
	],
	references: ['Removed references to parts that do not exist.', 'references to parts that do not exist'],
	hierarchy: ['Corrected its tree of nodes.', 'its tree of nodes'],
	layout: [
		'Stored parts of its shape anew that lay where the format does not allow it.',
		'parts of its shape that lie where the format does not allow it',
	],
	bounds: ['Corrected stated bounds of its shape.', 'stated bounds of its shape'],
	numbers: ['Corrected numbers that the format does not allow.', 'numbers that the format does not allow'],
	faces: ['Removed faces whose vertices do not exist.', 'faces whose vertices do not exist'],
	attributes: [
		'Removed parts of its surface that cannot be read.',
		'parts of its surface that cannot be read',
	],
	coordinates: [
		'Gave surfaces the texture coordinates that their material asks for.',
		'surfaces without the texture coordinates that their material asks for',
	],
	skins: ['Corrected its skins.', 'its skins'],
	lostSkins: [
		'Removed skins whose joints do not fit. Their shapes stay in their first pose.',
		'skins whose joints do not fit',
	],
	animations: ['Removed animations that cannot be played.', 'animations that cannot be played'],
	images: ['Saved textures anew that the format does not allow.', 'textures that the format does not allow'],
	lostImages: ['Removed textures that cannot be read.', 'textures that cannot be read'],
	extensions: ['Named the extensions that the file uses.', 'extensions that it uses and does not name'],
} as const;

/** What is said of a part that nobody here can read, and that therefore stays as it is. */
const LEFT =
	'The file breaks rules of its format in a part that cannot be read here. Strict programs may refuse it.';

/** A kind of repair, or `left`: something is wrong that cannot be repaired. */
export type Repair = keyof typeof KINDS | 'left';

/** The repairs of one file. */
export class Repairs {
	private readonly made = new Set<keyof typeof KINDS>();
	private isLeft = false;

	/** Notes a repair. */
	note(repair: Repair): void {
		if (repair === 'left') this.isLeft = true;
		else this.made.add(repair);
	}

	/** Whether something was changed. */
	get areMade(): boolean {
		return this.made.size > 0;
	}

	/** A sentence for each kind, in the order in which they were made. */
	get sentences(): string[] {
		return [...this.made].map((repair) => KINDS[repair][0]);
	}

	/** A sentence where something stays wrong. */
	get left(): string[] {
		return this.isLeft ? [LEFT] : [];
	}

	/** What is to be said of the file to somebody who has not asked to have it put right. */
	get findings(): string[] {
		if (!this.areMade) return this.left;
		const kinds = [...this.made].map((repair) => KINDS[repair][1]).join('; ');
		return [
			`The file breaks the glTF format: ${kinds}. Some programs refuse it. Fit or Resize repairs it.`,
			...this.left,
		];
	}
}

/** A file that cannot be put right: `message` is the sentence that says why. */
export class Unmendable extends Error {}
