/** Every preset stands in docs/model-limits.md with its numbers and where they are published. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { SHOPS, type ShopLimits } from '../../glb/facts';

const page = readFileSync(path.resolve(__dirname, '../../docs/model-limits.md'), 'utf8');
const rows = new Map(
	page
		.split('\n')
		.map((line) => line.split('|').map((cell) => cell.trim()))
		.filter(([, name]) => name?.startsWith('`'))
		.map(([, name, ...cells]) => [name.replaceAll('`', ''), cells]),
);

it('the page has a row for each preset, and no other', () => {
	expect([...rows.keys()]).toEqual(Object.keys(SHOPS));
});

describe.each(Object.entries(SHOPS))('%s', (name, preset) => {
	const allowed: ShopLimits = preset.limits;
	const [fileSize, faces, textureSide, source] = rows.get(name) ?? [];

	it('has its numbers', () => {
		const { maxFileSizeMb, maxFaces, maxTextureSide } = allowed;
		expect([fileSize, faces, textureSide]).toEqual([
			maxFileSizeMb === undefined ? '' : `${maxFileSizeMb} MB`,
			maxFaces === undefined ? '' : maxFaces.toLocaleString('en-US'),
			maxTextureSide === undefined ? '' : `${maxTextureSide} px`,
		]);
	});

	it('has its source', () => {
		const [address] = preset.source.split(' ');
		expect(source).not.toBe('');
		expect(page).toContain(address);
	});
});

it.each([
	['arQuickLook', { maxFaces: 100_000, maxTextureSide: 2048 }],
	['amazon', { maxFaces: 200_000 }],
	['googleMerchantCenter', { maxTextureSide: 2048 }],
] as const)('%s allows what its source says', (name, limits) => {
	expect(SHOPS[name].limits).toMatchObject(limits);
});

it('the row of Amazon leads to the exact size that it wants', () => {
	expect(rows.get('amazon')![3]).toContain('exact size: see [Resize](nodes/model.md#resize-real-size)');
});
