export interface N8nPlace {
	version: string;
	/** The manifest's own files. */
	files: string[];
	folder: string;
	/** Written when the installation is complete. */
	marker: string;
}
export function n8nPlace(manifestFolder: string): N8nPlace;
export function isWhole(place: N8nPlace): boolean;
export function nodeIn(folder: string): string;
