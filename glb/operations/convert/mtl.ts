/** A material for OBJ: factors and files in, its part of the MTL out, with the words for metal and roughness that came later. */
import { decimalWriter } from './decimals';
import { toSrgb } from './sourceMaterial';
import type { WrittenMaterial } from './writtenMaterials';

const write = decimalWriter(4);

/** What the old shading model calls the smoothness of a highlight, at most. */
const MAX_SHININESS = 1000;

/** The lines of one material; colors come linear and are written as sRGB. */
export function mtlMaterial(name: string, material: WrittenMaterial): string {
	const { baseColor, emissive, files, alphaMode, metallic, roughness } = material;
	const tint = material.vertexColor ?? [1, 1, 1];
	const color = (parts: readonly number[]) => parts.map((value) => write(toSrgb(value))).join(' ');
	// Programs multiply a texture by the color, but some show the texture alone: white would hide what the color adds.
	const lines = [
		`newmtl ${name}`,
		`Kd ${color([0, 1, 2].map((i) => baseColor[i] * tint[i]))}`,
		`Ks ${color([0.04, 0.04, 0.04])}`,
		`Ns ${write(Math.min(MAX_SHININESS, 2 / Math.max(roughness, 0.05) ** 4))}`,
		`Ke ${color(emissive)}`,
		`Pm ${write(metallic)}`,
		`Pr ${write(roughness)}`,
		`d ${write(alphaMode === 'opaque' ? 1 : baseColor[3])}`,
		'illum 2',
	];
	const path = (map: keyof typeof files) => `textures/${files[map]!.fileName}`;
	if (files.baseColorMap) lines.push(`map_Kd ${path('baseColorMap')}`);
	if (files.baseColorMap && alphaMode !== 'opaque') lines.push(`map_d ${path('baseColorMap')}`);
	if (files.emissiveMap) lines.push(`map_Ke ${path('emissiveMap')}`);
	if (files.normalMap) lines.push(`norm ${path('normalMap')}`);
	return `${lines.join('\n')}\n\n`;
}
