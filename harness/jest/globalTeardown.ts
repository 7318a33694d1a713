/** After all tests: ends the sandbox they shared. */
import './globalSetup';

export default async function globalTeardown(): Promise<void> {
	await globalThis.sharedSandboxProcess?.stop();
}
