/** Why a conversion ends, deep inside its work; `convertModel` turns it into a reason. */
export class CannotConvert extends Error {
	/** @param message a whole sentence for the user */
	constructor(message: string) {
		super(message);
	}
}
