/** Every bomb by what it is made of, with the three sizes that it is tried at. */
import * as descriptions from './descriptions';
import * as images from './imageBombs';

export interface Bomb {
	name: string;
	build: (size: number) => Uint8Array;
	sizes: readonly [small: number, middle: number, large: number];
	/** Whether there is a picture all the same, at each of the sizes: what the file repeats or adds costs next to nothing. */
	isDrawn: boolean;
}

const sizes: Record<keyof typeof descriptions | keyof typeof images, Bomb['sizes']> = {
	nodesTimesPrimitives: [200, 2_000, 20_000],
	emptyNodes: [50_000, 500_000, 5_000_000],
	repeatedNodes: [1_000, 100_000, 900_000],
	nestedLists: [10_000, 140_000, 900_000],
	sparseAccessor: [4_000_000, 40_000_000, 400_000_000],
	sparseAccessors: [2, 30, 300],
	overlappingAccessors: [2, 60, 600],
	shapeOfNothing: [300_000, 2_000_000, 400_000_000],
	translucentCopies: [10, 100, 1_000],
	instances: [10_000, 100_000, 1_000_000],
	joints: [100, 1_000, 10_000],
	morphTargets: [10, 100, 1_000],
	missingMorphTargets: [10, 2_000, 8_000],
	jointsInLine: [100, 10_000, 19_000],
	textBuffer: [10, 100, 1_000],
	texturesOfOneAddress: [100, 1_000, 50_000],
	imageNamedOften: [4, 20, 100],
	imageAsText: [4, 20, 100],
	overlappingImages: [4, 20, 2_000],
	differentImages: [4, 12, 40],
	pngEmptyParts: [8_000, 80_000, 800_000],
	pngOneRow: [60_000, 6_000_000, 60_000_000],
	pngEndless: [10, 100, 1_000],
	jpegTables: [1_000, 10_000, 100_000],
	jpegEmptyScans: [20, 100, 250],
	jpegScans: [20, 200, 2_000],
	jpegRubbish: [10_000, 1_000_000, 40_000_000],
	webpOfOneColor: [1_024, 8_192, 16_383],
	webpTransforms: [1_024, 2_048, 4_096],
	webpWithAlpha: [1_024, 2_048, 4_096],
	webpChunks: [2_000, 20_000, 200_000],
	webpGroups: [655, 4_096, 65_536],
	shapesAndTextures: [10, 60, 105],
	translucentPanes: [2, 5, 10],
	translucentSlivers: [200, 2_000, 20_000],
};

const DRAWN: ReadonlySet<string> = new Set([
	'sparseAccessor',
	'imageNamedOften',
	'imageAsText',
	'pngEmptyParts',
	'pngEndless',
	'jpegTables',
	'jpegEmptyScans',
	'jpegRubbish',
	'webpTransforms',
	'webpWithAlpha',
	'shapesAndTextures',
	'translucentPanes',
] satisfies Array<keyof typeof sizes>);

export const BOMBS: readonly Bomb[] = Object.entries({ ...descriptions, ...images }).map(([name, build]) => ({
	name,
	build,
	sizes: sizes[name as keyof typeof sizes],
	isDrawn: DRAWN.has(name),
}));
