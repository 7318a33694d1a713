import { writeFileSync } from 'node:fs';
import { buildModel } from '../sandbox/models/build';
async function main() {
	for (const [n, p, q] of [
		['car-pro', 'a red sports car', 'pro'],
		['chair-ultra', 'a wooden chair', 'ultra'],
		['mug-fast', 'a blue mug', 'fast'],
	] as const) {
		const t = performance.now();
		const b = await buildModel({ mode: 'text', prompt: p, quality: q } as any);
		writeFileSync('/tmp/m/' + n + '.glb', b);
		console.log(n, b.length, performance.now() - t);
	}
}
main();
