/** What a model is read for: the words in which the user is told that it cannot be read for that. */
export interface Purpose {
	/** What is done with a model. */
	verb: string;
	/** As in "pictures can show up to 5 faces". */
	madeOf: string;
	/** As in "pictures may take 190 MB". */
	mayTake: string;
	/** As in "Drawing the model would take". */
	work: string;
	/** As in "which pictures do not support". */
	supports: string;
	/** Most triangles; where it is left out, those of a picture. */
	maxFaces?: number;
}

export const PICTURE: Purpose = {
	verb: 'draw',
	madeOf: 'pictures can show',
	mayTake: 'pictures may take',
	work: 'Drawing the model',
	supports: 'pictures do not support',
};
