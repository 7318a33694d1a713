/** An SMTP server of a suite's own: takes mail from whoever knows its password, and keeps it as a mailbox would. */
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';
import type { CredentialInput } from '../n8n/types';

const LOOK_MS = 250;
const USER = 'n8n';
const PASSWORD = 'for-tests-only';

export interface MailServer {
	/** For a Send Email node. */
	credential: CredentialInput;
	/** All that have arrived, oldest first. */
	mails: ParsedMail[];
	/** A mail whose subject matches is turned away. */
	refused?: RegExp;
	/** Resolves with all of them once there are so many. Throws when there are fewer after `timeoutMs`. */
	waitFor(count: number, timeoutMs: number): Promise<ParsedMail[]>;
	close(): Promise<void>;
}

export async function startMailServer(): Promise<MailServer> {
	const mails: ParsedMail[] = [];
	const server = new SMTPServer({
		// Nobody but this machine hears it.
		allowInsecureAuth: true,
		hideSTARTTLS: true,
		onAuth: ({ username, password }, _session, callback) => {
			const isKnown = username === USER && password === PASSWORD;
			callback(isKnown ? null : new Error('Wrong user or password'), { user: username });
		},
		onData: (stream, _session, callback) => {
			// Pictures stay attachments that the text refers to.
			simpleParser(stream, { skipImageLinks: true }).then(
				(mail) => {
					const isRefused = mailServer.refused?.test(mail.subject ?? '');
					if (!isRefused) mails.push(mail);
					callback(isRefused ? new Error('The mailbox is full') : null);
				},
				(error: Error) => callback(error),
			);
		},
	});
	const listening = server.listen(0, '127.0.0.1');
	await once(listening, 'listening');
	const { port } = listening.address() as AddressInfo;
	const data = { host: '127.0.0.1', port, user: USER, password: PASSWORD, secure: false };
	const mailServer: MailServer = {
		credential: { name: 'SMTP account', type: 'smtp', data: { ...data, disableStartTls: true } },
		mails,
		waitFor: async (count, timeoutMs) => {
			for (const deadline = Date.now() + timeoutMs; mails.length < count; await sleep(LOOK_MS)) {
				if (Date.now() > deadline) throw new Error(`${mails.length} mails came, not ${count}`);
			}
			return mails;
		},
		close: async () => await new Promise((resolve) => server.close(() => resolve())),
	};
	return mailServer;
}
