import { problemInAnswer } from '../../../nodes/shared/core/inputImage/imageHost';

const link = { url: 'https://cdn.shop.example:8443/chair.jpg?sig=secret' };
const shared = {
	url: 'https://drive.google.com/uc?id=1',
	service: { name: 'Google Drive', node: 'Google Drive' },
};

describe('problemInAnswer, of a status', () => {
	it.each([
		[403, '', 'blocks programs that it does not know'],
		[406, '', 'blocks programs that it does not know'],
		[401, '', 'blocks programs that it does not know'],
		[503, '<title>Just a moment...</title>', 'blocks programs that it does not know'],
		[429, '', 'limits how many pictures it sends'],
		[503, '', 'limits how many pictures it sends'],
		[404, '', 'Open the link in a browser'],
		[500, '', 'has a problem of its own'],
	])('names the host of HTTP %d with %j, and what helps', (status, body, remedy) => {
		const failure = problemInAnswer(link, status, Buffer.from(body))!;
		const told = `its server cdn.shop.example:8443 answered HTTP ${status}`;
		expect(failure.message).toBe(`The picture behind "Image URL" could not be fetched: ${told}`);
		expect(failure.hint).toContain(remedy);
		expect(failure.hint).toContain('Nothing was charged');
		expect(JSON.stringify(failure)).not.toContain('secret');
		expect(failure.retryable).toBe(remedy.startsWith('limits how many'));
	});

	it('says of a share link with whom to share the file', () => {
		expect(problemInAnswer(shared, 404, Buffer.alloc(0))!.hint).toMatch(
			/Share it with everyone.*Google Drive node/,
		);
	});
});

describe('problemInAnswer, of a page with 200', () => {
	const page = (body: string) => Buffer.from(`<!doctype html><html>${body}`);

	it('calls a web page a web page', () => {
		const failure = problemInAnswer(link, 200, page('<h1>Chairs</h1>'))!;
		expect(failure.message).toContain('cdn.shop.example:8443 answered with a web page');
		expect(failure.hint).toContain('copy the image address');
	});

	it('knows a page that wants to see a human', () => {
		const failure = problemInAnswer(link, 200, page('<div class="g-recaptcha"></div>'))!;
		expect(failure.message).toContain('first asks for proof that you are human');
	});

	it('says of a share link with whom to share the file', () => {
		const failure = problemInAnswer(shared, 200, page('Sign in'))!;
		expect(failure.message).toContain('Google Drive answered with a web page');
		expect(failure.hint).toMatch(/Share it with everyone/);
	});

	it('leaves a picture alone', () => {
		expect(problemInAnswer(link, 200, Buffer.from([0xff, 0xd8, 0xff]))).toBeUndefined();
	});
});
