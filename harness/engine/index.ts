/** Runs nodes and credentials in n8n-core's real engine, in this process: see `createEngine`. */
export { createEngine, type Engine, type EngineOptions } from './engine';
export type { Poller, PollerOptions, PollResult } from './poller';
export type { NodeResult, RunNodeOptions } from './runNode';
export type { RunResult } from './runResult';
