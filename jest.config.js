const { availableParallelism } = require('node:os');

/** Unit tests of the pure parts and engine tests against the sandbox; the real n8n is driven by test/e2e and test/compat. */
module.exports = {
	// In the process's own realm, with its packages loaded once: three times as fast for a suite that needs n8n's engine.
	testEnvironment: '<rootDir>/harness/jest/environment.ts',
	runtime: '<rootDir>/harness/jest/runtime.cjs',
	globalSetup: '<rootDir>/harness/jest/globalSetup.ts',
	globalTeardown: '<rootDir>/harness/jest/globalTeardown.ts',
	testMatch: ['<rootDir>/test/**/*.test.ts'],
	testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/e2e/', '<rootDir>/test/compat/'],
	modulePathIgnorePatterns: ['<rootDir>/dist/'],
	// property-graph, under glTF-Transform, comes as an ES module only, which Jest cannot require: use its source.
	moduleNameMapper: {
		'^property-graph$': '<rootDir>/node_modules/property-graph/src/index.ts',
		'^\\./(constants|event-dispatcher|graph|graph-edge|graph-node|refs)\\.js$': './$1',
		// Named with .js where tsx runs them, which would take the description beside the node (.node.json) for them.
		'^(.*/Image3d\\w+\\.node)\\.js$': '$1',
		// Loaded on first use, by an import that names the file.
		'^(.*/glb/\\w+/index)\\.js$': '$1',
	},
	// meshoptimizer comes as ES modules only, too.
	transformIgnorePatterns: ['/node_modules/(?!(property-graph|meshoptimizer)/)'],
	transform: {
		'^.+\\.ts$': [
			'@swc/jest',
			{ jsc: { parser: { syntax: 'typescript', decorators: true }, target: 'es2022' } },
		],
		'/node_modules/meshoptimizer/.+\\.m?js$': [
			'@swc/jest',
			{ jsc: { target: 'es2022' }, module: { type: 'commonjs' } },
		],
	},
	testTimeout: 30_000,
	// Most suites wait for the sandbox most of their time: five keep two cores busy. Each takes up to a gigabyte.
	maxWorkers: Math.min(2 * availableParallelism() + 1, 6),
	workerIdleMemoryLimit: '1GB',
	testSequencer: '<rootDir>/harness/jest/sequencer.cjs',
};
