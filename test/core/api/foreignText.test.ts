import { parseObject, reasonIn } from '../../../nodes/shared/core/api/foreignText';

describe('parseObject', () => {
	it.each(['', '{', 'undefined', '[]', '1', 'null', '"{}"'])('refuses %j', (text) => {
		expect(parseObject(text)).toBeUndefined();
	});
});

describe('reasonIn', () => {
	it('gives no reason where there is none', () => {
		expect(reasonIn({ status: 'failed' })).toBeUndefined();
	});
});
