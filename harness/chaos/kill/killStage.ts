/**
 * Where a run lives whose process dies: an account at the service, a gate before it, a Data Table. None of it dies with
 * the process. In: the plan; out: what the process is given, and a trap that tells when the moment of a kill has come.
 */
import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { randomUUID } from 'node:crypto';
import { type ColumnType, type DataTablesServer, startDataTables } from '../../sandbox/dataTables';
import type { SandboxClient, SandboxUser } from '../../sandbox/sandbox';
import { pictureOf } from '../pictures';
import { MEMORY_COLUMNS } from '../../../nodes/shared/core/purchase/memory/memoryRow';
import { type ApiGate, openApiGate } from './apiGate';
import type { NoteMethod, RunEnd, RunOrder } from './engineMessages';
import type { KillAt, KillPlan, Moment } from './killPlan';
import { type Trap, setTrap } from './trap';

/** What became of its runs until now. */
interface SoFar {
	/** Runs that came to their end, in order. */
	ends: RunEnd[];
	/** Milliseconds of the node's time in which nobody ran it. */
	waitedMs: number;
	/** How many kills found their moment, and how many processes died. */
	struck: number;
	deaths: number;
	/** What the processes that ran it wrote into their logs about it. */
	log: string[];
	/** What the database has of the executions that died. */
	died: string[];
}

export interface KillStage extends SoFar {
	plan: KillPlan;
	user: SandboxUser;
	tables: DataTablesServer;
	tableId: string;
	gate: ApiGate;
	workflowId: string;
	/** `isAgain`: after a run that died. */
	orderOf(isAgain: boolean): Promise<Omit<RunOrder, 'id'>>;
	trap(moment: Moment): Trap;
	/** Is told of the calls of n8n's processed data about its workflow. */
	onNote?: (kind: NoteMethod, at: KillAt) => Promise<void>;
	close(): Promise<void>;
}

/** Opens it. `now` is the database's clock, which has to run as fast as the node's. */
export async function openKillStage(
	sandbox: SandboxClient,
	plan: KillPlan,
	now: () => number,
): Promise<KillStage> {
	const email = `kill-${plan.seed}-${randomUUID()}@example.com`;
	const user = await sandbox.createUser({ ...plan.account, email });
	if (plan.faults.length > 0) await sandbox.addFaults(user.uid, ...plan.faults);
	const gate = await openApiGate(sandbox.baseUrl);
	const soFar: SoFar = { ends: [], waitedMs: 0, struck: 0, deaths: 0, log: [], died: [] };
	const tables = await startDataTables({ now: () => now() + soFar.waitedMs });
	const columns = Object.fromEntries(MEMORY_COLUMNS.map((name) => [name, 'string' as ColumnType]));
	const tableId = await tables.addTable(`Memory ${plan.seed}`, plan.isBare ? {} : columns);
	tables.order(...plan.tableFaults);
	const image3dApi = { baseUrl: gate.url, signInMethod: 'idToken', idToken: '', staticToken: user.idToken };
	const image3dN8nApi = { instanceUrl: tables.url, apiKey: tables.apiKey };
	const credentialOf = (type: string, data: ICredentialDataDecryptedObject) => ({
		id: `${type}-${email}`,
		type,
		data,
	});
	const workflowId = `kill-${email}`;
	const stage: KillStage = Object.assign(soFar, {
		...{ plan, user, tables, tableId, gate, workflowId },
		orderOf: async (isAgain: boolean): Promise<Omit<RunOrder, 'id'>> => ({
			workflowId,
			credentials: [
				credentialOf('image3dApi', image3dApi),
				...(plan.remembers ? [credentialOf('image3dN8nApi', image3dN8nApi)] : []),
			],
			parameters: parametersOf(plan, tableId),
			items: await Promise.all(
				plan.items.map(async (what) => ({
					what,
					...(plan.mode === 'image' && {
						picture: (await pictureOf(what)).toString('base64'),
						isFile: plan.remembers,
					}),
				})),
			),
			onError: 'continueRegularOutput',
			mode: 'trigger',
			...(isAgain && !plan.remembers && { retryOf: soFar.died.at(plan.retriesFirst ? 0 : -1) }),
			...{ acceleration: plan.acceleration, seed: plan.seed },
		}),
		trap: (moment: Moment) => setTrap(stage, moment),
		close: async () => {
			await Promise.all([gate.close(), tables.close(), sandbox.removeUser(user.uid)]);
		},
	});
	return stage;
}

function parametersOf({ mode, quality, options, remembers }: KillPlan, tableId: string): object {
	return {
		mode,
		...(mode === 'text'
			? { prompt: '={{ $json.what }}' }
			: remembers
				? { imageSource: 'binary' }
				: { imageSource: 'base64', imageBase64: '={{ $json.picture }}' }),
		...{ quality, options },
		...(remembers && {
			rememberModels: true,
			memoryTableId: { __rl: true, mode: 'id', value: tableId },
		}),
	};
}
