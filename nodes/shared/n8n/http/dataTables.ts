/** n8n's Data Tables, read through n8n's own public API: a trigger's context has no other way to them. */
import type { IDataObject, ILoadOptionsFunctions, IN8nHttpFullResponse, IPollFunctions } from 'n8n-workflow';
import { withoutSlashes } from '../../core/api/endpoints';
import { type Failure, type Outcome, fail, succeed } from '../../core/failure';
import { READ_TIMEOUT_MS } from '../../core/limits';
import { type NetworkError, parseObject } from '../../core/api/response';
import { retryAfterIn } from '../../core/api/retryAfter';
import { realClock } from '../timing/realClock';
import { readRequestError } from './requestErrors';

const CREDENTIAL = 'image3dN8nApi';

/** Rows asked for at a time: the most that the public API gives. */
const PAGE_SIZE = 250;

type TableContext = IPollFunctions | ILoadOptionsFunctions;

export interface Page {
	data: IDataObject[];
	nextCursor?: string;
}

export interface RowFilter {
	column: string;
	value: string;
}

/** One page of the tables that the API key may see. */
export async function listTables(
	context: TableContext,
	name: string | undefined,
	cursor?: string,
): Promise<Outcome<Page>> {
	const filter = name ? { filter: JSON.stringify({ name }) } : {};
	return await readPage(context, '/api/v1/data-tables', { limit: 100, ...filter, ...cursorOf(cursor) });
}

export interface RowRange {
	/** Of more rows, the oldest are left out. */
	maxRows: number;
	/** Only rows that were added after this one. */
	afterId?: number;
}

/** The rows of a table, oldest first. Read by their ids, so that a row which goes meanwhile hides no other. */
export async function readRows(
	context: TableContext,
	tableId: string,
	filter: RowFilter | undefined,
	{ maxRows, afterId }: RowRange,
): Promise<Outcome<IDataObject[]>> {
	const path = `/api/v1/data-tables/${encodeURIComponent(tableId)}/rows`;
	const fixed = [...toConditions(filter), ...byId('gt', afterId)];
	const rows: IDataObject[] = [];
	for (;;) {
		const filters = [...fixed, ...byId('lt', rows.at(-1)?.id)];
		const page = await readPage(context, path, {
			limit: PAGE_SIZE,
			sortBy: 'id:desc',
			...(filters.length === 0 ? {} : { filter: JSON.stringify({ type: 'and', filters }) }),
		});
		if (!page.ok) return page;
		rows.push(...page.value.data);
		if (page.value.data.length < PAGE_SIZE || rows.length >= maxRows)
			return succeed(rows.slice(0, maxRows).reverse());
	}
}

async function readPage(context: TableContext, path: string, query: IDataObject): Promise<Outcome<Page>> {
	if (context.getNode().credentials?.[CREDENTIAL]?.id == null) return fail(NO_KEY);
	const { instanceUrl } = await context.getCredentials<IDataObject & { instanceUrl: string }>(CREDENTIAL);
	try {
		const response = (await context.helpers.httpRequestWithAuthentication.call(context, CREDENTIAL, {
			method: 'GET',
			url: `${withoutSlashes(instanceUrl.trim())}${path}`,
			qs: query,
			encoding: 'text',
			returnFullResponse: true,
			disableFollowRedirect: true,
			timeout: READ_TIMEOUT_MS,
		})) as IN8nHttpFullResponse;
		return readAnswer(response.statusCode, String(response.body ?? ''));
	} catch (error) {
		const reply = readRequestError(error, false);
		if (reply.kind === 'noAnswer') return fail(unreachable(reply));
		const outcome = readAnswer(reply.status, reply.body);
		const retryAfterMs = retryAfterIn(reply.headers, realClock.now());
		if (!outcome.ok && retryAfterMs !== undefined) outcome.failure.retryAfterMs = retryAfterMs;
		return outcome;
	}
}

function readAnswer(status: number, text: string): Outcome<Page> {
	const body = parseObject(text);
	if (status === 404 && body?.message === 'not found') return fail(NO_TABLES);
	if (status !== 200 || !Array.isArray(body?.data)) {
		return fail(refused(status, typeof body?.message === 'string' ? `: ${body.message}` : ''));
	}
	const cursor = body.nextCursor;
	return succeed({
		data: body.data as IDataObject[],
		...(typeof cursor === 'string' && cursor !== '' ? { nextCursor: cursor } : {}),
	});
}

function toConditions(filter: RowFilter | undefined): IDataObject[] {
	if (filter === undefined) return [];
	const { column, value } = filter;
	// An empty cell holds null, which equals nothing.
	return [{ columnName: column, condition: value === '' ? 'isEmpty' : 'eq', value }];
}

function byId(condition: 'gt' | 'lt', value: unknown): IDataObject[] {
	return value === undefined ? [] : [{ columnName: 'id', condition, value: value as number }];
}

function cursorOf(cursor: string | undefined): IDataObject {
	return cursor === undefined ? {} : { cursor };
}

/** n8n itself would say only that the node has no such credential. */
const NO_KEY: Failure = {
	kind: 'badInput',
	message: 'Choose a credential under "API Key of This n8n" first',
	hint: 'Its Data Tables are read with that key. Choose or create the credential at the top of the node, then open the list again.',
	retryable: false,
};

function unreachable({ reason, remedy, isLasting }: NetworkError): Failure {
	return {
		kind: 'unreachable',
		message: `This n8n's API could not be reached: ${reason}`,
		hint: remedy ?? 'Check the Instance URL in the Image3D N8n API credential.',
		retryable: isLasting !== true,
	};
}

/** n8n's public API says these two words where it has no such route; a table that is missing is named. */
const NO_TABLES: Failure = {
	kind: 'badRequest',
	message: 'This n8n gives no access to its Data Tables',
	hint: 'n8n can do so from version 2.7 on. Update n8n, or choose List as the Task Source.',
	retryable: false,
	httpCode: '404',
};

function refused(status: number, said: string): Failure {
	const isKey = status === 401 || status === 403;
	return {
		kind: isKey
			? 'unauthorized'
			: status === 429
				? 'rateLimited'
				: status >= 500
					? 'serverError'
					: 'badRequest',
		message: isKey
			? "This n8n's API did not accept the API key"
			: `The Data Table could not be read (HTTP ${status})${said}`,
		hint: isKey
			? 'Make a new key under Settings > n8n API, without an expiration and with the scopes dataTable:list and dataTableRow:read, and put it into the credential.'
			: 'Check the Data Table, the column names and the Instance URL of the Image3D N8n API credential.',
		retryable: status >= 500 || status === 429,
		httpCode: String(status),
	};
}
