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
	/** Most joints of all skins: a figure with hands and face has some two hundred. */
	maxJoints: 65_536,
	/** Work on one picture that nobody asked for, ms: ten times what a large generated model takes. */
	maxWorkMs: 8_000,
	/** Sides of the picture that are drawn, pixels. */
	minSize: 16,
	maxSize: 1024,
	/** Frames of a turntable. */
	minFrames: 2,
	maxFrames: 72,
	/** Longest side of a decoded texture, as a multiple of the picture's: half of an atlas faces the camera. */
	textureSidePerPictureSide: 2,
	/**
	 * Bytes of textures, in bytes of a PNG, after which normal, roughness, occlusion and emission maps are left out: about
	 * 0.2 s of decoding. The colours come first and are never left out.
	 */
	maxTextureBytes: 8_000_000,
	/** Bytes of a PNG that take as long to decode as one byte of another format. */
	byteCost: { jpeg: 2.5, lossyWebp: 12, other: 1 },
	/**
	 * Pixels of all textures together, colours included: read, about 4 s of decoding, so that a picture ends in its time;
	 * and kept, with their smaller versions some 130 MB, so that n8n lives.
	 */
	texturePixels: { read: 16_384 * 8_192, kept: 24_000_000 },
	/** Largest image that is decoded, pixels: 16K × 8K; anything above is an attack or a mistake. */
	maxImagePixels: 16_384 * 8_192,
	/** Most numbers kept of a progressive JPEG, which has to be held whole (2 bytes each). */
	maxProgressiveCoefficients: 80_000_000,
	/** Most pixels of an image in a format that cannot be reduced while it is read (WebP), 4 bytes each. */
	maxWholeImagePixels: 4_096 * 4_096,
} as const;
