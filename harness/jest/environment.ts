/**
 * Where a suite runs: in the realm of its process, as code does under n8n, instead of a realm of its own. So packages can
 * be loaded once per process (see runtime.cjs), an error of any module is an `Error` to all, and global names cost
 * nothing. What a suite leaves behind in the realm is taken away at its end; Jest itself takes back what it mocked.
 */
import type { JestEnvironment, JestEnvironmentConfig } from '@jest/environment';
import { LegacyFakeTimers, ModernFakeTimers } from '@jest/fake-timers';
import { ModuleMocker } from 'jest-mock';
import { Realm } from './realm';

type Timer = ReturnType<typeof setTimeout>;

const idToRef = (id: number) => ({ id, ref: () => idToRef(id), unref: () => idToRef(id) });

export default class RealmEnvironment implements JestEnvironment<Timer> {
	readonly global = globalThis as unknown as JestEnvironment['global'];

	readonly moduleMocker = new ModuleMocker(globalThis as never);

	readonly fakeTimers: LegacyFakeTimers<Timer>;

	readonly fakeTimersModern: ModernFakeTimers;

	private readonly realm = new Realm();

	constructor({ projectConfig: config }: JestEnvironmentConfig) {
		const { global, moduleMocker } = this;
		const timerConfig = { idToRef, refToId: (timer: Timer) => timer };
		this.fakeTimers = new LegacyFakeTimers({ config, global, moduleMocker, timerConfig } as never);
		this.fakeTimersModern = new ModernFakeTimers({ config, global } as never);
		// As in Jest's own environment: ten lines are few when a test fails.
		Error.stackTraceLimit = 100;
	}

	async setup(): Promise<void> {}

	async teardown(): Promise<void> {
		this.fakeTimers.dispose();
		this.fakeTimersModern.dispose();
		this.realm.restore();
	}

	exportConditions(): string[] {
		return ['node', 'node-addons'];
	}

	/** Any object: the loader does not ask for it, and a loader that does must fail. */
	getVmContext(): object {
		return {};
	}
}
