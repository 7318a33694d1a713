export interface StartOptions {
	once: boolean;
	speed: number;
	port: number | undefined;
}
export function readStartOptions(args: string[]): StartOptions;
