/** Loaded before the emulator's CLI: ends it, and removes its folder, as soon as the process that started it is gone. */
const { rmSync } = require('node:fs');

process.on('disconnect', () => {
	process.chdir('/');
	rmSync(process.env.IMAGE3D_EMULATOR_FOLDER, { recursive: true, force: true });
	// Not exit(): the CLI's own exit handlers would write into the folder once more.
	process.kill(process.pid, 'SIGKILL');
});
