/** Loaded before a Node.js program: ends its whole process group once the process that started it is gone, even killed. */
process.on('disconnect', () => {
	process.kill(process.platform === 'win32' ? process.pid : -process.pid, 'SIGKILL');
});
