export interface StartOptions {
	once: boolean;
	speed: number;
	port: number | undefined;
}
export function readStartOptions(args: string[], words?: { help: string; command: string }): StartOptions;
