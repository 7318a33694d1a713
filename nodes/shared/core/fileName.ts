/** The name of the file that a model is handed on in. */

/** A safe file name that ends with .glb: the person's wish, or the task id. */
export function modelFileName(wish: string | undefined, taskId: string): string {
	const base = (wish ?? '')
		.trim()
		.replace(/\.glb$/i, '')
		.replace(/[\\/:*?"<>|\p{Cc}]+/gu, '-')
		.replace(/^[.\s-]+|[.\s-]+$/g, '');
	return `${base === '' ? taskId.replace(/[^\w.-]+/g, '-') : base}.glb`;
}
