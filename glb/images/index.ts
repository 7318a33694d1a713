/** The door to what is known of an image without decoding it: its first bytes in; format, size and orientation out. */
export { readImageHeader, type ImageHeader } from './imageHeader';
export { imageKind, type ImageKind } from './imageKind';
