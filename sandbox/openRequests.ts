/** Counts a user's calls that have not ended, so that a test can see that none was left behind. */
import { type ServerResponse } from 'node:http';
import { type User } from './state/users';

/** Counts this call until its connection or answer has ended. */
export function trackOpenRequest(user: User, response: ServerResponse): void {
	user.openRequests += 1;
	response.once('close', () => {
		user.openRequests -= 1;
	});
}
