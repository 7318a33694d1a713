/** How tasks are emitted: the node's parameters and the service in; choices and a bound download out. */
import type { IDataObject } from 'n8n-workflow';
import { LINGER_MS } from './pollTime';
import type { OutcomeChoice } from '../shared/core/polling/decide';
import { deliverModel } from '../shared/n8n/files/deliverModel';
import type { NodeService } from '../shared/n8n/http/openService';
import type { EmitOptions } from './emit';
import type { PollRun } from './pollRun';
import { RowFileNames } from './rowFileNames';

/** The user's choices, and when downloads end. */
export function readEmitOptions(
	{ get }: PollRun,
	service: NodeService,
	time: Pick<EmitOptions, 'signal' | 'fairUntilMs'>,
): EmitOptions {
	const wanted = get('outcome', 'success') as OutcomeChoice;
	const simplifies = (get('options', {}) as IDataObject).simplify === true;
	const options: EmitOptions = { ...time, wanted, simplifies, clock: service.clock };
	if (!(get('downloadModel', true) as boolean)) return options;
	const outputBinaryField = (get('outputBinaryField', 'data') as string) || 'data';
	const patience = { signal: time.signal, longestWaitMs: LINGER_MS };
	const names = new RowFileNames();
	const download: EmitOptions['download'] = async (task, json, row) => {
		const fileName = names.take(task.taskId, row);
		return await deliverModel(service, task, json, { outputBinaryField, fileName }, patience);
	};
	return { ...options, download };
}
