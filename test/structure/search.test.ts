/** What a user types into the editor's search for nodes, scored by the function that n8n's editor uses. */
import type { INodeTypeDescription } from 'n8n-workflow';
import { readFileSync } from 'node:fs';
import path from 'node:path';

import { Image3dBalance } from '../../nodes/Image3dBalance/Image3dBalance.node';
import { Image3dCheckout } from '../../nodes/Image3dCheckout/Image3dCheckout.node';
import { Image3dGenerate } from '../../nodes/Image3dGenerate/Image3dGenerate.node';
import { Image3dModel } from '../../nodes/Image3dModel/Image3dModel.node';
import { Image3dStatus } from '../../nodes/Image3dStatus/Image3dStatus.node';
import { Image3dTrigger } from '../../nodes/Image3dTrigger/Image3dTrigger.node';

/** Typed here: its types are those of an ES module. */
interface SublimeSearch {
	DEFAULT_KEYS: Array<{ key: string; weight: number }>;
	sublimeSearch<T>(text: string, data: T[], keys: SublimeSearch['DEFAULT_KEYS']): Array<{ item: T }>;
}

const { DEFAULT_KEYS, sublimeSearch } = jest.requireActual<SublimeSearch>('@n8n/utils/search/sublime-search');

const root = path.resolve(__dirname, '../..');

/** Nodes of n8n's own that were found in this package's stead. */
const RIVALS = [
	'Google Business Profile',
	'GitLab',
	'Google BigQuery',
	'Aggregate',
	'Microsoft Excel (SharePoint)',
];

const entry = (displayName: string, alias: string[]) => ({ properties: { displayName, codex: { alias } } });

/** As the editor lists it: a trigger without that word in its name, which becomes one more alias. */
function listed({ name, displayName }: INodeTypeDescription) {
	const type = `Image3d${name.slice('image3d'.length)}`;
	const file = path.join(root, 'nodes', type, `${type}.node.json`);
	const { alias } = JSON.parse(readFileSync(file, 'utf8')) as { alias: string[] };
	return entry(displayName.replace(' Trigger', ''), [...alias, displayName]);
}

const catalog = [
	...RIVALS.map((name) => entry(name, [])),
	...[Image3dTrigger, Image3dCheckout, Image3dBalance, Image3dModel, Image3dStatus, Image3dGenerate].map(
		(Node) => listed(new Node().description),
	),
];

const search = (text: string) =>
	sublimeSearch(text, catalog, DEFAULT_KEYS).map(({ item }) => item.properties.displayName);

it.each([
	'3d',
	'3D',
	'3d model',
	'3d mod',
	'photo to 3d',
	'picture to 3d',
	'image to 3d',
	'text to 3d',
	'product photo',
	'augmented reality',
	'ar',
	'glb',
	'glb file',
	'gltf',
	'mesh',
	'make 3d model',
	'convert to 3d',
])('"%s" finds Image3D Generate first', (text) => {
	expect(search(text)[0]).toBe('Image3D Generate');
});

it('"3D" finds all six', () => expect(search('3D')).toHaveLength(6));

it.each([
	['credits', 'Image3D Balance'],
	['buy credits', 'Image3D Checkout'],
	['download', 'Image3D Status'],
	['usdz', 'Image3D Model'],
	['stl', 'Image3D Model'],
	['resize 3d', 'Image3D Model'],
	['convert 3d model', 'Image3D Model'],
	['model ready', 'Image3D'],
])('"%s" finds %s first', (text, name) => expect(search(text)[0]).toBe(name));
