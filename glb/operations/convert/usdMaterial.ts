/** A material as USD's preview surface: factors and files in, the text of a `Material` out (UsdPreviewSurface 2.6). */
import { decimalWriter } from './decimals';
import type { MapName, WrittenMaterial } from './writtenMaterials';

const write = decimalWriter(6);
const tuple = (...values: number[]) => `(${values.map(write).join(', ')})`;

const WRAPS = { repeat: 'repeat', mirror: 'mirror', clamp: 'clamp' } as const;

/** A texture that one input reads: result = texel × scale + bias. */
interface Sample {
	map: MapName;
	output: 'r' | 'g' | 'b' | 'a' | 'rgb';
	isColor?: boolean;
	scale?: number[];
	bias?: number[];
}

type Input = { name: string; type: string; value?: string; sample?: Sample; connection?: string };

/** @param coordinates the name of the texture coordinates of each map */
export function usdMaterial(
	name: string,
	path: string,
	material: WrittenMaterial,
	coordinates: Partial<Record<MapName, string>>,
): string {
	const inputs = inputsOf(material);
	const own = `${path}/${name}`;
	const shaders: string[] = [];
	const surface = inputs.map(({ name: input, type, value, sample, connection }) => {
		const lines = value === undefined ? [] : [`${type} inputs:${input} = ${value}`];
		if (connection) {
			lines.push(`${type} inputs:${input}.connect = <${own}/${connection}.outputs:result>`);
			shaders.push(reader(connection, 'float3', 'displayColor'));
		}
		if (sample && material.files[sample.map]) {
			const varname = coordinates[sample.map] ?? 'st';
			shaders.push(texture(`${input}Texture`, `${own}/${varname}Reader`, material, sample));
			lines.push(`${type} inputs:${input}.connect = <${own}/${input}Texture.outputs:${sample.output}>`);
		}
		return lines.map((line) => `\t\t\t\t${line}\n`).join('');
	});
	for (const varname of new Set(Object.values(coordinates)))
		shaders.push(reader(`${varname}Reader`, 'float2', varname));
	return `\t\tdef Material "${name}"
\t\t{
\t\t\ttoken outputs:surface.connect = <${own}/PreviewSurface.outputs:surface>

\t\t\tdef Shader "PreviewSurface"
\t\t\t{
\t\t\t\tuniform token info:id = "UsdPreviewSurface"
${surface.join('')}\t\t\t\ttoken outputs:surface
\t\t\t}
${shaders.join('')}\t\t}

`;
}

function inputsOf(material: WrittenMaterial): Input[] {
	const [red, green, blue, alpha] = material.baseColor;
	const tint = material.vertexColor ?? [1, 1, 1];
	const color = [red * tint[0], green * tint[1], blue * tint[2]];
	const shown: Omit<Input, 'name' | 'type'> = material.files.baseColorMap
		? { sample: { map: 'baseColorMap', output: 'rgb', isColor: true, scale: [...color, 1] } }
		: { value: tuple(...color), connection: material.vertexColor ? 'colorReader' : undefined };
	const isUnlit = material.unlit;
	const inputs: Input[] = [
		{ name: 'diffuseColor', type: 'color3f', ...(isUnlit ? { value: '(0, 0, 0)' } : shown) },
		{ name: 'emissiveColor', type: 'color3f', ...(isUnlit ? shown : emissionOf(material)) },
		{ name: 'metallic', type: 'float', ...factor(material, 'b', material.metallic) },
		{ name: 'roughness', type: 'float', ...factor(material, 'g', material.roughness) },
		...reliefOf(material),
		...opacityOf(material, alpha),
	];
	const numbers = {
		ior: material.ior,
		clearcoat: material.clearcoat,
		clearcoatRoughness: material.clearcoatRoughness,
	};
	for (const [name, value] of Object.entries(numbers))
		inputs.push({ name, type: 'float', value: write(value) });
	return inputs;
}

function emissionOf({ emissive, files }: WrittenMaterial): Omit<Input, 'name' | 'type'> {
	if (!files.emissiveMap || emissive.every((value) => value === 0)) return { value: tuple(...emissive) };
	return { sample: { map: 'emissiveMap', output: 'rgb', isColor: true, scale: [...emissive, 1] } };
}

function factor({ files }: WrittenMaterial, output: 'g' | 'b', value: number): Omit<Input, 'name' | 'type'> {
	if (!files.metallicRoughnessMap || value === 0) return { value: write(value) };
	return { sample: { map: 'metallicRoughnessMap', output, scale: [value, value, value, 1] } };
}

function reliefOf({ files, normalScale, occlusionStrength }: WrittenMaterial): Input[] {
	const inputs: Input[] = [];
	if (files.normalMap) {
		// A texel holds -1 … 1 as 0 … 1; the scale bends its x and y alone.
		const scale = [2 * normalScale, 2 * normalScale, 2, 1];
		const bias = [-normalScale, -normalScale, -1, 0];
		inputs.push({
			name: 'normal',
			type: 'normal3f',
			sample: { map: 'normalMap', output: 'rgb', scale, bias },
		});
	}
	if (files.occlusionMap) {
		const [part, rest] = [occlusionStrength, 1 - occlusionStrength];
		const sample: Sample = {
			map: 'occlusionMap',
			output: 'r',
			scale: [part, part, part, 1],
			bias: [rest, rest, rest, 0],
		};
		inputs.push({ name: 'occlusion', type: 'float', sample });
	}
	return inputs;
}

function opacityOf({ alphaMode, alphaCutoff, files }: WrittenMaterial, alpha: number): Input[] {
	if (alphaMode === 'opaque') return [];
	const type = 'float';
	const opacity: Input = files.baseColorMap
		? {
				name: 'opacity',
				type,
				sample: { map: 'baseColorMap', output: 'a', isColor: true, scale: [1, 1, 1, alpha] },
			}
		: { name: 'opacity', type, value: write(alpha) };
	// A threshold of 0 would mean blending.
	const threshold = write(Math.max(alphaCutoff, 1e-6));
	return alphaMode === 'blend' ? [opacity] : [opacity, { name: 'opacityThreshold', type, value: threshold }];
}

function reader(name: string, type: 'float2' | 'float3', varname: string): string {
	return `
\t\t\tdef Shader "${name}"
\t\t\t{
\t\t\t\tuniform token info:id = "UsdPrimvarReader_${type}"
\t\t\t\tstring inputs:varname = "${varname}"
\t\t\t\t${type} outputs:result
\t\t\t}
`;
}

function texture(
	name: string,
	coordinates: string,
	material: WrittenMaterial,
	{ map, output, isColor, scale, bias }: Sample,
): string {
	const { wrapU, wrapV } = material[map]!;
	const lines = [
		'uniform token info:id = "UsdUVTexture"',
		`asset inputs:file = @textures/${material.files[map]!.fileName}@`,
		`token inputs:sourceColorSpace = "${isColor ? 'sRGB' : 'raw'}"`,
		`float2 inputs:st.connect = <${coordinates}.outputs:result>`,
		`token inputs:wrapS = "${WRAPS[wrapU]}"`,
		`token inputs:wrapT = "${WRAPS[wrapV]}"`,
		...(scale ? [`float4 inputs:scale = ${tuple(...scale)}`] : []),
		...(bias ? [`float4 inputs:bias = ${tuple(...bias)}`] : []),
		`float${output === 'rgb' ? '3' : ''} outputs:${output}`,
	];
	return `
\t\t\tdef Shader "${name}"
\t\t\t{
${lines.map((line) => `\t\t\t\t${line}\n`).join('')}\t\t\t}
`;
}
