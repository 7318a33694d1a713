/**
 * One item: what to buy in, the service's answer with the link to a payment page out. Nothing is charged until somebody pays
 * there. Fails where the service makes no link.
 */
import type { IDataObject } from 'n8n-workflow';
import { API_PATHS } from '../shared/core/api/endpoints';
import { checkPriceId, findCheckoutUrl } from '../shared/core/api/checkoutSession';
import { type Failure, type Outcome, fail, succeed } from '../shared/core/failure';
import { READ_TIMEOUT_MS } from '../shared/core/limits';
import { readResponse } from '../shared/core/api/response';
import { parseExtraFields } from '../shared/core/api/generateRequest';
import { describeWithoutId, saysProblem } from '../shared/core/api/taskAnswer';
import type { Service } from '../shared/core/api/service';
import type { OutputItem } from '../shared/n8n/items/putOut';
import type { ItemParameters } from '../shared/n8n/items/nodeRun';
import { positive } from '../shared/n8n/fields/readOptions';

/** Makes a checkout session as an item's parameters say. */
export async function createCheckout(
	service: Service,
	parameters: ItemParameters,
): Promise<Outcome<OutputItem>> {
	const body = readBody(parameters);
	if (!body.ok) return body;
	const reply = await service.send({
		method: 'POST',
		path: API_PATHS.checkout,
		body: body.value,
		timeoutMs: READ_TIMEOUT_MS,
	});
	const read = readResponse(reply, service.clock.now());
	if (!read.ok) return fail({ ...read.failure, hint: hintFor(read.failure.httpCode, read.failure.hint) });
	const url = findCheckoutUrl(read.value);
	if (url === undefined && saysProblem(read.value)) return fail(noLink(read.value));
	return succeed({
		json: { ...(read.value as IDataObject), ...(url === undefined ? {} : { checkout_url: url }) },
	});
}

/** A service may report a problem with HTTP 200. */
function noLink(body: Record<string, unknown>): Failure {
	return {
		kind: 'serverError',
		message: `Image3D made no link to a payment page: ${describeWithoutId(body)}`,
		hint: 'Check the Price ID and run again. Nothing was charged.',
		retryable: true,
	};
}

function readBody({ get, readOptions }: ItemParameters): Outcome<Record<string, unknown>> {
	const priceId = checkPriceId(String(get('priceId', '') ?? ''));
	if (!priceId.ok) return priceId;
	const extraFields = parseExtraFields(readOptions().extraFields);
	if (!extraFields.ok) return extraFields;
	const pack = String(get('pack', '') ?? '').trim();
	const generations = positive(get('generations', 0));
	return succeed({
		priceId: priceId.value,
		type: get('type') as string,
		...(pack === '' ? {} : { pack }),
		...(generations === undefined ? {} : { generations }),
		...extraFields.value,
	});
}

function hintFor(httpCode: string | undefined, hint: string): string {
	if (httpCode !== '400') return hint;
	return 'Check the Price ID: the prices on sale are shown at https://image3d.io/pricing/. Nothing was charged.';
}
