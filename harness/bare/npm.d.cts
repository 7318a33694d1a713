export function npmCommand(node: string): string[];
export function npmEnvironment(node: string): NodeJS.ProcessEnv;
export function installTree(
	folder: string,
	args: string[],
	onArrival: () => void,
	givesWay?: boolean,
): Promise<void>;
export function explainNpm(errors: string, folder: string): string;
export function installLocked(
	lockFile: string,
	folder: string,
	onArrival: () => void,
	givesWay?: boolean,
): Promise<void>;
