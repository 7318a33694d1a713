/** The network around n8n in a test: its proxy, and its own protection of internal addresses. */
import tls from 'node:tls';

import { LOOPBACK_CERTIFICATE } from '../../sandbox/loopbackCertificate';
import { openNetwork, type Network, type NetworkKind, type NetworkOptions } from '../../sandbox/openNetwork';
import { Container, SsrfProtectionConfig } from '../engine/n8nCoreModules';

export type { Network, NetworkKind };

/** Runs `work` in a network of that kind, with n8n's proxy set where the kind has one. */
export async function inNetwork<T>(
	kind: NetworkKind,
	work: (network: Network) => Promise<T>,
	options?: NetworkOptions,
): Promise<T> {
	const network = await openNetwork(kind, options);
	const before = process.env.HTTPS_PROXY;
	if (network.proxyUrl !== undefined) process.env.HTTPS_PROXY = network.proxyUrl;
	try {
		return await work(network);
	} finally {
		if (before === undefined) delete process.env.HTTPS_PROXY;
		else process.env.HTTPS_PROXY = before;
		await network.close();
	}
}

/** Runs `work` with N8N_SSRF_PROTECTION_ENABLED; `allowed` are N8N_SSRF_ALLOWED_IP_RANGES. */
export async function underProtection<T>(allowed: string[], work: () => Promise<T>): Promise<T> {
	const config = Container.get(SsrfProtectionConfig);
	config.allowedIpRanges = allowed as typeof config.allowedIpRanges;
	config.enabled = true;
	try {
		return await work();
	} finally {
		config.enabled = false;
	}
}

/** Runs `work` as if n8n had been given the loopback certificate with NODE_EXTRA_CA_CERTS. */
export async function trustingLoopback<T>(work: () => Promise<T>): Promise<T> {
	const connect = tls.connect as (options: tls.ConnectionOptions, ...more: unknown[]) => tls.TLSSocket;
	const trusting = jest
		.spyOn(tls, 'connect')
		.mockImplementation(((options: tls.ConnectionOptions, ...more: unknown[]) =>
			connect({ ...options, ca: LOOPBACK_CERTIFICATE }, ...more)) as typeof tls.connect);
	try {
		return await work();
	} finally {
		trusting.mockRestore();
	}
}
