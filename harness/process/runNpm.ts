/** Runs npm for another folder than the one this process was started in. */
import { npmCommand, npmEnvironment } from '../bare/npm.cjs';
import { runProgram } from './processes';

export interface NpmOptions {
	cwd: string;
	/** The Node.js binary to run npm and its scripts with; this process's own when left out. */
	node?: string;
	env?: Record<string, string>;
	onLine?: (line: string) => void;
}

/** Runs `npm <args>` to its end and returns what it wrote. Throws with the tail of its output when it fails. */
export async function runNpm(args: string[], options: NpmOptions): Promise<string> {
	const node = options.node ?? process.execPath;
	const [command, ...first] = npmCommand(node);
	return await runProgram(command, [...first, ...args], {
		cwd: options.cwd,
		env: { ...npmEnvironment(node), ...options.env },
		name: `npm ${args.slice(0, 2).join(' ')}`,
		onLine: options.onLine,
	});
}
