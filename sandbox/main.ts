/** The command line: starts the sandbox with a demo user, says how to try it, and ends everything on Ctrl-C. */
import { renameSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Sandbox, startSandbox } from './index';

const HELP = `The Image3D service on your own machine.

Usage: npm run sandbox -- [options]
  --port <n>            API port (4010; 0 takes a free one)
  --cdn-port <n>        port the models are served from (4011)
  --auth-port <n>       port of the sign-in service (4012)
  --speed <n>           jobs run this much faster than the real ones (1)
  --token-lifetime <s>  seconds an ID token lives (3600)
  --ready-file <path>   writes addresses and the demo user there, as JSON, once everything is up
  --help                this text
`;

const DEMO_USER = { email: 'maker@example.com', plan: 'pack', credits: 500 };

type DemoUser = Awaited<ReturnType<Sandbox['createUser']>>;

async function main(): Promise<void> {
	const { values } = parseArgs({
		options: {
			port: { type: 'string', default: '4010' },
			'cdn-port': { type: 'string', default: '4011' },
			'auth-port': { type: 'string', default: '4012' },
			speed: { type: 'string', default: '1' },
			'token-lifetime': { type: 'string', default: '3600' },
			'ready-file': { type: 'string' },
			help: { type: 'boolean', default: false },
		},
	});
	if (values.help) {
		process.stdout.write(HELP);
		return;
	}
	const options = {
		port: readNumber('port', values.port),
		cdnPort: readNumber('cdn-port', values['cdn-port']),
		authPort: readNumber('auth-port', values['auth-port']),
		speed: readNumber('speed', values.speed),
		tokenLifetimeSeconds: readNumber('token-lifetime', values['token-lifetime']),
		log: (line: string) => process.stderr.write(`${line}\n`),
	};
	process.stdout.write('Starting the sandbox; the sign-in service takes some ten seconds …\n');
	const starting = startSandbox(options);
	endOnSignals(starting);
	const sandbox = await starting;
	const user = await sandbox.createUser(DEMO_USER);
	process.stdout.write(introduction(sandbox, user));
	if (values['ready-file']) writeReadyFile(values['ready-file'], sandbox, user);
}

function readNumber(name: string, text: string): number {
	const value = Number(text);
	if (text.trim() === '' || !Number.isFinite(value) || value < 0) throw new Error(`--${name} needs a number`);
	return value;
}

function endOnSignals(starting: Promise<Sandbox>): void {
	let isEnding = false;
	const end = async () => {
		if (isEnding) return;
		isEnding = true;
		await starting.then((sandbox) => sandbox.close()).catch(() => undefined);
		process.exit(0);
	};
	process.on('SIGINT', end);
	process.on('SIGTERM', end);
	process.on('SIGHUP', end);
	// Forked with a channel: the end of the other side is the end of this one, however it came about.
	process.on('disconnect', end);
}

function writeReadyFile(path: string, sandbox: Sandbox, user: DemoUser): void {
	const { baseUrl, cdnUrl, authUrl, webApiKey } = sandbox;
	const { email, refreshToken, emailLink, uid } = user;
	const ready = {
		baseUrl,
		cdnUrl,
		authUrl,
		webApiKey,
		user: { email, refreshToken, emailLink, uid },
		pid: process.pid,
	};
	// Whoever waits for the file finds all of it, or nothing.
	writeFileSync(`${path}.new`, JSON.stringify(ready, null, '\t'), { mode: 0o600 });
	renameSync(`${path}.new`, path);
}

function introduction(sandbox: Sandbox, user: DemoUser): string {
	return `
The Image3D sandbox is up. Everything below is pretend and ends with this process.

  Base URL           ${sandbox.baseUrl}
  Auth emulator URL  ${sandbox.authUrl}
  Web API key        ${sandbox.webApiKey}
  Models             ${sandbox.cdnUrl}

  Demo user          ${user.email}, 500 credits
  Refresh token      ${user.refreshToken}
  Magic link         ${user.emailLink}

Try it: open ${sandbox.baseUrl} in a browser, or

  TOKEN='${user.idToken}'
  curl ${sandbox.baseUrl}/api/balance -H "Authorization: Bearer $TOKEN"
  curl ${sandbox.baseUrl}/api/generate -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' \\
    -d '{"mode":"text","prompt":"a red vase","quality":"fast"}'

In n8n: credential "Image3D API" with this base URL, auth emulator URL, web API key and refresh token.
Ctrl-C ends everything.
`;
}

main().catch((error: Error) => {
	process.stderr.write(`${error.message}\n`);
	process.exit(1);
});
