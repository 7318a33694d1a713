/** Takes tokens and keys out of a text before a person, an item or a log sees it. */

const SECRETS: Array<[RegExp, string]> = [
	[/\beyJ[\w-]+\.[\w-]*\.?[\w-]*/g, '[token]'],
	[/\bAIza[\w-]{20,}/g, '[key]'],
	[/\b(Bearer)\s+\S+/gi, '$1 [token]'],
	[
		/([?&](?:key|apiKey|token|oobCode|signature|sig|x-(?:amz|goog)-[\w-]+|refresh_token|id_token)=)[^&\s"']+/gi,
		'$1[hidden]',
	],
];

/** The text without JSON web tokens, Google keys, bearer values and signed query parameters. */
export function redact(text: string): string {
	return SECRETS.reduce((clean, [pattern, replacement]) => clean.replace(pattern, replacement), text);
}
