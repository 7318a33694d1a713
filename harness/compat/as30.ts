/**
 * What n8n 3.0 changes and a 2.x can already be told. Files go to the disk, as 3.0 has no memory mode; its SSRF protection
 * is on, with this machine allowed, where the sandbox is; the packages are unverified and said to be welcome.
 */
const AS_3_0 = {
	N8N_DEFAULT_BINARY_DATA_MODE: 'filesystem',
	N8N_RUNNERS_ENABLED: 'true',
	N8N_RUNNERS_TASK_TIMEOUT: '60',
	N8N_SSRF_PROTECTION_ENABLED: 'true',
	N8N_SSRF_ALLOWED_IP_RANGES: '127.0.0.0/8,::1/128',
	N8N_UNVERIFIED_PACKAGES_ENABLED: 'true',
	// Only in queue mode does it make a difference: test/e2e/queueMode.test.ts runs executions started by hand that way.
	OFFLOAD_MANUAL_EXECUTIONS_TO_WORKERS: 'true',
};

/** The environment for the suite's n8n: n8n 3.0's where `npm run test:compat -- --as-3.0` asks for it. */
export function rehearsal(): Record<string, string> {
	return process.env.IMAGE3D_AS_3_0 ? AS_3_0 : {};
}
