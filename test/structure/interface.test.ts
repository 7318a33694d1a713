/**
 * The public interface: names, types, values and defaults that saved workflows and credentials depend on. Once
 * published, no line of these tables may change; new lines may come.
 */
import type { INodeProperties, INodePropertyOptions, INodeTypeDescription } from 'n8n-workflow';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { Image3dApi } from '../../credentials/Image3dApi.credentials';
import { Image3dN8nApi } from '../../credentials/Image3dN8nApi.credentials';
import { Image3dBalance } from '../../nodes/Image3dBalance/Image3dBalance.node';
import { Image3dCheckout } from '../../nodes/Image3dCheckout/Image3dCheckout.node';
import { Image3dGenerate } from '../../nodes/Image3dGenerate/Image3dGenerate.node';
import { Image3dModel } from '../../nodes/Image3dModel/Image3dModel.node';
import { Image3dStatus } from '../../nodes/Image3dStatus/Image3dStatus.node';
import { Image3dTrigger } from '../../nodes/Image3dTrigger/Image3dTrigger.node';
import { MEMORY_COLUMNS } from '../../nodes/shared/core/purchase/memory/memoryRow';

const root = path.resolve(__dirname, '../..');

/** Name, type, default (`undefined`: any), and for a choice its values. */
type Line = [name: string, type: string, value: unknown, values?: string[]];

const QUALITIES = ['fast', 'standard', 'pro', 'ultra'];
const PREVIEWS = ['off', 'image', 'turntable'];

const MODEL_VIEWS = ['threeQuarter', 'front', 'back', 'left', 'right', 'top', 'sheet', 'turntable'];
const MODEL_PRESETS = [
	...['custom', 'shopify', 'arQuickLook', 'amazon', 'googleMerchantCenter'],
	...['khronosMobile', 'khronosDesktop', 'khronosPlanner', 'khronosBanner'],
];

const COMMON_OPTIONS: Line[] = [
	['concurrency', 'number', 5],
	['timeout', 'number', 600],
	['pollInterval', 'number', undefined],
	['fileName', 'string', ''],
	['maxModelSizeMb', 'number', undefined],
	['preview', 'options', 'image', PREVIEWS],
	['budget', 'fixedCollection', {}],
	['simplify', 'boolean', true],
];

const NODES: Array<{
	node: INodeTypeDescription;
	name: string;
	label: string;
	fields: Line[];
	options: Line[];
}> = [
	{
		node: new Image3dGenerate().description,
		name: 'image3dGenerate',
		label: 'Image3D Generate',
		fields: [
			['mode', 'options', 'text', ['text', 'image']],
			['prompt', 'string', ''],
			['imageSource', 'options', 'binary', ['binary', 'url', 'base64']],
			['binaryPropertyName', 'string', 'data'],
			['imageUrl', 'string', ''],
			['imageBase64', 'string', ''],
			['quality', 'options', 'pro', QUALITIES],
			['waitForCompletion', 'boolean', true],
			['downloadModel', 'boolean', true],
			['outputBinaryField', 'string', 'data'],
			['rememberModels', 'boolean', false],
			['memoryTableId', 'resourceLocator', { mode: 'list', value: '' }],
		],
		options: [
			...COMMON_OPTIONS,
			['extraFields', 'json', '{}'],
			['knownModels', 'options', 'deliver', ['deliver', 'withoutFile', 'leaveOut']],
			['makeAgain', 'boolean', false],
			['spendLimit', 'number', undefined],
			['minimumBalance', 'number', undefined],
			['onUncertainCharge', 'options', 'stop', ['stop', 'submitAgain']],
		],
	},
	{
		node: new Image3dStatus().description,
		name: 'image3dStatus',
		label: 'Image3D Status',
		fields: [
			['taskId', 'string', '={{ $json.task_id }}'],
			['waitForCompletion', 'boolean', false],
			['downloadModel', 'boolean', true],
			['outputBinaryField', 'string', 'data'],
		],
		options: COMMON_OPTIONS,
	},
	{
		node: new Image3dBalance().description,
		name: 'image3dBalance',
		label: 'Image3D Balance',
		fields: [],
		options: [['minimumBalance', 'number', undefined]],
	},
	{
		node: new Image3dCheckout().description,
		name: 'image3dCheckout',
		label: 'Image3D Checkout',
		fields: [
			['type', 'options', 'pack', ['pack', 'subscription']],
			['priceId', 'string', ''],
			['pack', 'string', ''],
			['generations', 'number', undefined],
		],
		options: [['extraFields', 'json', '{}']],
	},
	{
		node: new Image3dTrigger().description,
		name: 'image3dTrigger',
		label: 'Image3D Trigger',
		fields: [
			['event', 'options', 'taskFinished', ['taskFinished', 'balanceLow']],
			['taskSource', 'options', 'list', ['list', 'dataTable']],
			['taskIds', 'string', ''],
			['dataTableId', 'resourceLocator', { mode: 'list', value: '' }],
			['taskIdColumn', 'string', undefined],
			['outcome', 'options', 'success', ['success', 'failed', 'any']],
			['threshold', 'number', undefined],
			['downloadModel', 'boolean', true],
			['outputBinaryField', 'string', 'data'],
		],
		options: [
			['statusColumn', 'string', ''],
			['statusValue', 'string', ''],
			['simplify', 'boolean', true],
		],
	},
	{
		node: new Image3dModel().description,
		name: 'image3dModel',
		label: 'Image3D Model',
		fields: [
			['operation', 'options', 'fit', ['fit', 'resize', 'convert', 'picture', 'page', 'inspect']],
			['binaryPropertyName', 'string', 'data'],
			['outputBinaryField', 'string', 'data'],
			['preset', 'options', 'shopify', MODEL_PRESETS],
			['maxFileSizeMb', 'number', undefined],
			['maxFaces', 'number', undefined],
			['maxTextureSide', 'number', undefined],
			['textureFormat', 'options', 'keep', ['keep', 'jpeg']],
			['compression', 'options', 'none', ['none', 'quantize', 'meshopt']],
			['dimension', 'options', 'longest', ['longest', 'height', 'width', 'depth']],
			['length', 'string', ''],
			['unit', 'options', 'cm', ['mm', 'cm', 'm', 'in', 'ft']],
			['pivot', 'options', 'bottomCenter', ['bottomCenter', 'center', 'keep']],
			['format', 'options', 'usdz', ['usdz', 'stl', '3mf', 'obj']],
			['view', 'options', 'threeQuarter', MODEL_VIEWS],
			['size', 'number', 1024],
			['background', 'string', 'transparent'],
			['title', 'string', ''],
			['modelUrl', 'string', ''],
			['usdzUrl', 'string', ''],
			['arScale', 'options', 'auto', ['auto', 'fixed']],
			['forPrinting', 'boolean', false],
		],
		options: [],
	},
];

const REQUIRED = {
	image3dGenerate: ['prompt', 'binaryPropertyName', 'imageUrl', 'imageBase64'],
	image3dStatus: ['taskId'],
	image3dBalance: [],
	image3dCheckout: ['priceId'],
	image3dTrigger: ['taskIds', 'dataTableId', 'taskIdColumn', 'threshold'],
	image3dModel: ['binaryPropertyName', 'outputBinaryField', 'length'],
};

function expectLine(properties: INodeProperties[], [name, type, value, values]: Line): void {
	const property = properties.find((candidate) => candidate.name === name);
	expect(property).toMatchObject({ name, type, ...(value === undefined ? {} : { default: value }) });
	if (values === undefined) return;
	const offered = (property!.options as INodePropertyOptions[]).map((option) => option.value);
	expect([...offered].sort()).toEqual([...values].sort());
}

const optionsOf = (properties: INodeProperties[]) =>
	(properties.find(({ name }) => name === 'options')?.options ?? []) as INodeProperties[];

describe.each(NODES)('$name', ({ node, name, label, fields, options }) => {
	it('has its name, its label and one version', () => {
		expect(node).toMatchObject({ name, displayName: label, defaults: { name: label }, version: [1] });
		expect(node.subtitle).toBeTruthy();
		expect(node.description).toBeTruthy();
		expect(node.icon).toEqual({ light: 'file:image3d.svg', dark: 'file:image3d.dark.svg' });
	});

	it('has every field of the table', () => fields.forEach((line) => expectLine(node.properties, line)));

	it('has every option of the table', () => {
		for (const line of options) expectLine(optionsOf(node.properties), line);
	});

	it('has no option that is not in the table', () => {
		const known = options.map(([option]) => option).sort();
		expect(
			optionsOf(node.properties)
				.map((option) => option.name)
				.sort(),
		).toEqual(known);
	});

	it('has no field that is not in the table', () => {
		const known = new Set([...fields.map(([field]) => field), 'options']);
		const shown = node.properties.filter(({ type }) => type !== 'notice').map((property) => property.name);
		expect(shown.filter((field) => !known.has(field))).toEqual([]);
	});

	it('requires what it cannot do without', () => {
		const required = node.properties.filter((property) => property.required).map((property) => property.name);
		expect(required).toEqual(expect.arrayContaining(REQUIRED[name as keyof typeof REQUIRED]));
	});

	it('uses the Image3D credential, unless it works without an account', () => {
		if (name === 'image3dModel') return expect(node.credentials).toBeUndefined();
		expect(node.credentials).toContainEqual({ name: 'image3dApi', required: true });
	});
});

describe('image3dGenerate', () => {
	const { description } = new Image3dGenerate();

	it("needs n8n's own API to remember models only", () => {
		expect(description.credentials).toContainEqual({
			name: 'image3dN8nApi',
			displayName: 'API Key of This n8n',
			required: true,
			displayOptions: { show: { rememberModels: [true] } },
		});
	});

	it('offers the Data Table of the memory from a list and by its ID, where there is a memory', () => {
		const table = description.properties.find(({ name }) => name === 'memoryTableId');
		expect(table?.modes?.map(({ name }) => name)).toEqual(['list', 'id']);
		expect(table).toMatchObject({ required: true, displayOptions: { show: { rememberModels: [true] } } });
	});

	it('notes what it pays for in columns that stay', () => {
		expect(MEMORY_COLUMNS).toEqual([
			...['fingerprint', 'task_id', 'state', 'mode'],
			...['quality', 'label', 'execution_id', 'submitted_at'],
		]);
	});
});

describe('image3dTrigger', () => {
	const { description } = new Image3dTrigger();

	it('polls', () => expect(description).toMatchObject({ polling: true, inputs: [], group: ['trigger'] }));

	it("needs n8n's own API for a Data Table only", () => {
		expect(description.credentials).toContainEqual({
			name: 'image3dN8nApi',
			displayName: 'API Key of This n8n',
			required: true,
			displayOptions: { show: { event: ['taskFinished'], taskSource: ['dataTable'] } },
		});
	});

	it('offers the Data Table from a list and by its ID', () => {
		const table = description.properties.find(({ name }) => name === 'dataTableId');
		expect(table?.modes?.map(({ name }) => name)).toEqual(['list', 'id']);
	});
});

it.each([Image3dGenerate, Image3dStatus, Image3dModel])('%p can be the tool of an agent', (Node) => {
	expect(new Node().description.usableAsTool).toBe(true);
});

describe('image3dApi', () => {
	const { properties, name, displayName } = new Image3dApi();

	it('has its name and label', () => expect([name, displayName]).toEqual(['image3dApi', 'Image3D API']));

	const lines: Array<[...Line, secret: boolean]> = [
		['baseUrl', 'string', 'https://image3d.io', undefined, false],
		['signInMethod', 'options', 'emailLink', ['refreshToken', 'emailLink', 'idToken'], false],
		['firebaseApiKey', 'string', '', undefined, true],
		['refreshToken', 'string', '', undefined, true],
		['email', 'string', '', undefined, false],
		['emailLink', 'string', '', undefined, true],
		['staticToken', 'string', '', undefined, true],
		['authEmulatorUrl', 'string', '', undefined, false],
		['idToken', 'hidden', '', undefined, true],
		['enterByHand', 'boolean', false, undefined, false],
	] as never;

	it.each(lines)('has %s (%s, default %j)', (field, type, value, values, secret) => {
		expectLine(properties, [field, type, value, values ?? undefined]);
		const property = properties.find((candidate) => candidate.name === field);
		expect(property?.typeOptions?.password ?? false).toBe(secret);
	});

	it('has the token stored and renewed by n8n', () => {
		const token = properties.find((property) => property.name === 'idToken');
		expect(token?.typeOptions?.expirable).toBe(true);
		expect(new Image3dApi().preAuthentication).toBeInstanceOf(Function);
	});

	it('is tested by reading the balance', () => {
		expect(new Image3dApi().test.request).toMatchObject({ url: '/api/balance', disableFollowRedirect: true });
	});
});

describe('image3dN8nApi', () => {
	const { properties, name } = new Image3dN8nApi();

	it('holds the address of the instance and a secret key', () => {
		expect(name).toBe('image3dN8nApi');
		expectLine(properties, ['instanceUrl', 'string', undefined]);
		expectLine(properties, ['apiKey', 'string', '']);
		expect(properties.find((property) => property.name === 'apiKey')?.typeOptions?.password).toBe(true);
	});
});

describe('what the user reads', () => {
	/** Every field at any depth, with where it stands. */
	function* fieldsIn(properties: INodeProperties[], at: string): Generator<[string, INodeProperties]> {
		for (const property of properties) {
			const here = `${at}.${property.name}`;
			yield [here, property];
			if (property.type === 'collection') yield* fieldsIn(property.options as INodeProperties[], here);
			if (property.type !== 'fixedCollection') continue;
			for (const group of property.options as Array<{ name: string; values: INodeProperties[] }>) {
				yield* fieldsIn(group.values, `${here}.${group.name}`);
			}
		}
	}

	const all = [
		...NODES.flatMap(({ node }) => [...fieldsIn(node.properties, node.name)]),
		...[new Image3dApi(), new Image3dN8nApi()].flatMap(({ properties, name }) => [
			...fieldsIn(properties, name),
		]),
	].filter(([, { type }]) => !['notice', 'hidden'].includes(type));

	it.each(all.filter(([, { type }]) => type !== 'collection'))('%s says what it is for', (_at, property) => {
		expect(property.description ?? property.options).toBeTruthy();
	});

	it.each(all.filter(([, { type }]) => type === 'options'))(
		'%s says what each choice means',
		(_at, property) => {
			const options = property.options as INodePropertyOptions[];
			expect(options.filter(({ description }) => !description).map(({ value }) => value)).toEqual([]);
		},
	);

	const SMALL = ['a', 'an', 'and', 'for', 'in', 'is', 'of', 'on', 'or', 'the', 'to'];

	it.each(all)('%s has a label in title case', (_at, { displayName }) => {
		const words = displayName.split(/[\s(]+/).map((word, index) => ({ word, mayBeSmall: index > 0 }));
		const wrong = words.filter(
			({ word, mayBeSmall }) => /^[a-z]/.test(word) && !(mayBeSmall && SMALL.includes(word)),
		);
		expect(wrong.map(({ word }) => word)).toEqual([]);
	});
});

describe.each(['Generate', 'Status', 'Balance', 'Checkout', 'Trigger', 'Model'])(
	'beside Image3D %s',
	(node) => {
		const folder = path.join(root, 'nodes', `Image3d${node}`);
		const read = (file: string) =>
			JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as Record<string, unknown>;

		it('a codex file names it, its categories and its documentation', () => {
			expect(read(`Image3d${node}.node.json`)).toMatchObject({
				node: `n8n-nodes-image3d.image3d${node}`,
				nodeVersion: '1.0',
				codexVersion: '1.0',
				categories: expect.arrayContaining([expect.any(String)]),
				resources: {
					credentialDocumentation: [{ url: expect.stringMatching(/^https:/) }],
					primaryDocumentation: [{ url: expect.stringMatching(/^https:/) }],
				},
			});
		});

		it("the codex file leaves it in the editor's search, from which n8n takes the category AI out", () => {
			expect(read(`Image3d${node}.node.json`).categories).not.toContain('AI');
		});

		it('stand its icons', () => {
			for (const icon of ['image3d.svg', 'image3d.dark.svg']) {
				expect(existsSync(path.join(folder, icon))).toBe(true);
			}
		});
	},
);
