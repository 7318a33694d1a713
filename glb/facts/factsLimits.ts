/** The numbers that bound what is read of a model file, each with its reason. */
export const MODEL_LIMITS = {
	/** Bytes of the first read: header and description of nearly every generated model, in one small read. */
	firstReadBytes: 64 * 1024,
	/**
	 * Largest description (JSON chunk) that is parsed unasked, bytes; a generated model's has a few kilobytes. Parsing
	 * cannot be interrupted, and more would hold up n8n noticeably.
	 */
	maxJsonBytes: 2_000_000,
	/** The same where the user asked for what only the description tells: it may hold pictures as long texts. */
	maxAskedJsonBytes: 16_000_000,
	/** Lists, objects and separators in a description that is parsed: some 40 ms, where 2 MB of `{}` would take 600. */
	maxJsonMarks: 300_000,
	/** Nodes that are walked, some 30 ms; a generated model has less than ten, a large assembly some thousands. */
	maxNodes: 20_000,
	/** Primitives of all meshes; a generated model has one for each material. */
	maxPrimitives: 20_000,
	/** Boxes of primitives that are placed one by one; above it those of a mesh are placed as one, a little larger. */
	maxPlacedBoxes: 20_000,
	/** Names of extensions and of image formats in the output. */
	maxNames: 50,
	/** Bytes read of each texture to learn its size: a JPEG may carry a color profile before it. */
	textureHeadBytes: 64 * 1024,
	/** Textures whose size is looked up: a generated model has one to eight. */
	maxTexturesMeasured: 64,
	/** Bytes in a megabyte of a shop's limit: the decimal one, so that a file that fits does so by either reading. */
	bytesPerMb: 1_000_000,
	/** Decimals of coordinates in the output: a micrometer, finer than the float32 in the file is exact. */
	coordinateDecimals: 6,
} as const;
