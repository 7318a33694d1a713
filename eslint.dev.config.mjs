// Sandbox, scripts and tests run on plain Node.js: n8n's rules for published code (eslint.config.mjs) are not for them.
import tseslint from 'typescript-eslint';

export default tseslint.config(...tseslint.configs.recommended, {
  ignores: ['**/node_modules/**', 'dist/**'],
});
