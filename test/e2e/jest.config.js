/** Suites that drive a real n8n: `npm run test:e2e`, or one of them with `npm run test:e2e -- mainWorkflow`. */
const { runtime: _runtime, ...base } = require('../../jest.config.js');

module.exports = {
	...base,
	rootDir: '../..',
	// n8n runs in processes of its own here: there is nothing that suites could share.
	testEnvironment: 'node',
	testMatch: ['<rootDir>/test/e2e/**/*.test.ts'],
	testPathIgnorePatterns: ['/node_modules/'],
	testTimeout: 120_000,
	// Each suite has an n8n and a sandbox of its own: more than one at a time starves the others.
	maxWorkers: 1,
};
