/**
 * A description put right by the rules of its format: what nothing can be made of is lost, and nothing refers to it any
 * more. The lists keep their places, because extensions that are not known here may name them: what is lost is replaced by
 * something that is right and unused.
 */
import { COMPONENT } from '../../facts/componentType';
import { type Gltf, listOf } from '../../facts/gltf';
import { LIGHTS_RULE, VARIANTS_RULE } from './extensionRules';
import { LISTS } from './gltfRules';
import { Unmendable, type Repairs } from './repairs';
import {
	BAD,
	type Entries,
	isObject,
	listOfDifferent,
	object,
	ref,
	type Rule,
	type RuleContext,
	text,
	withExtensions,
} from './rules';

/** Each run drops what referred to something that the one before lost: mesh, node, animation is the longest chain. */
const MAX_RUNS = 8;

const VERSION = /^\d+\.\d+$/;

/** The description of a file under repair. */
export class Description implements RuleContext {
	readonly extensions = new Set<string>();
	/** Names of extensions that the file needs, and does not name. */
	readonly needed = new Set<string>();
	private readonly lost = new Map<string, Set<number>>();

	constructor(
		readonly gltf: Gltf,
		readonly repairs: Repairs,
	) {}

	/** The objects of a list. */
	list(name: string): readonly Entries[] {
		const found = (this.gltf as Entries)[name];
		return listOf(found as Entries[] | undefined);
	}

	lengthOf(name: string): number {
		return this.listNamed(name).length;
	}

	isLost(name: string, index: number): boolean {
		return this.lost.get(name)?.has(index) === true;
	}

	/** Marks an element that nothing may refer to any more. */
	lose(name: string, index: number): void {
		const lost = this.lost.get(name) ?? new Set();
		this.lost.set(name, lost.add(index));
	}

	/** Lets a list go whose elements nothing refers to. */
	forget(name: string): void {
		this.lost.delete(name);
	}

	/** Puts everything right that can be told from the description alone. */
	clean(): void {
		for (let run = 0, before = -1; before !== this.countLost(); run++) {
			if (run === MAX_RUNS) throw new Unmendable('its parts do not fit together');
			before = this.countLost();
			this.extensions.clear();
			this.cleanRoot();
			for (const [name, rule] of LISTS) this.cleanList(name, rule);
		}
	}

	/** Writes what the extensions that are used are called, and replaces what was lost. */
	finish(): void {
		this.nameExtensions();
		for (const [name, lost] of this.lost) {
			const list = (this.gltf as Entries)[name];
			if (!Array.isArray(list)) continue;
			if (lost.size === list.length) delete (this.gltf as Entries)[name];
			else for (const index of lost) list[index] = this.standIn(name);
		}
	}

	private cleanRoot(): void {
		const root = this.gltf as Entries;
		for (const [name] of LISTS) {
			if (!Object.hasOwn(root, name) || (Array.isArray(root[name]) && root[name].length > 0)) continue;
			delete root[name];
			this.repairs.note('description');
		}
		ROOT(root, this);
		const asset = root.asset as Entries;
		if (!VERSION.test(asset.version as string)) {
			asset.version = '2.0';
			this.repairs.note('description');
		}
		if (asset.minVersion !== undefined && !isWithin(asset.minVersion as string, asset.version as string)) {
			delete asset.minVersion;
			this.repairs.note('description');
		}
	}

	private cleanList(name: string, rule: Rule): void {
		this.listNamed(name).forEach((element, index) => {
			if (this.isLost(name, index) || rule(element, this) !== BAD) return;
			this.lose(name, index);
			this.repairs.note('description');
			if (!isObject(element)) (this.list(name) as Entries[])[index] = {};
		});
	}

	private nameExtensions(): void {
		const used = new Set(listOf(this.gltf.extensionsUsed));
		const required = listOf(this.gltf.extensionsRequired);
		const unnamed = [...this.extensions, ...this.needed, ...required].filter((name) => !used.has(name));
		// What every reader has to know is an error where a reader may leave it out.
		const isOptional =
			(used.has(QUANTIZATION) || unnamed.includes(QUANTIZATION)) && !required.includes(QUANTIZATION);
		if (unnamed.length > 0) this.gltf.extensionsUsed = [...new Set([...used, ...unnamed])];
		if (isOptional) this.gltf.extensionsRequired = [...required, QUANTIZATION];
		if (unnamed.length > 0 || isOptional) this.repairs.note('extensions');
	}

	private listNamed(name: string): readonly unknown[] {
		if (name === 'lights' || name === 'variants') {
			const extensions = this.gltf.extensions as Record<string, Entries> | undefined;
			return listOf(extensions?.[name === 'lights' ? LIGHTS : VARIANTS]?.[name] as unknown[] | undefined);
		}
		return this.list(name);
	}

	private countLost(): number {
		return [...this.lost.values()].reduce((sum, { size }) => sum + size, 0);
	}

	/** Something right that is used by nothing. */
	private standIn(list: string): Entries {
		switch (list) {
			case 'buffers':
				return { byteLength: 1 };
			case 'bufferViews':
				return { buffer: 0, byteLength: 1 };
			case 'accessors':
				return { componentType: COMPONENT.float, count: 1, type: 'SCALAR' };
			case 'images':
				return { mimeType: 'image/png', uri: `data:image/png;base64,${ONE_PIXEL}` };
			case 'meshes':
				return { primitives: [{ attributes: { POSITION: this.onePoint() } }] };
			case 'cameras':
				return { type: 'perspective', perspective: { yfov: 1, znear: 1 } };
			case 'skins':
				return { joints: [0] };
			default:
				return {};
		}
	}

	private onePoint(): number {
		const accessors = (this.gltf.accessors ??= []);
		const corner = [0, 0, 0];
		return (
			accessors.push({
				componentType: COMPONENT.float,
				count: 1,
				type: 'VEC3',
				min: corner,
				max: [...corner],
			}) - 1
		);
	}
}

const LIGHTS = 'KHR_lights_punctual';
const VARIANTS = 'KHR_materials_variants';
const QUANTIZATION = 'KHR_mesh_quantization';

/** A transparent PNG of one pixel. */
const ONE_PIXEL =
	'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==';

const ROOT = object({
	asset: object({
		copyright: text,
		generator: text,
		version: text,
		minVersion: (value) => (typeof value === 'string' && VERSION.test(value) ? value : BAD),
	}),
	scene: ref('scenes'),
	extensionsUsed: listOfDifferent(text),
	extensionsRequired: listOfDifferent(text),
	extensions: withExtensions({
		[LIGHTS]: object({ 'lights!': LIGHTS_RULE }),
		[VARIANTS]: object({ 'variants!': VARIANTS_RULE }),
	}),
});

function isWithin(least: string, version: string): boolean {
	const [a, b] = [least, version].map((each) => each.split('.').map(Number));
	return a[0] < b[0] || (a[0] === b[0] && a[1] <= b[1]);
}
