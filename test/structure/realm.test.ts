/** Suites share the realm of their process: what one of them changes there is gone before the next one begins. */
import { Realm } from '../../harness/jest/realm';

const NAME = 'IMAGE3D_TEST_OF_THE_REALM';

it('takes back variables of the environment: new, changed and removed', () => {
	Object.assign(process.env, { [NAME]: 'before', [`${NAME}_2`]: 'before' });
	const realm = new Realm();
	Object.assign(process.env, { [NAME]: 'changed', [`${NAME}_3`]: 'new' });
	delete process.env[`${NAME}_2`];
	realm.restore();
	expect([NAME, `${NAME}_2`, `${NAME}_3`].map((name) => process.env[name])).toEqual([
		'before',
		'before',
		undefined,
	]);
	for (const name of [NAME, `${NAME}_2`]) delete process.env[name];
});

it('takes back a global name, with what Jest has noted there', () => {
	const { fetch } = globalThis;
	const realm = new Realm();
	globalThis.fetch = async () => new Response();
	const note = Symbol.for('RETRY_TIMES');
	Object.assign(globalThis, { [note]: 3 });
	realm.restore();
	expect(globalThis.fetch).toBe(fetch);
	expect(note in globalThis).toBe(false);
});

it('takes away who hears of failures, and of them only the new ones', () => {
	const [before, after] = [() => undefined, () => undefined];
	process.on('unhandledRejection', before);
	const realm = new Realm();
	process.on('unhandledRejection', after);
	realm.restore();
	expect(process.listeners('unhandledRejection')).toContain(before);
	expect(process.listeners('unhandledRejection')).not.toContain(after);
	process.removeListener('unhandledRejection', before);
});

it('goes back to the folder', () => {
	const before = process.cwd();
	const realm = new Realm();
	process.chdir('..');
	realm.restore();
	expect(process.cwd()).toBe(before);
});

it('is the only one: an error of any package is an Error', () => {
	const errors = [() => JSON.parse('{'), () => Buffer.alloc(-1), () => require('node:fs').readFileSync('')];
	for (const fail of errors) {
		let error: unknown;
		try {
			fail();
		} catch (caught) {
			error = caught;
		}
		expect(error).toBeInstanceOf(Error);
	}
});
