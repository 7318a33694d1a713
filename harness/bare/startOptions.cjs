/** What may be written behind `npm start --`. A wrong option ends the process before anything is installed. */
const { parseArgs } = require('node:util');

/** So that a newcomer does not wait half a minute for each model. */
const DEFAULT_SPEED = '8';
const MAX_PORT = 65_535;

const HELP = `Usage: npm start -- [options]
  --once       end after the first run; exit code 0 only if every model arrived and is valid
  --speed <n>  the sandbox makes models this many times faster than the real service (${DEFAULT_SPEED})
  --port <n>   port of n8n's editor (5678, or a free one when that is taken)
  --help       this text
`;

/** Returns the options; writes a sentence that points to --help and ends the process where one is wrong. */
exports.readStartOptions = (args, { help = HELP, command = 'npm start' } = {}) => {
	try {
		const options = parse(args);
		if (!options.help) return options;
		process.stdout.write(help);
		process.exit(0);
	} catch (error) {
		process.stderr.write(`\n${error.message}. \`${command} -- --help\` lists the options.\n\n`);
		process.exit(1);
	}
};

function parse(args) {
	const { values } = parseArgs({
		args,
		options: {
			once: { type: 'boolean', default: false },
			speed: { type: 'string', default: DEFAULT_SPEED },
			port: { type: 'string' },
			help: { type: 'boolean', default: false },
		},
	});
	return { ...values, speed: readNumber('speed', values.speed), port: readPort(values.port) };
}

function readPort(text) {
	if (text === undefined) return undefined;
	const port = readNumber('port', text);
	if (!Number.isInteger(port) || port > MAX_PORT) {
		throw new Error(`--port needs a whole number up to ${MAX_PORT}, and "${text}" is none`);
	}
	return port;
}

function readNumber(name, text) {
	const value = Number(text);
	if (!(value > 0 && value < Infinity)) {
		throw new Error(`--${name} needs a number above 0, and "${text}" is none`);
	}
	return value;
}
