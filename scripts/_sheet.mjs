import sharp from 'sharp';
import { readdirSync } from 'fs';
const fs = readdirSync('/tmp/m').filter((f) => f.endsWith('.png') && !f.startsWith('_'));
const n = fs.length,
	cols = 4,
	s = Number(process.argv[2] ?? 400);
const rows = Math.ceil(n / cols);
const comps = await Promise.all(
	fs.map(async (f, i) => ({
		input: await sharp('/tmp/m/' + f)
			.resize(s, s)
			.png()
			.toBuffer(),
		left: (i % cols) * s,
		top: Math.floor(i / cols) * s,
	})),
);
await sharp({ create: { width: cols * s, height: rows * s, channels: 3, background: '#fff' } })
	.composite(comps)
	.png()
	.toFile('/tmp/m/_sheet.png');
