/** The ledger: all that happened to one user, for tests to look at. */
import { now, type Service } from '../sandboxService';
import { balanceOf } from '../state/money';
import { progressOf, statusOf } from '../state/tasks';
import { type User } from '../state/users';

/** Times are milliseconds since 1970. */
export function ledgerOf(service: Service, user: User) {
	const moment = now();
	return {
		uid: user.uid,
		email: user.email,
		balance: balanceOf(user, moment),
		plan: user.settings.plan,
		disabled: user.disabled,
		charges: user.charges,
		tasks: [...user.tasks.values()].map((task) => ({
			taskId: task.id,
			createdAt: task.createdAt,
			endsAt: task.endsAt,
			status: statusOf(task, moment),
			progress: progressOf(task, moment),
			mode: task.input.mode,
			quality: task.quality,
			injected: task.injected,
			body: task.body,
		})),
		checkouts: service.checkouts.of(user).map(({ id, body, paid }) => ({ id, body, paid })),
		requests: user.requests,
		refreshes: user.refreshes,
		signIns: user.signIns,
		downloads: user.downloads,
		openRequests: user.openRequests,
		faults: user.faults,
	};
}
