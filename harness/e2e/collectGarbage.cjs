/** Loaded into an n8n whose memory is looked at: collects the garbage every few seconds, so that what is left is kept. */
const { setFlagsFromString } = require('node:v8');
const { runInNewContext } = require('node:vm');

const PERIOD_MS = 3_000;

setFlagsFromString('--expose-gc');
setInterval(runInNewContext('gc'), PERIOD_MS).unref();
