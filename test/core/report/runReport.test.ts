import { RunReport } from '../../../nodes/shared/core/report/runReport';

describe('RunReport', () => {
	it('says where the run stands, with the average of what is under way', () => {
		const report = new RunReport(5, 0);
		report.see(0, 20);
		report.see(1, 40);
		report.see(0, 61);
		expect(report.nextMessage(0)).toBe('Image3D: 0 of 5 done, 2 under way (51 %)');
		report.end(0, 'delivered');
		expect(report.nextMessage(2_000)).toBe('Image3D: 1 of 5 done, 1 under way (40 %)');
		report.end(1, 'failed');
		expect(report.nextMessage(4_000)).toBe('Image3D: 1 of 5 done');
	});

	it('speaks at most once every two seconds', () => {
		const report = new RunReport(1, 0);
		const times = [0, 1, 1_999, 2_000, 2_500, 3_999, 4_001];
		expect(times.map((nowMs) => report.nextMessage(nowMs) !== undefined)).toEqual([
			true,
			false,
			false,
			true,
			false,
			false,
			true,
		]);
	});

	it('sums up everything that happened', () => {
		const report = new RunReport(4, 10_000);
		report.end(0, 'delivered');
		report.end(1, 'delivered');
		report.end(2, 'failed');
		report.end(3, 'notSent');
		for (let count = 0; count < 9; count++) report.countStatusCheck();
		report.countRetry();
		expect(report.sumUp(41_400)).toBe(
			'Image3D: 2 generations done, 1 failed, 1 not sent in 31 seconds (9 status checks, 1 retry).',
		);
	});

	it('leaves out what did not happen, and counts one as one', () => {
		const report = new RunReport(1, 0);
		report.end(0, 'delivered');
		report.countStatusCheck();
		expect(report.sumUp(2_100)).toBe('Image3D: 1 generation done in 2 seconds (1 status check, no retries).');
	});

	it('tells what was sent from what was not, and what may have been paid for', () => {
		const report = new RunReport(9, 0);
		const endings = ['started', 'started', 'failed', 'uncertain', 'refused', 'refused', 'notSent'] as const;
		endings.forEach((how, index) => report.end(index, how));
		expect(report.sumUp(4_000)).toBe(
			'Image3D: 2 generations started, 1 failed, 1 may have been charged, 2 refused, 1 not sent in 4 seconds (no status checks, no retries).',
		);
	});

	it.each([
		[1_000, 970, ' 30 credits used in this run, 970 left.'],
		[1, 0, ' 1 credit used in this run, none left.'],
		[7, 7, ' No credits used in this run, 7 left.'],
		[0.3, 0.1, ' 0.2 credits used in this run, 0.1 left.'],
		[5, 105, ' 105 credits left.'],
		[undefined, 1, ' 1 credit left.'],
		[7, undefined, ''],
		[undefined, undefined, ''],
	])('with %p credits before and %p after says "%s"', (before, after, said) => {
		const report = new RunReport(1, 0);
		report.addCredits(before, after);
		report.add(' One more thing.');
		expect(report.sumUp(0).split('retries).')[1]).toBe(`${said} One more thing.`);
	});

	it('ends with what else is to be said', () => {
		const report = new RunReport(1, 0);
		report.add(' One more thing.');
		expect(report.sumUp(0)).toMatch(
			/in less than a second \(no status checks, no retries\)\. One more thing\.$/,
		);
	});
});
