import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { renderPreview } from '../nodes/shared/core/preview';
import { timing, longestStretch } from '../test/core/preview/timing';
async function main() {
	for (const f of readdirSync('/tmp/m').filter(
		(f) => f.endsWith('.glb') && (!process.argv[2] || f.startsWith(process.argv[2])),
	)) {
		const b = readFileSync('/tmp/m/' + f);
		let s = f.padEnd(24);
		for (let i = 0; i < 4; i++) {
			const t = performance.now();
			const c = process.cpuUsage();
			const { result: p, longestMs } = await longestStretch(() =>
				renderPreview(b, { ...timing, size: Number(process.argv[3] ?? 512), background: 'white' }),
			);
			s += ` | ${(performance.now() - t).toFixed(0)}ms cpu ${(process.cpuUsage(c).user / 1000).toFixed(0)} long ${longestMs.toFixed(0)}`;
			if (p.ok) writeFileSync('/tmp/m/' + f.replace('.glb', '.png'), p.png);
			else s += p.reason;
		}
		console.log(s);
	}
}
main();
