/** Loaded before the emulator's CLI: ends it, and removes its folder, as soon as the process that started it is gone. */
const { rmSync } = require('node:fs');

process.on('disconnect', () => {
	process.chdir('/');
	rmSync(process.env.IMAGE3D_EMULATOR_FOLDER, { recursive: true, force: true });
	process.exit(0);
});
