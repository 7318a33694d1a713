/** A picture on the web: its link in, the source out. Fails on what is no link to one picture. */
import { type Outcome, succeed } from '../../core/failure';
import { fileNameInLink, readPictureLink } from '../../core/inputImage/imageLink';
import { MAX_PICTURE_BYTES } from '../../core/inputImage/inputImage';
import { fetchPicture } from './fetchPicture';
import type { ImageSource } from './imageSource';

/** The picture behind a link; fails where that is no link to one picture. It is fetched from whatever host it names. */
export function linkedImage(text: string): Outcome<ImageSource> {
	const link = readPictureLink(text);
	if (!link.ok) return link;
	// Known once it was loaded: a look before the first submit may be followed by another when it is sent.
	let bytes: number | undefined;
	return succeed({
		fileName: fileNameInLink(link.value.url),
		place: text.trim(),
		findProblem: async () => undefined,
		estimateBytes: async () => bytes ?? MAX_PICTURE_BYTES,
		load: async (service) => {
			const picture = await fetchPicture(service, link.value);
			if (picture.ok) bytes = picture.value.bytes.length;
			return picture;
		},
	});
}
