import { assumeSubmittedMs } from '../../../nodes/shared/core/polling/progressReports';

describe('assumeSubmittedMs', () => {
	it.each([
		['fast', 50, 95_000],
		['ultra', 50, 70_000],
		[undefined, 50, 85_000],
		['pro', undefined, 100_000],
		['pro', 0, 100_000],
	])('takes a %s task seen at %p %% for one of usual speed', (quality, progress, submittedMs) => {
		expect(assumeSubmittedMs(quality, progress, 100_000)).toBe(submittedMs);
	});
});
