// What `nodes`, `credentials` and `glb` export says what goes in, what comes out and what fails. A configuration of its own:
// n8n's (eslint.config.mjs) stays as n8n ships it.
import jsdoc from 'eslint-plugin-jsdoc';
import tseslint from 'typescript-eslint';

export default [
	{ ignores: ['**/node_modules/**', 'dist/**'] },
	{
		files: ['**/*.ts'],
		languageOptions: { parser: tseslint.parser },
		// The directives in the code are those of the other configurations.
		linterOptions: { reportUnusedDisableDirectives: 'off' },
		plugins: { jsdoc },
		rules: {
			'jsdoc/require-jsdoc': [
				'error',
				{
					publicOnly: true,
					require: { ArrowFunctionExpression: true, ClassDeclaration: true, FunctionExpression: true },
					contexts: ['TSInterfaceDeclaration', 'TSTypeAliasDeclaration'],
					// A generated comment would say nothing.
					enableFixer: false,
				},
			],
		},
	},
];
