/** The suites of `npm run test:compat -- VERSION`, which starts them with that version's name. */
const base = require('../e2e/jest.config.js');

/** Only with `--as-3.0`. */
const REHEARSAL = ['as30', 'addressProtection'].map((name) => `<rootDir>/test/compat/${name}.test.ts`);

module.exports = {
	...base,
	testMatch: ['<rootDir>/test/compat/**/*.test.ts'],
	testPathIgnorePatterns: process.env.IMAGE3D_AS_3_0 ? [] : REHEARSAL,
};
