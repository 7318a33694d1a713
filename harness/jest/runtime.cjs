/**
 * Jest's module loader for tests that run in the realm of their process (see environment.ts). In: what Jest gives its own.
 * The project's modules are loaded anew for each suite, as ever; packages from node_modules are loaded once per process, by
 * Node.js itself: n8n's engine alone takes a second. Fails at once with a Jest that compiles modules in another way.
 */
const { createRequire, isBuiltin } = require('node:module');
const { compileFunction } = require('node:vm');
const JestRuntime = require('jest-runtime').default;

/** They come, or load what comes, as ES modules only, which Node.js 20 does not require: Jest transforms them. */
const TRANSFORMED = /^(property-graph|meshoptimizer|@gltf-transform)(\/|$)/;
/** Neither a path nor, on Windows, a drive. */
const IS_PACKAGE = /^(?![a-z]:[\\/])[^./\\]/i;

const isShared = (name) => IS_PACKAGE.test(name) && !isBuiltin(name) && !TRANSFORMED.test(name);

module.exports = class Runtime extends JestRuntime {
	constructor(...given) {
		super(...given);
		const { executor } = this;
		if (typeof executor?.compile !== 'function' || !Array.isArray(executor.injectedModuleParameters)) {
			throw new Error('This version of Jest compiles modules in another way: see harness/jest/runtime.cjs');
		}
		executor.compile = (source, filename) =>
			compileFunction(source, executor.injectedModuleParameters, { filename });
	}

	requireModule(from, name, options, isRequireActual) {
		const isOfTests = !options?.isInternalModule;
		if (isOfTests && name && isShared(name)) return createRequire(from)(name);
		return super.requireModule(from, name, options, isRequireActual);
	}
};
