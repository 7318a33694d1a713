/** What n8n's public API answers, or does not, in; the Failure that it means for a Data Table out. None speaks of charges. */
import { isObject } from '../../../core/api/foreignText';
import type { NetworkError } from '../../../core/api/response';
import { CANCELLED, type Failure } from '../../../core/failure';

/** What is done with a table, in the words of a sentence, and the scope of the API key that it takes. */
export interface TableAction {
	/** "… could not be read" */
	failed: string;
	/** "The API key may not …" */
	refused: string;
	scope: string;
}

export const LISTING: TableAction = {
	failed: 'The Data Table could not be read',
	refused: 'list Data Tables',
	scope: 'dataTable:list',
};

export const READING: TableAction = {
	failed: 'The Data Table could not be read',
	refused: 'read the rows of Data Tables',
	scope: 'dataTableRow:read',
};

export const INSERTING: TableAction = {
	failed: 'No row could be added to the Data Table',
	refused: 'add rows to Data Tables',
	scope: 'dataTableRow:create',
};

export const UPDATING: TableAction = {
	failed: 'The Data Table could not be changed',
	refused: 'change rows of Data Tables',
	scope: 'dataTableRow:update',
};

/** Adding the column of this name. */
export function addingColumn(name: string): TableAction {
	return {
		failed: `The column "${name}" could not be added to the Data Table`,
		refused: `add the column "${name}" to the Data Table`,
		scope: 'dataTableColumn:create',
	};
}

/** n8n itself would say only that the node has no such credential. */
export const NO_KEY: Failure = {
	kind: 'badInput',
	message: 'Choose a credential under "API Key of This n8n" first',
	hint: 'Its Data Tables are read with that key. Choose or create the credential at the top of the node, then open the list again.',
	retryable: false,
};

/** n8n's public API says these two words where it has no such route; a table that is missing is named. */
const NO_TABLES: Failure = {
	kind: 'badRequest',
	message: 'This n8n gives no access to its Data Tables',
	hint: 'This needs n8n 2.7 or newer. Update n8n, or choose List as the Task Source of the trigger and turn off Remember Paid Models.',
	retryable: false,
	httpCode: '404',
};

/** Nobody answered. */
export function failureOfSilence({ reason, remedy, isLasting, cancelled }: NetworkError): Failure {
	if (cancelled) return CANCELLED;
	return {
		kind: 'unreachable',
		message: `This n8n's API could not be reached: ${reason}`,
		hint: remedy ?? 'Check the Instance URL in the Image3D N8n API credential.',
		retryable: isLasting !== true,
	};
}

/** An answer with this status that is none of success, or cannot be read: `body` is its JSON, undefined where it has none. */
export function failureOfAnswer(status: number, body: unknown, action: TableAction): Failure {
	const message = isObject(body) ? body.message : undefined;
	const httpCode = String(status);
	if (status === 404 && message === 'not found') return NO_TABLES;
	if (status === 401) {
		return {
			kind: 'unauthorized',
			message: "This n8n's API did not accept the API key",
			hint: `Make a new key under Settings > n8n API, without an expiration and with the scopes ${KEY_SCOPES}, and put it into the credential.`,
			retryable: false,
			httpCode,
		};
	}
	if (status === 403) {
		return {
			kind: 'unauthorized',
			message: `The API key of this n8n may not ${action.refused}`,
			hint: `It lacks the scope ${action.scope}. Add it under Settings > n8n API. If it has that scope, the user who made the key may not do this in the project of the table.`,
			retryable: false,
			httpCode,
		};
	}
	const said = typeof message === 'string' ? message : '';
	return {
		kind: status === 429 ? 'rateLimited' : status >= 500 ? 'serverError' : 'badRequest',
		message: `${action.failed} (HTTP ${status})${said === '' ? '' : `: ${said}`}`,
		hint: /size limit exceeded/i.test(said)
			? 'Delete rows that are no longer needed, or give all Data Tables more room by N8N_DATA_TABLES_MAX_SIZE_BYTES.'
			: 'Check the Data Table, the column names and the Instance URL of the Image3D N8n API credential.',
		retryable: status >= 500 || status === 429,
		httpCode,
	};
}

const KEY_SCOPES =
	'dataTable:list and dataTableRow:read (Remember Paid Models takes dataTableRow:create, dataTableRow:update and dataTableColumn:create as well)';
