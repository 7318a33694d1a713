/** The operations of the node by their names. */
import { convert } from './convert';
import { fit } from './fit';
import { inspect } from './inspect';
import type { Operate } from './operation';
import { page } from './page';
import { picture } from './picture';
import { resize } from './resize';

export type { NewFile } from './operation';

/** The option values of *Operation*. */
export type Operation = 'convert' | 'fit' | 'inspect' | 'page' | 'picture' | 'resize';

export const operations: Record<Operation, Operate> = { convert, fit, inspect, page, picture, resize };
