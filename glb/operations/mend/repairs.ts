/** What was put right in a file, and what could not be: kinds of repair in, a sentence for each kind out. */

/** Every kind of repair, as the user reads it. */
const SENTENCES = {
	container: 'Corrected the order of the parts of the file.',
	description: 'Corrected entries of its description that the format does not allow.',
	references: 'Removed references to parts that do not exist.',
	hierarchy: 'Corrected its tree of nodes.',
	layout: 'Stored parts of its shape anew that lay where the format does not allow it.',
	bounds: 'Corrected stated bounds of its shape.',
	numbers: 'Corrected numbers that the format does not allow.',
	faces: 'Removed faces whose vertices do not exist.',
	attributes: 'Removed parts of its surface that cannot be read.',
	coordinates: 'Gave surfaces the texture coordinates that their material asks for.',
	skins: 'Corrected its skins.',
	lostSkins: 'Removed skins whose joints do not fit. Their shapes stay in their first pose.',
	animations: 'Removed animations that cannot be played.',
	images: 'Saved textures anew that the format does not allow.',
	lostImages: 'Removed textures that cannot be read.',
	extensions: 'Named the extensions that the file uses.',
	left: 'The file breaks rules of its format in a part that cannot be read here. Strict programs may refuse it.',
} as const;

/** A kind of repair. */
export type Repair = keyof typeof SENTENCES;

/** The repairs of one file. */
export class Repairs {
	private readonly made = new Set<Repair>();

	/** Notes a repair. */
	note(repair: Repair): void {
		this.made.add(repair);
	}

	/** Whether something was changed. */
	get areMade(): boolean {
		return [...this.made].some((repair) => repair !== 'left');
	}

	/** A sentence for each kind, in the order in which they were made. */
	get sentences(): string[] {
		return [...this.made].map((repair) => SENTENCES[repair]);
	}
}

/** A file that cannot be put right: `message` is the sentence that says why. */
export class Unmendable extends Error {}
