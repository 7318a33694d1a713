/**
 * The picture of an item, from whichever of the three sources the user chose. An item's parameters in, its source out, which
 * holds no bytes. Fails where no picture can be meant; throws what a broken expression throws.
 */
import { type Outcome, succeed } from '../../core/failure';
import { findBinaryField } from '../../core/inputImage/binaryField';
import type { ItemParameters } from '../items/nodeRun';
import { attachedImage } from './attachedImage';
import type { ImageSource } from './imageSource';
import { linkedImage } from './linkedImage';
import { pastedImage } from './pastedImage';

/** The source of an item's picture, as its parameters say. */
export function readInputImage({ get, getLarge, input, loadFile }: ItemParameters): Outcome<ImageSource> {
	const source = get('imageSource', 'binary');
	if (source === 'url') return linkedImage(String(get('imageUrl', '') ?? ''));
	if (source === 'base64') return succeed(pastedImage(() => String(getLarge('imageBase64') ?? '')));
	const wanted = String(get('binaryPropertyName', 'data') ?? '').trim();
	const files = input?.binary ?? {};
	// A Code node may hand on the field of a file that it did not find.
	const fields = Object.keys(files).filter((name) => Boolean(files[name]));
	const field = findBinaryField(wanted, fields);
	return field.ok ? succeed(attachedImage(field.value, files[field.value], loadFile)) : field;
}
