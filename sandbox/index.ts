/** Starts the whole sandbox in this process: the auth emulator (a child process), its gateway, the API and the CDN. */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { startEmulator } from './auth/startEmulator';
import { createGateway } from './auth/gateway';
import { Identity } from './auth/identity';
import { RefreshTokens, TOKEN_LIFETIME_SECONDS } from './auth/gatewayTokens';
import { TokenVerifier } from './auth/verify';
import { createCdn } from './cdn';
import { ModelLinks, MODEL_URL_LIFETIME_SECONDS } from './modelLinks';
import { ModelLibrary } from './models/library';
import { createUser } from './routes/control';
import { createServer } from './server';
import { type Addresses, type Service } from './sandboxService';
import { Checkouts } from './state/checkouts';
import { Pictures } from './state/keptPictures';
import { type Settings } from './state/settings';
import { Users } from './state/users';

export interface SandboxOptions {
	/** Ports; 0 or nothing takes a free one. */
	port?: number;
	cdnPort?: number;
	authPort?: number;
	/** Jobs take their tier's seconds divided by this. Default 1. */
	speed?: number;
	/** Seconds an ID token lives. Default 3600. */
	tokenLifetimeSeconds?: number;
	/** Default 127.0.0.1. */
	host?: string;
	/** Takes one line per unexpected event. Default: nothing is logged. */
	log?: (line: string) => void;
}

export interface Sandbox extends Addresses {
	/** Creates a user, as `POST /sandbox/users` does. */
	createUser(settings: Record<string, unknown>): ReturnType<typeof createUser>;
	/** Ends the ports, the worker and the emulator. */
	close(): Promise<void>;
}

/**
 * Starts a sandbox; one per process, because firebase-admin finds the emulator through the environment.
 * @throws Error when a port is taken or the emulator does not start.
 */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
	const { host = '127.0.0.1', log = () => undefined } = options;
	const closing: Array<() => Promise<void>> = [];
	const close = async () => {
		for (const step of closing.splice(0).reverse()) await step();
	};
	try {
		const ports = [options.port, options.cdnPort, options.authPort];
		const servers: Server[] = [];
		// Taken before the slow part, so that a busy port is known at once.
		for (const port of ports) {
			const server = await listen(host, port ?? 0);
			closing.push(() => stop(server));
			servers.push(server);
		}
		const emulator = await startEmulator();
		closing.push(() => emulator.close());
		const addresses = addressesOf(host, servers);
		const service = createService(addresses, emulator.host, defaultsOf(options));
		closing.push(
			() => service.verifier.close(),
			() => service.models.close(),
		);
		const [api, cdn, gateway] = servers;
		open(api, createServer(service, log));
		open(cdn, createCdn(service, log));
		open(gateway, createGateway(service, emulator.host));
		return { ...addresses, createUser: (settings) => createUser(service, settings), close };
	} catch (error) {
		await close();
		throw error;
	}
}

function createService(addresses: Addresses, emulatorHost: string, defaults: Settings): Service {
	const verifier = new TokenVerifier(emulatorHost);
	const pictures = new Pictures();
	return {
		...addresses,
		defaults,
		users: new Users(),
		pictures,
		checkouts: new Checkouts(),
		models: new ModelLibrary(pictures),
		links: new ModelLinks(addresses.cdnUrl),
		identity: new Identity(verifier.admin, emulatorHost, addresses),
		refreshTokens: new RefreshTokens(),
		verifier,
	};
}

function defaultsOf(options: SandboxOptions): Settings {
	return {
		plan: 'free',
		speed: options.speed ?? 1,
		tokenLifetimeSeconds: options.tokenLifetimeSeconds ?? TOKEN_LIFETIME_SECONDS,
		rotateRefreshTokens: false,
		progress: 'linear',
		jitter: 0,
		seed: 0,
		modelSizeBytes: 0,
		tinyModels: false,
		modelUrlLifetimeSeconds: MODEL_URL_LIFETIME_SECONDS,
		requireReferer: true,
		numericIds: false,
		deadTokenStatus: 401,
	};
}

function addressesOf(host: string, servers: Server[]): Addresses {
	const [baseUrl, cdnUrl, authUrl] = servers.map(
		(server) => `http://${host}:${(server.address() as AddressInfo).port}`,
	);
	return { baseUrl, cdnUrl, authUrl, webApiKey: `AIza${randomBytes(32).toString('base64url').slice(0, 35)}` };
}

async function listen(host: string, port: number): Promise<Server> {
	const server = createHttpServer(answerStarting);
	// Longer than any client keeps an idle connection, so that none is closed under a request just sent.
	server.keepAliveTimeout = 120_000;
	server.listen(port, host);
	await once(server, 'listening');
	return server;
}

const answerStarting: RequestListener = (_request, response) => {
	response.writeHead(503, { 'Retry-After': '5' }).end('The sandbox is starting');
};

function open(server: Server, app: RequestListener): void {
	server.removeAllListeners('request').on('request', app);
}

async function stop(server: Server): Promise<void> {
	const closed = once(server, 'close');
	server.close();
	server.closeAllConnections();
	await closed;
}
