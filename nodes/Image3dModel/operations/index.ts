/** The operations of the node by their names. */
import { fit } from './fit';
import type { Operate } from './operation';
import { page } from './page';
import { picture } from './picture';
import { resize } from './resize';

export type { NewFile } from './operation';

export type Operation = 'convert' | 'fit' | 'inspect' | 'page' | 'picture' | 'resize';

export const operations: Partial<Record<Operation, Operate>> = { fit, page, picture, resize };
