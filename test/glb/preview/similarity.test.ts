import sharp from 'sharp';
import { colorDifference, silhouetteSimilarity } from '../../../harness/preview/similarity';

const disc = (color: string, radius = 24) =>
	sharp(
		Buffer.from(
			`<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><circle cx="32" cy="32" r="${radius}" fill="${color}"/></svg>`,
		),
	)
		.png()
		.toBuffer();

describe('what the pictures are compared by', () => {
	it('sees no difference between a picture and itself', async () => {
		const picture = await disc('#205040');
		expect(await colorDifference(picture, picture)).toBe(0);
		expect(await silhouetteSimilarity(picture, picture)).toBeCloseTo(1);
	});

	it('tells a white helmet from a dark one, whose outlines are the same', async () => {
		const [dark, white] = [await disc('#202830'), await disc('#fff')];
		expect(await silhouetteSimilarity(dark, white)).toBeCloseTo(1);
		expect(await colorDifference(dark, white)).toBeGreaterThan(200);
	});

	it('does not count what only one picture shows, nor edges, as color', async () => {
		const [large, small] = [await disc('#205040', 24), await disc('#205040', 12)];
		expect(await colorDifference(large, small)).toBeLessThan(0.1);
	});
});
