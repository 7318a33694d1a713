/** What a suite can change in the realm of its process, noted before it and put back after it. */
const EVENTS = ['uncaughtException', 'unhandledRejection', 'warning'] as const;

/** Jest reads the time by this name, so that a suite may turn the clock. */
const NATIVE_NOW = Symbol.for('jest-native-now');

/** What Jest notes about one suite in the realm that it takes for the suite's own. */
const NOTES_OF_JEST = [
	'EVENT_HANDLERS',
	'TEST_TIMEOUT_SYMBOL',
	'RETRY_TIMES',
	'RETRY_IMMEDIATELY',
	'WAIT_BEFORE_RETRY',
	'LOG_ERRORS_BEFORE_RETRY',
].map((name) => Symbol.for(name));

export class Realm {
	private readonly globals = Object.getOwnPropertyDescriptors(globalThis);

	private readonly environment = { ...process.env };

	private readonly listeners = EVENTS.map((event) => [event, process.listeners(event as never)] as const);

	private readonly folder = process.cwd();

	private readonly exit = process.exit;

	constructor() {
		if (NATIVE_NOW in globalThis) return;
		Object.defineProperty(globalThis, NATIVE_NOW, { value: Date.now.bind(Date) });
	}

	/** Global names, the process's environment, folder, way out and listeners of failures are as they were. */
	restore(): void {
		restoreGlobals(this.globals);
		for (const name of Object.keys(process.env)) if (!(name in this.environment)) delete process.env[name];
		Object.assign(process.env, this.environment);
		for (const [event, before] of this.listeners) {
			for (const listener of process.listeners(event as never) as Array<() => void>) {
				if (!(before as Array<() => void>).includes(listener)) process.removeListener(event, listener);
			}
		}
		if (process.cwd() !== this.folder) process.chdir(this.folder);
		process.exit = this.exit;
	}
}

/** Those that are new stay: a package that lives on may have made them. */
function restoreGlobals(before: PropertyDescriptorMap): void {
	for (const note of NOTES_OF_JEST) Reflect.deleteProperty(globalThis, note);
	for (const name of Reflect.ownKeys(before) as string[]) {
		const [was, is] = [before[name], Object.getOwnPropertyDescriptor(globalThis, name)];
		if (is?.value === was.value && is?.get === was.get) continue;
		if (is?.configurable !== false) Object.defineProperty(globalThis, name, was);
	}
}
