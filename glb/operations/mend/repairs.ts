/** What was put right in a file, and what could not be: kinds of repair in, a sentence for each kind out. */

/** Every kind of repair, as the user reads it. */
const SENTENCES = {
	container: 'Put the parts of the file in order.',
	description: 'Put entries of its description right that the format does not allow.',
	references: 'Dropped references to parts that do not exist.',
	hierarchy: 'Put its tree of nodes right.',
	layout: 'Stored parts of its shape anew that lay where the format does not allow it.',
	bounds: 'Put stated bounds of its shape right.',
	numbers: 'Put numbers right that the format does not allow.',
	faces: 'Dropped faces whose corners do not exist.',
	attributes: 'Dropped parts of its surface that cannot be read.',
	coordinates: 'Gave surfaces the texture coordinates that their material asks for.',
	skins: 'Put its skins right.',
	lostSkins: 'Dropped skins whose joints do not fit; their shapes stay in their first pose.',
	animations: 'Dropped animations that cannot be played.',
	images: 'Saved textures anew that the format does not allow.',
	lostImages: 'Dropped textures that cannot be read.',
	extensions: 'Named the extensions that the file uses.',
	left: 'The file breaks rules of its format in a part that cannot be read here; strict programs may refuse it.',
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
