/** Runs npm for another folder than the one this process was started in. */
import { delimiter, dirname } from 'node:path';
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
	const env: NodeJS.ProcessEnv = { ...withoutNpmScriptVariables(process.env), ...options.env };
	if (options.node) env.PATH = `${dirname(options.node)}${delimiter}${env.PATH ?? ''}`;
	const [command, ...first] = npmCommand(options.node ?? process.execPath);
	return await runProgram(command, [...first, ...args], {
		cwd: options.cwd,
		env,
		name: `npm ${args.slice(0, 2).join(' ')}`,
		onLine: options.onLine,
	});
}

function npmCommand(node: string): string[] {
	const cli = process.env.npm_execpath;
	if (cli?.endsWith('.js')) return [node, cli];
	return process.platform === 'win32' ? ['cmd.exe', '/d', '/s', '/c', 'npm'] : ['npm'];
}

/** An npm script hands its own package, folder and lifecycle down: npm in another folder must not see them. */
function withoutNpmScriptVariables(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
	const inherited =
		/^(INIT_CWD|npm_(package|lifecycle|command|node_execpath|config_(local_prefix|node_gyp|omit|workspaces?)).*)$/i;
	return Object.fromEntries(Object.entries(env).filter(([name]) => !inherited.test(name)));
}
