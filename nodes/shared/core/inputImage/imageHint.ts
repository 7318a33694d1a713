/** What may make a bad model of a picture that is sent all the same: its header in, a hint for the item out. */
import type { ImageHeader } from '../../../../glb/images';
import type { Failure } from '../failure';

/** Of a picture that may not be what it seems, only what the hint is about. */
type PictureHeader = Omit<ImageHeader, 'kind'>;

/** Below this there is next to nothing to see in a picture. */
const SMALL_SIDE_PIXELS = 64;

/** Beyond this many services refuse a picture or take long over it, and none sees more in it. */
const LARGE_SIDE_PIXELS = 8_192;

/** What EXIF's orientations 2 to 8 make of the stored picture (CIPA DC-008, 4.6.4 A). */
const ORIENTATIONS: Record<number, string> = {
	2: 'mirrored',
	3: 'upside down',
	4: 'upside down and mirrored',
	5: 'on its side and mirrored',
	6: 'on its side',
	7: 'on its side and mirrored',
	8: 'on its side',
};

/** Sentences, one behind the other; undefined for a picture with nothing to remark. */
export function hintAtPicture(header: PictureHeader): string | undefined {
	const remarks = [remarkOnOrientation(header), remarkOnColors(header), remarkOnSize(header)];
	const told = remarks.filter((remark) => remark !== undefined);
	return told.length === 0 ? undefined : told.join(' ');
}

/** A failure that the picture may be to blame for, with what is to be said of it. */
export function withPictureHint(failure: Failure, hint: string | undefined): Failure {
	const mayBeToBlame = failure.kind === 'badRequest' || failure.kind === 'taskFailed';
	return mayBeToBlame && hint !== undefined ? { ...failure, hint: `${failure.hint} ${hint}` } : failure;
}

function remarkOnOrientation({ orientation = 1 }: PictureHeader): string | undefined {
	const how = ORIENTATIONS[orientation];
	if (how === undefined) return undefined;
	return `The picture is stored ${how} (EXIF orientation ${orientation}), as phones do: if the model comes out like that, rotate the picture first.`;
}

function remarkOnColors({ isCmyk }: PictureHeader): string | undefined {
	return (
		isCmyk && 'The picture has the colors of print (CMYK): if those of the model are wrong, save it in RGB.'
	);
}

function remarkOnSize({ size: pixels }: PictureHeader): string | undefined {
	if (pixels === undefined) return undefined;
	const { width, height } = pixels;
	const size = `${width.toLocaleString('en-US')} × ${height.toLocaleString('en-US')} pixels`;
	if (Math.min(width, height) < SMALL_SIDE_PIXELS) {
		return `The picture has ${size} only, too few for details: send a larger one if there is one.`;
	}
	if (Math.max(width, height) > LARGE_SIDE_PIXELS) {
		return `The picture has ${size}: if Image3D refuses it, make it smaller first, for example with the Edit Image node (Resize).`;
	}
	return undefined;
}
