/**
 * A process that runs n8n's engine until it is killed. In, over IPC: runs of Image3D Generate; out: what the user sees of
 * each, once it has ended. Its log goes into a file line by line, for that is what is left of a process that is killed.
 */
import type { INodeExecutionData } from 'n8n-workflow';
import { openSync, writeSync } from 'node:fs';
import type { NodeResult } from '../../engine';
import { inAcceleratedTime, installAcceleratedClock } from '../../sandbox/acceleratedClock';
import { Image3dGenerate, openPack, type Pack } from '../../sandbox/pack';
import { seededRandom } from '../../simulation/seededRandom';
import { outputOf } from '../runRecord';
import type { NoteAnswer, NoteMethod, RunEnd, RunOrder, SeenItem } from './engineMessages';
import { startLine } from './processLog';

async function main([logFile, firstExecution]: string[]): Promise<void> {
	const pack = await openPack({ firstExecution: Number(firstExecution) });
	const file = openSync(logFile, 'a');
	keepLog(pack, file);
	const hearNote = keepNotes(pack);
	installAcceleratedClock();
	process.on('message', (message: RunOrder | NoteAnswer) => {
		if ('noted' in message) return hearNote(message);
		runOne(pack, message, file).then(
			(end) => process.send!(end),
			(error: Error) => process.send!({ id: message.id, broke: error.stack ?? String(error) }),
		);
	});
	process.on('disconnect', () => process.exit());
	process.send!('ready');
}

/** n8n's processed data are in a database that outlives this process: the parent keeps them. Returns who hears its answers. */
function keepNotes({ engine }: Pack): (answer: NoteAnswer) => void {
	const asked: Array<(answer: NoteAnswer) => void> = [];
	const ask = async (method: NoteMethod, args: unknown[]) =>
		await new Promise<never>((resolve, reject) => {
			const hear = ({ value, error }: NoteAnswer) =>
				error === undefined ? resolve(value as never) : reject(new Error(error));
			const note = asked.push(hear) - 1;
			process.send!({ note, method, args });
		});
	engine.processedData.checkProcessedAndRecord = async (...args) =>
		await ask('checkProcessedAndRecord', args);
	engine.processedData.removeProcessed = async (...args) => await ask('removeProcessed', args);
	return (answer) => asked[answer.noted](answer);
}

/** Written at once, by the process itself. */
function keepLog({ engine }: Pack, file: number): void {
	const { logs } = engine;
	const push = logs.push.bind(logs);
	logs.push = (...lines) => {
		for (const { level, message } of lines) writeSync(file, `${level}: ${message}\n`);
		return push(...lines);
	};
}

async function runOne(pack: Pack, order: RunOrder, file: number): Promise<RunEnd> {
	const { engine } = pack;
	for (const { id, type, data } of order.credentials) await engine.credentials.add(type, data, type, id);
	const items = await Promise.all(order.items.map(async (item) => await toItem(pack, item)));
	const credentials = Object.fromEntries(order.credentials.map(({ type, id }) => [type, id]));
	const { onError, mode, workflowId, retryOf } = order;
	const options = { parameters: order.parameters as never, items, credentials, onError, mode, workflowId };
	const result = await inAcceleratedTime(order.acceleration, seededRandom(order.seed), async () => {
		const running =
			retryOf === undefined
				? engine.runNode(Image3dGenerate, options)
				: engine.retryById(engine.importLost(retryOf));
		const executionId = engine.lastExecutionId;
		writeSync(file, startLine(workflowId, executionId));
		process.send!({ id: order.id, row: engine.exportStart(executionId) });
		return await running;
	});
	const { status, error, hints, executionId } = result;
	const context = (error as { context?: unknown } | undefined)?.context;
	return {
		...{ id: order.id, executionId, status, items: await seenItems(pack, result) },
		...(error && { error: [error.message, error.description ?? '', JSON.stringify(context ?? {})] }),
		hints: hints.map(({ message }) => message),
	};
}

async function toItem({ engine }: Pack, { what, picture, isFile }: RunOrder['items'][number]) {
	const item: INodeExecutionData = { json: { what, ...(isFile ? {} : { picture }) } };
	if (picture === undefined || !isFile) return item;
	const content = Buffer.from(picture, 'base64');
	const data = await engine.binary(content, { mimeType: 'image/png', fileName: `${what}.png` });
	return { ...item, binary: { data } };
}

async function seenItems({ engine }: Pack, result: NodeResult): Promise<SeenItem[]> {
	return await Promise.all(
		outputOf(result).map(async ({ json, binary, pairedItem }) => {
			if (binary?.data === undefined) return { json, pairedItem, file: 'none' as const };
			const bytes = await engine.readBinary(binary.data);
			const isWhole = bytes.subarray(0, 4).toString() === 'glTF' && bytes.readUInt32LE(8) === bytes.length;
			return { json, pairedItem, file: isWhole ? ('whole' as const) : ('broken' as const) };
		}),
	);
}

void main(process.argv.slice(2));
