import { readEmulatorUrl } from '../../../nodes/shared/core/auth/emulator';

const SANDBOX = 'http://127.0.0.1:8787';

describe('readEmulatorUrl', () => {
	it.each([undefined, '', '  '])('is Google where nothing is entered (%j)', (url) => {
		expect(readEmulatorUrl(url, 'https://image3d.io')).toEqual({ root: '' });
	});

	it.each([
		['http://127.0.0.1:9099', 'http://127.0.0.1:9099'],
		[' http://localhost:9099// ', 'http://localhost:9099'],
		['http://LOCALHOST.:9099/auth/', 'http://localhost.:9099/auth'],
		['http://firebase.localhost:9099', 'http://firebase.localhost:9099'],
		['http://2130706433:9099', 'http://127.0.0.1:9099'],
		['http://0x7f.1:9099', 'http://127.0.0.1:9099'],
		['http://0177.0.0.1:9099', 'http://127.0.0.1:9099'],
		['http://[::1]:9099', 'http://[::1]:9099'],
		['http://[::ffff:127.0.0.1]:9099', 'http://[::ffff:7f00:1]:9099'],
		['http://[fd12:3456::1]:9099', 'http://[fd12:3456::1]:9099'],
		['http://0.0.0.0:9099', 'http://0.0.0.0:9099'],
		['http://10.1.2.3:9099', 'http://10.1.2.3:9099'],
		['http://172.31.0.2:9099', 'http://172.31.0.2:9099'],
		['http://192.168.1.5:9099', 'http://192.168.1.5:9099'],
		['http://100.64.0.1:9099', 'http://100.64.0.1:9099'],
		['http://host.docker.internal:9099', 'http://host.docker.internal:9099'],
		['http://auth.test-team.svc.cluster.local', 'http://auth.test-team.svc.cluster.local'],
		['http://firebase:9099', 'http://firebase:9099'],
	])('takes %s, which is this machine or its network', (url, root) => {
		expect(readEmulatorUrl(url, SANDBOX)).toEqual({ root });
	});

	it.each([
		'https://example.com',
		'http://8.8.8.8:9099',
		'http://134744072:9099',
		'http://172.32.0.1:9099',
		'http://[2001:db8::1]:9099',
		'http://[::ffff:8.8.8.8]:9099',
		'http://localhost.example.com:9099',
		'http://127.0.0.1.example.com',
		'http://127.0.0.1@example.com',
		'http://example.com#localhost',
		'http://user:secret@127.0.0.1:9099',
		'http://169.254.169.254',
		'http://metadata.google.internal',
		'http://metadata',
	])('refuses %s, to which no sign-in may go', (url) => {
		expect(readEmulatorUrl(url, SANDBOX)).toEqual({
			problem: expect.stringMatching(/outside your own network.*clear the field/),
		});
	});

	it.each([
		'127.0.0.1:9099',
		'localhost',
		'ftp://localhost',
		'file:///etc/passwd',
		'javascript:alert(1)',
		'http://',
	])('calls %s no address', (url) => {
		expect(readEmulatorUrl(url, SANDBOX)).toEqual({
			problem: expect.stringMatching(/is not an address.*http:\/\/127\.0\.0\.1:9099/),
		});
	});

	it.each([
		'https://image3d.io',
		'HTTPS://IMAGE3D.IO/',
		'https://image3d.io:443',
		'http://image3d.io:8080/api',
		'https://www.image3d.io',
		'https://staging.image3d.io',
		'https://image3d.io.',
		'https://image3d.io../',
		'https://localhost@image3d.io',
		'https:image3d.io',
		'https:\\\\image3d.io',
		'https://ima\nge3d.io',
		'https://%69mage3d.io',
		'https://ｉｍａｇｅ３ｄ．ｉｏ',
		'https://image3d。io',
		'https://ima\u00adge3d.io',
		'image3d.io',
		'image3d.io:443',
		'',
		undefined,
		'https://',
	])('refuses an emulator beside the real service (%j)', (baseUrl) => {
		expect(readEmulatorUrl('http://127.0.0.1:9099', baseUrl)).toEqual({
			problem: expect.stringMatching(/do not go together.*Clear the Auth Emulator URL/),
		});
	});

	it.each([
		'http://image3d.io.example.com',
		'http://myimage3d.io',
		'http://127.0.0.1:8787',
		'http://sandbox:8787',
	])('takes one beside %s, which is another service', (baseUrl) => {
		expect(readEmulatorUrl('http://127.0.0.1:9099', baseUrl)).toHaveProperty('root');
	});
});
