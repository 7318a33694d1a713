export function cacheFolder(...parts: string[]): string;
export function shortHash(...contents: Array<string | Buffer>): string;
