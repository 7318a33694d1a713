import { lineageIn } from '../../../../nodes/shared/core/purchase/retryGuard/lineage';

const addresses = (id: number, token?: string, formToken = token) => {
	const query = (value?: string) => (value === undefined ? '' : `?signature=${value}`);
	return {
		resumeUrl: `http://localhost:5678/webhook-waiting/${id}${query(token)}`,
		resumeFormUrl: `http://localhost:5678/form-waiting/${id}${query(formToken)}`,
	};
};

it('an execution and its retry have the same, and another execution has another', () => {
	const lineage = lineageIn(addresses(1, 'abc'));
	expect(lineage).toMatch(/^[0-9a-f]{64}$/);
	expect(lineageIn(addresses(2, 'abc'))).toBe(lineage);
	expect(lineageIn(addresses(3, 'abd'))).not.toBe(lineage);
});

it.each([
	['an n8n without tokens', addresses(1)],
	['an n8n that signs each address', addresses(1, 'abc', 'def')],
	['no addresses', {}],
	['something else', { resumeUrl: 7, resumeFormUrl: null }],
])('there is none with %s', (_what, given) => {
	expect(lineageIn(given)).toBeUndefined();
});
