/** JSON without loss: a whole number that JavaScript would round is kept as text. In: JSON; out: its value. What is none throws, or is undefined. */

/** `JSON.parse`, with every whole number beyond 2^53 as a string of its digits: a rounded task id is another task's. */
export function parseExactly(text: string): unknown {
	const value: unknown = JSON.parse(text);
	return /\d{16}/.test(text) ? JSON.parse(quoteLongNumbers(text)) : value;
}

/** The same; undefined for what is no JSON. */
export function parseJson(text: string): unknown {
	try {
		return parseExactly(text);
	} catch {
		return undefined;
	}
}

/** `json` is known to be valid, so every string in it ends. */
function quoteLongNumbers(json: string): string {
	const parts: string[] = [];
	for (let from = 0; from < json.length; ) {
		const quote = json.indexOf('"', from);
		const start = quote < 0 ? json.length : quote;
		parts.push(json.slice(from, start).replace(/[-+.\w]+/g, quoteWhereLong));
		from = endOfString(json, start);
		parts.push(json.slice(start, from));
	}
	return parts.join('');
}

function quoteWhereLong(token: string): string {
	return /^-?\d+$/.test(token) && !Number.isSafeInteger(Number(token)) ? `"${token}"` : token;
}

/** Where the string that starts here ends, its quote included. */
function endOfString(json: string, start: number): number {
	let at = start + 1;
	while (at < json.length && json[at] !== '"') at += json[at] === '\\' ? 2 : 1;
	return Math.min(at + 1, json.length);
}
