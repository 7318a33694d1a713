/**
 * The packages that n8n-core itself is made of, in n8n-core's own copies: npm may have put another version of them
 * within reach of this project, and a service of one copy is unknown to the container of another.
 */
import 'reflect-metadata';

import type * as BackendCommon from '@n8n/backend-common';
import type * as Config from '@n8n/config';
import type * as Di from '@n8n/di';
import { createRequire } from 'node:module';

const requireFromCore = createRequire(require.resolve('n8n-core'));

export const { Container } = requireFromCore('@n8n/di') as typeof Di;

export const { Logger } = requireFromCore('@n8n/backend-common') as typeof BackendCommon;

export const { GlobalConfig, InstanceSettingsConfig, SsrfProtectionConfig } = requireFromCore(
	'@n8n/config',
) as typeof Config;
