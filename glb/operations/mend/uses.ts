/**
 * What the accessors and views of a file are used for: each may have one use, and lies as that use asks for. What has two, or
 * lies otherwise, is stored anew for one of them.
 */
import type { GltfAccessor } from '../../facts/gltf';
import type { Description } from './description';
import { elementBytes, type Storage } from './storage';

/** Uses of accessors. */
export type Use = 'vertex' | 'index' | 'bind' | 'input' | 'output';

/** What the format calls the target of a view. */
const TARGETS: Readonly<Record<string, number>> = { vertex: 34962, index: 34963 };

/** Gives every use its own accessor, and every kind of use its own view. */
export class Uses {
	private readonly accessors = new Map<number, Use>();
	private readonly views = new Map<number, string>();
	/** The one accessor of vertices in a view that does not say how far they are apart. */
	private readonly lone = new Map<number, number>();

	constructor(
		private readonly description: Description,
		private readonly storage: Storage,
	) {}

	/** The accessor to be used: `index`, or a copy of it. */
	of(index: number, use: Use): number {
		const first = this.accessors.get(index);
		const own = first === undefined || first === use ? index : this.copy(index, use);
		this.accessors.set(own, use);
		this.place(own, use);
		return own;
	}

	/** Whether vertices have it, which lie on multiples of 4 bytes. */
	isOfVertices(index: number): boolean {
		return this.accessors.get(index) === 'vertex';
	}

	/** The view of an image: `index`, or a copy of it. */
	ofImage(index: number): number {
		const { byteStride } = this.description.gltf.bufferViews![index];
		const isRight = byteStride === undefined && (this.views.get(index) ?? 'image') === 'image';
		const bytes = isRight ? undefined : this.storage.viewBytes(index);
		if (!isRight) this.description.repairs.note(bytes ? 'layout' : 'left');
		const own = bytes ? this.storage.store(bytes) : index;
		this.claim(own, 'image');
		return own;
	}

	private place(index: number, use: Use): void {
		const accessor = this.description.gltf.accessors![index];
		this.placeSparse(accessor);
		const { bufferView } = accessor;
		if (bufferView === undefined) return;
		const kind = use === 'input' || use === 'output' ? 'other' : use;
		if (!this.isRight(index, accessor, kind)) {
			const numbers = this.storage.numbers(index);
			this.description.repairs.note(numbers ? 'layout' : 'left');
			if (numbers) this.storage.replace(index, numbers.slice(), use === 'vertex');
		}
		const view = accessor.bufferView!;
		if (kind === 'vertex' && this.strideOf(view) === undefined) this.lone.set(view, index);
		this.claim(view, kind);
	}

	/** Elements that stand for others lie in views that are used for nothing else. */
	private placeSparse({ sparse }: GltfAccessor): void {
		for (const each of sparse ? [sparse.indices!, sparse.values!] : []) {
			const use = this.views.get(each.bufferView!) ?? 'other';
			const bytes = use === 'other' ? undefined : this.storage.viewBytes(each.bufferView!);
			if (use !== 'other') this.description.repairs.note(bytes ? 'layout' : 'left');
			if (bytes) each.bufferView = this.storage.store(bytes);
			this.claim(each.bufferView!, 'other');
		}
	}

	private isRight(index: number, accessor: GltfAccessor, kind: string): boolean {
		const view = accessor.bufferView!;
		if ((this.views.get(view) ?? kind) !== kind) return false;
		const stride = this.strideOf(view);
		if (kind !== 'vertex') return stride === undefined;
		if ((accessor.byteOffset ?? 0) % 4 !== 0) return false;
		if (stride !== undefined) return true;
		return elementBytes(accessor) % 4 === 0 && (this.lone.get(view) ?? index) === index;
	}

	private copy(index: number, use: Use): number {
		const { gltf, repairs } = this.description;
		const numbers = this.storage.numbers(index);
		repairs.note('layout');
		if (numbers) return this.storage.add(gltf.accessors![index], numbers.slice(), use === 'vertex');
		return gltf.accessors!.push({ ...gltf.accessors![index] }) - 1;
	}

	private strideOf(view: number): number | undefined {
		return this.description.gltf.bufferViews![view].byteStride;
	}

	private claim(index: number, kind: string): void {
		this.views.set(index, this.views.get(index) ?? kind);
		const view = this.description.gltf.bufferViews![index];
		if (view.target === undefined || view.target === TARGETS[kind]) return;
		delete view.target;
		this.description.repairs.note('layout');
	}
}
