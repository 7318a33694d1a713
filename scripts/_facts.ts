import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { readModelFacts } from '../nodes/shared/core/model';
import { renderPreview } from '../nodes/shared/core/preview';
import { timing, longestStretch } from '../test/core/preview/timing';
async function main() {
	for (const f of readdirSync('/tmp/m').filter(
		(f) => f.endsWith('.glb') && (!process.argv[2] || f.includes(process.argv[2])),
	)) {
		const b = readFileSync('/tmp/m/' + f);
		const r = await readModelFacts(async (o, l) => b.subarray(o, o + l), b.length);
		if (!r.ok) {
			console.log(f, r);
			continue;
		}
		const { faces, vertices, materials, textures, texture_formats, extensions } = r.facts;
		console.log(
			f,
			b.length,
			JSON.stringify({ faces, vertices, materials, textures, texture_formats, extensions }),
		);
		for (let i = 0; i < 2; i++) {
			const t = performance.now();
			const { result: p, longestMs } = await longestStretch(() =>
				renderPreview(b, { ...timing, size: Number(process.argv[3] ?? 512), background: 'white' }),
			);
			console.log(
				'   ',
				p.ok ? { png: p.png.length, notes: p.notes } : p.reason,
				(performance.now() - t).toFixed(0) + 'ms',
				'longest',
				longestMs.toFixed(0),
			);
			if (p.ok) writeFileSync('/tmp/m/' + f.replace('.glb', '.png'), p.png);
		}
	}
}
main();
