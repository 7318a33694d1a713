import { tryCorpus, type Conformance } from '../../../harness/glb/conformance';

/** Refused on purpose, with the reason that the notes of a picture give. */
const REFUSED: Readonly<Record<string, string>> = {
	'arithmetic.jpg': 'arithmetic-coded',
	'invalid-zlib.png': 'compressed data is damaged',
};

/** Read without the smoothing that the reference decoder gives to each of the three colors, which have different sizes. */
const UNLIKE = ['video-001.rgb.jpeg'];

describe('the image decoders, beside libpng, libjpeg and libwebp', () => {
	let results: Conformance[];
	const named = (outcome: Conformance['outcome']) =>
		results.filter((result) => result.outcome === outcome).map(({ set, name }) => `${set}: ${name}`);

	beforeAll(async () => {
		results = await tryCorpus();
	}, 60_000);

	it('try hundreds of images of each format', () => {
		expect(results.length).toBeGreaterThan(350);
	});

	it('refuse no image that a browser shows, but for kinds that no model is known to hold', () => {
		const refused = results.filter(({ outcome }) => outcome === 'refused');
		expect(refused.map(({ name }) => name).sort()).toEqual(Object.keys(REFUSED).sort());
		for (const { name, reason } of refused) expect(reason).toContain(REFUSED[name]);
	});

	it('read every other one alike', () => {
		expect(named('different').filter((name) => !UNLIKE.some((known) => name.endsWith(known)))).toEqual([]);
	});

	it('read PNG and lossless WebP to the last bit', () => {
		const exact = results.filter(
			({ set, name }) => /PngSuite|image\/png|libpng/.test(set) || /lossless/.test(name),
		);
		expect(exact.length).toBeGreaterThan(130);
		expect(exact.filter(({ outcome }) => outcome === 'alike' || outcome === 'different')).toEqual([]);
	});

	it('read inks as light, whether they are stored as such or as color differences', () => {
		for (const kind of ['CMYK', 'YCCK']) {
			const inks = results.filter(({ name }) => name.startsWith(kind));
			expect(inks.filter(({ mean }) => mean > 1)).toEqual([]);
			expect(inks.length).toBeGreaterThan(5);
		}
	});
});
