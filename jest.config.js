/** Unit tests of the pure parts and engine tests against the sandbox; the real n8n is driven by test/e2e and test/compat. */
module.exports = {
	testEnvironment: 'node',
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
	// Drawing pictures asks for it millions of times, and through Jest's context that takes ten times as long.
	sandboxInjectedGlobals: ['Math'],
	testTimeout: 30_000,
	maxWorkers: 2,
};
