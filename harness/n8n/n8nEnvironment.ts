/** The settings of an n8n that keeps to itself: its own folder and ports, loopback only, nothing sent anywhere. */
import { delimiter, dirname } from 'node:path';

export interface N8nSettings {
	/** Everything this n8n keeps (database, keys, community packages) goes into `.n8n` below it. */
	userFolder: string;
	port: number;
	/** The port on which n8n talks to its own task runners. */
	brokerPort: number;
	/** The Node.js binary that runs n8n; its task runners must find the same one. */
	node: string;
	/** Folders that nodes may read and write, besides n8n's own `~/.n8n-files`. */
	fileFolders?: string[];
	/** Where binary data is kept; n8n's default, files, when left out. */
	binaryMode?: 'filesystem' | 'database';
	/** Parts of n8n not to load. */
	disabledModules?: string[];
	/** Wins over everything above. */
	env?: Record<string, string>;
}

const OFFLINE = {
	EXTERNAL_FRONTEND_HOOKS_URLS: '',
	N8N_DIAGNOSTICS_ENABLED: 'false',
	N8N_DYNAMIC_BANNERS_ENABLED: 'false',
	N8N_HIRING_BANNER_ENABLED: 'false',
	N8N_LICENSE_AUTO_RENEW_ENABLED: 'false',
	N8N_PERSONALIZATION_ENABLED: 'false',
	N8N_SENTRY_DSN: '',
	N8N_TEMPLATES_ENABLED: 'false',
	N8N_VERIFIED_PACKAGES_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
	N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED: 'false',
};

/** The environment to start n8n in: this process's own without its n8n, database and queue settings, plus `settings`. */
export function n8nEnvironment(settings: N8nSettings): NodeJS.ProcessEnv {
	// Under a test runner n8n would take itself for its own tests.
	const foreign = /^(N8N_|DB_|QUEUE_|EXECUTIONS_|WEBHOOK_URL$|NODE_ENV$|NODE_OPTIONS$|JEST_|npm_)/;
	const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
	return {
		...own,
		...OFFLINE,
		PATH: `${dirname(settings.node)}${delimiter}${process.env.PATH ?? ''}`,
		N8N_USER_FOLDER: settings.userFolder,
		N8N_PORT: String(settings.port),
		N8N_LISTEN_ADDRESS: '127.0.0.1',
		N8N_HOST: 'localhost',
		N8N_EDITOR_BASE_URL: `http://localhost:${settings.port}/`,
		N8N_RUNNERS_BROKER_PORT: String(settings.brokerPort),
		// Plain http on this machine: the browser would drop a cookie that asks for TLS.
		N8N_SECURE_COOKIE: 'false',
		N8N_COMMUNITY_PACKAGES_ALLOW_TOOL_USAGE: 'true',
		N8N_UNVERIFIED_PACKAGES_ENABLED: 'true',
		...(settings.disabledModules?.length && { N8N_DISABLED_MODULES: settings.disabledModules.join(',') }),
		N8N_ENFORCE_SETTINGS_FILE_PERMISSIONS: process.platform === 'win32' ? 'false' : 'true',
		...(settings.fileFolders && {
			N8N_RESTRICT_FILE_ACCESS_TO: ['~/.n8n-files', ...settings.fileFolders].join(';'),
		}),
		...(settings.binaryMode && { N8N_DEFAULT_BINARY_DATA_MODE: settings.binaryMode }),
		...settings.env,
	};
}
