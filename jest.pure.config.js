/** The part of `npm test` that needs neither the sandbox nor n8n's engine nor a shell: it runs on Windows and macOS too. */
const { globalSetup: _setup, globalTeardown: _teardown, ...base } = require('./jest.config.js');

module.exports = {
	...base,
	// These compute all of their time.
	maxWorkers: 2,
	testMatch: ['core', 'glb', 'structure', 'start'].map((folder) => `<rootDir>/test/${folder}/**/*.test.ts`),
	// Packs with tar and npm, and lints what was packed.
	testPathIgnorePatterns: [...base.testPathIgnorePatterns, '<rootDir>/test/structure/package.test.ts'],
};
