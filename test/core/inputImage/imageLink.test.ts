import { fileNameInLink, readPictureLink } from '../../../nodes/shared/core/inputImage/imageLink';
import { failureIn, valueOf } from '../../../harness/simulation/outcomes';

const urlOf = (link: string) => valueOf(readPictureLink(link)).url;

describe('readPictureLink', () => {
	it.each([
		['https://shop.example/chair.jpg', 'https://shop.example/chair.jpg'],
		[' http://shop.example/Stuhl grün.jpg ', 'http://shop.example/Stuhl%20gr%C3%BCn.jpg'],
		['//cdn.shop.example/chair.jpg', 'https://cdn.shop.example/chair.jpg'],
		[
			'https://drive.google.com.example/file/d/1AbC/view',
			'https://drive.google.com.example/file/d/1AbC/view',
		],
	])('takes %s for %s', (link, expected) => {
		expect(valueOf(readPictureLink(link))).toEqual({ url: expected });
	});

	const drive = 'https://drive.google.com/uc?export=download&id=1AbC-_9';
	it.each([
		['https://drive.google.com/file/d/1AbC-_9/view?usp=sharing', drive],
		['https://drive.google.com/file/d/1AbC-_9/edit', drive],
		['https://drive.google.com/file/u/1/d/1AbC-_9/preview', drive],
		['https://drive.google.com/a/shop.example/file/d/1AbC-_9/view', drive],
		['https://drive.google.com/open?id=1AbC-_9&authuser=0', drive],
		['https://drive.google.com/uc?id=1AbC-_9&export=view', drive],
		['https://docs.google.com/uc?id=1AbC-_9', drive],
		['https://drive.google.com/file/d/1AbC-_9/view?resourcekey=0-x', `${drive}&resourcekey=0-x`],
		['https://www.dropbox.com/s/x9/chair.jpg?dl=0', 'https://www.dropbox.com/s/x9/chair.jpg?dl=1'],
		['https://www.dropbox.com/s/x9/chair.jpg', 'https://www.dropbox.com/s/x9/chair.jpg?dl=1'],
		[
			'https://www.dropbox.com/scl/fi/x9/chair.jpg?rlkey=k&st=s&dl=0',
			'https://www.dropbox.com/scl/fi/x9/chair.jpg?rlkey=k&st=s&dl=1',
		],
		['https://dropbox.com/scl/fi/x/c.jpg?raw=1', 'https://dropbox.com/scl/fi/x/c.jpg?dl=1'],
		['https://1drv.ms/i/c/a1b2/EQx?e=Z', 'https://1drv.ms/i/c/a1b2/EQx?e=Z&download=1'],
		['https://1drv.ms/u/s!Ax', 'https://1drv.ms/u/s!Ax?download=1'],
		[
			'https://onedrive.live.com/redir?resid=A%21107&authkey=%21AB',
			'https://onedrive.live.com/download?resid=A%21107&authkey=%21AB',
		],
		[
			'https://onedrive.live.com/embed?resid=A%21107&authkey=%21AB',
			'https://onedrive.live.com/download?resid=A%21107&authkey=%21AB',
		],
		[
			'https://shop.sharepoint.com/:i:/s/Photos/EaB?e=x1',
			'https://shop.sharepoint.com/:i:/s/Photos/EaB?e=x1&download=1',
		],
		[
			'https://shop-my.sharepoint.com/:i:/g/personal/a_shop/EaB',
			'https://shop-my.sharepoint.com/:i:/g/personal/a_shop/EaB?download=1',
		],
	])('makes the direct form of %s', (link, expected) => {
		expect(urlOf(link)).toBe(expected);
		expect(valueOf(readPictureLink(link)).service).toBeDefined();
	});

	it('leaves a direct form as it is', () => {
		for (const link of [drive, 'https://www.dropbox.com/s/x9/chair.jpg?dl=1']) {
			expect(urlOf(urlOf(link))).toBe(urlOf(link));
		}
		const direct = 'https://dl.dropboxusercontent.com/s/x9/chair.jpg';
		expect(valueOf(readPictureLink(direct))).toEqual({ url: direct });
	});

	it.each([
		'https://drive.google.com/drive/my-drive',
		'https://drive.google.com/open',
		'https://www.dropbox.com/home/chair.jpg',
		'https://onedrive.live.com/?qt=mru',
		'https://onedrive.live.com/about/?id=7',
		'https://shop.sharepoint.com/sites/Photos/chair.jpg',
	])('leaves %s, which is no share link, as it is', (link) => {
		expect(valueOf(readPictureLink(link))).toEqual({ url: link });
	});

	it('makes the direct form of a page of OneDrive that names its file by "id"', () => {
		expect(urlOf('https://onedrive.live.com/?id=A%21107&cid=A')).toMatch(
			/^https:\/\/onedrive\.live\.com\/download\?.*resid=A%21107/,
		);
	});

	it.each([
		['https://drive.google.com/drive/folders/1AbC?usp=sharing', 'Google Drive'],
		['https://drive.google.com/drive/u/0/folders/1AbC', 'Google Drive'],
		['https://www.dropbox.com/scl/fo/x/y?rlkey=k&dl=0', 'Dropbox'],
		['https://www.dropbox.com/sh/x/y?dl=0', 'Dropbox'],
		['https://1drv.ms/f/s!Ax', 'OneDrive'],
		['https://shop.sharepoint.com/:f:/s/Photos/EaB', 'SharePoint'],
	])('says of the folder %s what to share instead', (link, service) => {
		const failure = failureIn(readPictureLink(link));
		expect(failure.message).toBe(`"Image URL" is the ${service} link of a folder`);
		expect(failure.hint).toMatch(/Share the picture itself.*Nothing was charged/);
	});

	it.each(['https://photos.app.goo.gl/x', 'https://photos.google.com/share/x'])(
		'says of %s that it gives a page',
		(link) => {
			expect(failureIn(readPictureLink(link)).message).toContain('Google Photos, which opens a page');
		},
	);

	it.each(['chair.jpg', 'file:///etc/passwd', '', '//', '///etc/passwd', 'ftp://x/y.jpg', 'javascript:1'])(
		'refuses %j',
		(link) => {
			expect(failureIn(readPictureLink(link)).message).toBe('"Image URL" is not a web address');
		},
	);

	it('tells a picture in the link from a link', () => {
		expect(failureIn(readPictureLink('data:image/png;base64,iVBO')).hint).toContain('choose Base64 Text');
	});
});

describe('fileNameInLink', () => {
	it.each([
		['https://shop.example/pictures/chair.jpg', 'chair.jpg'],
		['https://shop.example/chair.jpg?width=800#top', 'chair.jpg'],
		['https://shop.example/Stuhl%20gr%C3%BCn.png', 'Stuhl grün.png'],
		['https://shop.example/50%25%zz.png', '50%25%zz.png'],
		['https://shop.example/image?id=7', undefined],
		['https://shop.example/', undefined],
		['no link', undefined],
	])('in %j is %j', (link, expected) => {
		expect(fileNameInLink(link)).toBe(expected);
	});
});
