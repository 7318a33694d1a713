/** Before all tests: starts the one sandbox they share, unless its address is given already. */
import { startSandboxProcess, type SandboxProcess } from '../sandbox/sandboxProcess';

declare global {
	var sharedSandboxProcess: SandboxProcess | undefined;
}

export default async function globalSetup(): Promise<void> {
	if (process.env.IMAGE3D_SANDBOX) return;
	globalThis.sharedSandboxProcess = await startSandboxProcess({ speed: 20 });
	process.env.IMAGE3D_SANDBOX = JSON.stringify(globalThis.sharedSandboxProcess.ready);
}
