/** The numbers that bound the cost of a picture, each with its reason. */
export const PREVIEW_LIMITS = {
	/** Largest file that is drawn, bytes: the file and its decoded parts are in memory while it is drawn. */
	maxFileBytes: 128 * 1024 * 1024,
	/** Most triangles that are drawn: three times the service's largest model, about 9 s on a small server. */
	maxFaces: 3_000_000,
	/** Most primitives that are drawn, each copy counted: each is gone through a dozen times, whatever its size. */
	maxSurfaces: 20_000,
	/** Most memory for the shapes, bytes: a million faces without an index, which have three million vertices. */
	maxShapeBytes: 190_000_000,
	/**
	 * Most memory for shapes and textures together, bytes: the largest shapes and the colors that most models have, one
	 * map of 2K. What the shapes leave is for the textures.
	 */
	maxModelBytes: 212_000_000,
	/** Most joints of all skins: a figure with hands and face has some two hundred. */
	maxJoints: 65_536,
	/** Work on one picture that nobody asked for, ms: ten times what a large generated model takes. */
	maxWorkMs: 8_000,
	/** Sides of the picture that are drawn, pixels. */
	minSize: 16,
	maxSize: 2048,
	/** Frames of a turntable. */
	minFrames: 2,
	maxFrames: 72,
	/** Longest side of a decoded texture, as a multiple of the picture's: half of an atlas faces the camera. */
	textureSidePerPictureSide: 2,
	/**
	 * What all textures together may cost, colors included: read, in pixels of a baseline JPEG, some 4 s of decoding, so
	 * that a picture ends in its time; and kept, with their smaller versions some 130 MB, so that n8n lives.
	 */
	texturePixels: { read: 320_000_000, kept: 24_000_000 },
	/**
	 * What they may cost, in pixels of a baseline JPEG, before normal, roughness, occlusion and emission maps are left out:
	 * some 1.2 s of decoding, enough for three maps of 4K or five of 2K. The colors come first and are never left out.
	 */
	quickTexturePixels: 100_000_000,
	/** Largest image that is decoded, pixels: 16K × 8K; anything above is an attack or a mistake. */
	maxImagePixels: 16_384 * 8_192,
	/** Most numbers kept of a progressive JPEG, 2 bytes each; of a larger one only the means of its blocks are kept. */
	maxProgressiveCoefficients: 80_000_000,
	/** Most pixels of a lossy WebP that is read at its own size, and held as brightness and color, 1.5 bytes each. */
	maxWholeWebpPixels: 8_192 * 8_192,
} as const;
