/** The numbers that bound what is read of a model file, each with its reason. */
export const MODEL_LIMITS = {
	/** Bytes of the first read: header and description of nearly every generated model, in one small read. */
	firstReadBytes: 64 * 1024,
	/** Largest description (JSON chunk) that is parsed, bytes: parsing more would hold up n8n noticeably. */
	maxJsonBytes: 16 * 1024 * 1024,
	/** Bytes read of each texture to learn its size: a JPEG may carry a colour profile before it. */
	textureHeadBytes: 64 * 1024,
	/** Textures whose size is looked up: a generated model has one to eight. */
	maxTexturesMeasured: 64,
	/** Bytes in a megabyte of a budget: the decimal one, so that a file that fits does so by either reading. */
	bytesPerMb: 1_000_000,
	/** Decimals of coordinates in the output: a micrometre, finer than the float32 in the file is exact. */
	coordinateDecimals: 6,
} as const;
