/** Parts of a credential's test: what n8n says to which answer, in sentences that say what to do. */
import type { ICredentialTestRequest } from 'n8n-workflow';

type Rules = NonNullable<ICredentialTestRequest['rules']>;
type Rule = Rules[number];

/** n8n reads rules of both kinds from one list, although its type has a list of either kind. */
export function rulesOf(rules: Rule[]): Rules {
	return rules as Rules;
}

/** Says `message` where the answer has this HTTP status; n8n would show its bare name. */
export function answered(status: number, message: string): Rule {
	return { type: 'responseCode', properties: { value: status, message } };
}

/** Says `message` where an answer that is no error has no such field: something else answered, a login page for example. */
export function hasNot(field: string, message: string): Rule {
	return { type: 'responseSuccessBody', properties: { key: field, value: undefined, message } };
}

/** n8n expression for an address without blanks around it and slashes at its end, in time linear in its length. */
export function withoutSlashes(expression: string): string {
	return `${expression}.trim().replace(/(?<!\\/)\\/+$/, "")`;
}
