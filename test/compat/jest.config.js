/** The suite of `npm run test:compat -- VERSION`, which starts it with that version's name. */
const base = require('../e2e/jest.config.js');

module.exports = { ...base, testMatch: ['<rootDir>/test/compat/**/*.test.ts'] };
