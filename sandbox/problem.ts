/** An answer that is not a success: status, sentence and headers, thrown by whatever notices it. */
export class RequestProblem extends Error {
	constructor(
		readonly status: number,
		message: string,
		readonly headers: Record<string, string> = {},
	) {
		super(message);
	}
}
