/** The numbers that bound what a conversion may take, each with its reason. */
export const CONVERT_LIMITS = {
	/** Largest file that is converted, bytes: the file and its parts are in memory meanwhile. */
	maxFileBytes: 128 * 1024 * 1024,
	/** Most triangles: 1 M of them are some 110 MB as text, and a program that reads text takes minutes for them. */
	maxTextFaces: 1_500_000,
	/** Largest file that is made, bytes: a few megabytes of a hostile model may name one image any number of times. */
	maxMadeBytes: 256 * 1024 * 1024,
	/** Work on one conversion, ms: ten times what the largest models take. */
	maxWorkMs: 60_000,
	/** Textures that are decoded to be written in another format, in pixels of a baseline JPEG as `decodingCost` counts. */
	maxDecodedPixels: 640_000_000,
	/** Longest name of a part in the file. */
	maxNameLength: 60,
} as const;
