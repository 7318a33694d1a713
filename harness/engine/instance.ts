/**
 * The instance around the engine: what n8n's start-up does before the first execution. In: where binary data goes.
 * Out: n8n-core's container ready in a temporary user folder, every log line kept, and a way to take it all down.
 */
import { BinaryDataConfig, BinaryDataService, Cipher, EncryptionKeyProxy, InstanceSettings } from 'n8n-core';
import { SSHClientsManager } from 'n8n-core/dist/execution-engine/ssh-clients-manager';
import { randomUUID } from 'node:crypto';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';

import { type ProcessedData, provideProcessedData, removeProcessedData } from './processedData';
import { Container, GlobalConfig, InstanceSettingsConfig, Logger } from './n8nCoreModules';

/** `filesystem` is n8n's default; `memory` keeps binary data inside the item as base64, as older setups do. */
export type BinaryMode = 'filesystem' | 'memory';

/** One line that n8n or a node wrote to n8n's logger, with its metadata. */
export interface LogLine {
	level: string;
	message: string;
	[key: string]: unknown;
}

export interface Instance {
	/** The temporary user folder; gone after `close`. */
	folder: string;
	logs: LogLine[];
	/** What nodes note by n8n's deduplication helpers. */
	processedData: ProcessedData;
	close(): Promise<void>;
}

let isOpen = false;

/** Starts the instance. n8n-core keeps its services in one container per process, so only one can be open. */
export async function openInstance(binaryMode: BinaryMode): Promise<Instance> {
	if (isOpen) throw new Error('An engine is open already in this test file: close it first');
	isOpen = true;
	// Of a test file before this one that did not come to its end.
	Container.reset();
	const folder = mkdtempSync(join(tmpdir(), 'n8n-engine-'));
	let forgetExit = () => {};
	const close = async () => {
		forgetExit();
		Container.reset();
		removeProcessedData();
		isOpen = false;
		await rm(folder, { recursive: true, force: true });
	};
	try {
		const settings = Container.get(InstanceSettingsConfig);
		Object.assign(settings, {
			userHome: folder,
			n8nFolder: join(folder, '.n8n'),
			encryptionKey: randomUUID(),
		});
		const logs = recordLogs();
		forgetExit = noteExitListener(() => Container.get(SSHClientsManager));
		provideEncryptionKey();
		Container.get(BinaryDataConfig).mode = binaryMode === 'memory' ? 'default' : 'filesystem';
		await Container.get(BinaryDataService).init();
		const processedData = await provideProcessedData();
		return { folder, logs, processedData, close };
	} catch (error) {
		await close();
		throw error;
	}
}

/** n8n ends with its process; an instance that is closed before must not be held by what it wanted done then. */
function noteExitListener(start: () => unknown): () => void {
	const before = process.listeners('exit');
	start();
	const added = process.listeners('exit').filter((listener) => !before.includes(listener));
	return () => added.forEach((listener) => process.removeListener('exit', listener));
}

function recordLogs(): LogLine[] {
	const { logging } = Container.get(GlobalConfig);
	logging.level = 'debug';
	logging.outputs = [];
	const lines: LogLine[] = [];
	const sink = new Writable({
		objectMode: true,
		write(line: LogLine, _encoding, done) {
			lines.push(line);
			done();
		},
	});
	Container.get(Logger).getInternalLogger().pipe(sink);
	return lines;
}

/** As n8n without key rotation: everything is encrypted with the instance's own key. */
function provideEncryptionKey(): void {
	const value = Container.get(Cipher).encryptDEKWithInstanceKey(
		Container.get(InstanceSettings).encryptionKey,
	);
	const key = { id: 'instance', value, algorithm: 'aes-256-cbc', format: 'no-prefix' as const };
	Container.get(EncryptionKeyProxy).setProvider({
		getActiveKey: async () => key,
		getKeyById: async () => null,
		getLegacyKey: async () => key,
	});
}
