/** Runs nodes and credentials in n8n-core's real engine, in this process: see `createEngine`. */
export { createEngine, type Engine, type EngineOptions } from './engine';
export type { CredentialClass } from './credentialTypes';
export type { CredentialUpdate } from './credentialStore';
export type { RunOptions } from './execution';
export type { BinaryMode, LogLine } from './instance';
export type { NodeClass } from './nodeTypes';
export type { Poller, PollerOptions, PollResult } from './poller';
export type { NodeResult, RunNodeOptions } from './runNode';
export type { RunResult, UiMessage } from './runResult';
export type { NodeInput, WorkflowInput } from './workflowInput';
