/** A node that hands its Data Tables to a test: an engine and a key in, the calls of `bindTables` out, as a run of a node has them. */
import type { IExecuteFunctions, INodeExecutionData, INodeType, INodeTypeDescription } from 'n8n-workflow';
import type { Patience } from '../../nodes/shared/n8n/http/dataTables/callTable';
import { type TableApi, bindTables } from '../../nodes/shared/n8n/http/dataTables/bindTables';
import type { Engine } from '../engine';

type Work = (tables: TableApi) => Promise<void>;

let work: Work | undefined;
let patience: Partial<Patience> | undefined;

class TablesProbe implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Tables Probe',
		name: 'tablesProbe',
		group: ['transform'],
		version: 1,
		description: 'Hands its Data Tables to a test',
		defaults: { name: 'Tables Probe' },
		inputs: ['main'],
		outputs: ['main'],
		credentials: [{ name: 'image3dN8nApi' }],
		properties: [],
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		await work!(bindTables(this, patience));
		return [[]];
	}
}

export interface ProbeOptions {
	patience?: Partial<Patience>;
	/** Aborting it is what *Stop execution* does. */
	signal?: AbortSignal;
}

/** Runs `use` inside of an execution and resolves with what it does; one at a time. Rejects with what it throws. */
export async function useTables<T>(
	engine: Engine,
	credentials: { image3dN8nApi?: string },
	use: (tables: TableApi) => Promise<T>,
	options: ProbeOptions = {},
): Promise<T> {
	let value: T | undefined;
	let thrown: unknown;
	patience = options.patience;
	work = async (tables) => {
		try {
			value = await use(tables);
		} catch (error) {
			thrown = error;
		}
	};
	await engine.runNode(TablesProbe, {
		credentials: credentials as Record<string, string>,
		signal: options.signal,
	});
	if (thrown !== undefined) throw thrown;
	return value as T;
}
