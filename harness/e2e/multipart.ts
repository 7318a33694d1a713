/** The body of a form with files, as it came over the wire: bytes in, its parts in their order out. */

export interface Part {
	name: string;
	/** Only of a file. */
	fileName?: string;
	contentType?: string;
	bytes: Buffer;
}

const HEAD_END = Buffer.from('\r\n\r\n');

/** Throws when the body is not of the type's boundary or has no end. */
export function readParts(body: Buffer, contentType: string): Part[] {
	const [, quoted, bare] = /^multipart\/form-data;.*boundary=(?:"([^"]+)"|([^;]+))/i.exec(contentType) ?? [];
	const boundary = quoted ?? bare;
	if (boundary === undefined) throw new Error(`"${contentType}" is no form with files`);
	const parts: Part[] = [];
	const line = Buffer.from(`\r\n--${boundary}`);
	const whole = Buffer.concat([Buffer.from('\r\n'), body]);
	for (let at = 0; ; ) {
		const start = at + line.length;
		if (!whole.subarray(at, start).equals(line)) throw new Error('The form does not begin with its boundary');
		if (whole.subarray(start, start + 2).toString() === '--') return parts;
		const end = whole.indexOf(line, start);
		if (end < 0) throw new Error('The form has no end');
		parts.push(readPart(whole.subarray(start + 2, end)));
		at = end;
	}
}

function readPart(part: Buffer): Part {
	const headEnd = part.indexOf(HEAD_END);
	const head = part.subarray(0, headEnd).toString();
	const valueOf = (pattern: RegExp) => pattern.exec(head)?.[1];
	return {
		name: valueOf(/[; ]name="([^"]*)"/i) ?? '',
		fileName: valueOf(/filename="([^"]*)"/i),
		contentType: valueOf(/^content-type: *(.+?)\s*$/im),
		bytes: part.subarray(headEnd + HEAD_END.length),
	};
}
