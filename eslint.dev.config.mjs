// Sandbox, scripts and tests run on plain Node.js: n8n's rules for published code (eslint.config.mjs) are not for them.
import tseslint from 'typescript-eslint';

export default tseslint.config(
	...tseslint.configs.recommended,
	{
		ignores: ['**/node_modules/**', 'dist/**'],
		rules: {
			// Some modules can only be loaded that way from CommonJS, each with its reason beside it.
			'@typescript-eslint/no-require-imports': 'off',
			'@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
			'no-restricted-imports': [
				'error',
				{
					paths: [
						{ name: 'fast-check', message: 'Take harness/fuzz, which draws the same cases in each run.' },
					],
				},
			],
		},
	},
	{
		files: ['harness/fuzz.ts'],
		rules: { 'no-restricted-imports': 'off' },
	},
);
