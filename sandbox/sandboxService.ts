/** What the ports share: people, money, models and addresses. */
import { type Identity } from './auth/identity';
import { type RefreshTokens } from './auth/gatewayTokens';
import { type TokenVerifier } from './auth/verify';
import { type ModelLinks } from './modelLinks';
import { type ModelLibrary } from './models/library';
import { type Checkouts } from './state/checkouts';
import { type Pictures } from './state/keptPictures';
import { type Settings } from './state/settings';
import { type User, type Users } from './state/users';

export interface Addresses {
	baseUrl: string;
	cdnUrl: string;
	authUrl: string;
	webApiKey: string;
}

export interface Service extends Addresses {
	defaults: Settings;
	users: Users;
	pictures: Pictures;
	checkouts: Checkouts;
	models: ModelLibrary;
	links: ModelLinks;
	identity: Identity;
	refreshTokens: RefreshTokens;
	verifier: TokenVerifier;
}

/** The user behind a verified sign-in; somebody new starts on the free plan. */
export function userOf(service: Service, uid: string, email: string): User {
	return service.users.find(uid) ?? service.users.add(uid, email, { ...service.defaults, plan: 'free' });
}

/** Milliseconds since 1970 with fractions, so that short jobs keep exact ends. */
export function now(): number {
	return performance.timeOrigin + performance.now();
}
