/** A surface as numbers: as the simplifier takes it, and with only the vertices that its faces use. */
import type { Axes } from './nearestOnFace';

/** Places, what else the vertices carry, and faces. */
export interface Surface {
	/** Three numbers per vertex. */
	positions: Float32Array;
	/** What else a vertex carries, `width` numbers each. */
	values: Float32Array;
	width: number;
	/** Three vertices per face. */
	corners: Uint32Array;
}

/** A surface made of another one. */
export interface Reduced extends Surface {
	/** Of each vertex the one of the other surface that it was; undefined where all of them still are the same. */
	from?: Uint32Array;
}

/**
 * The vertices that faces use, column by column. Two sides of a seam are two vertices in one place: places move, and both
 * sides with them.
 */
export class UsedVertices {
	/** Three of these vertices per face. */
	readonly vertices: Uint32Array;
	/** Three of these places per face. */
	readonly faces: Uint32Array;
	readonly axes: Axes;
	/** One column for each number that a vertex carries. */
	readonly columns: Float64Array[];
	/** 1 for a place where a vertex is held, and for one at the rim of an open surface. */
	readonly held: Uint8Array;
	/** The vertex of the surface that each of these is, and the place where it is. */
	private readonly ofSurface: number[] = [];
	private readonly placeOf: number[] = [];

	/** @param sameAs for each vertex of the surface the first one in its place */
	constructor(
		private readonly surface: Surface,
		sameAs: Uint32Array,
		isHeld: (vertex: number) => boolean,
	) {
		const { positions, values, width, corners } = surface;
		const [own, places] = [new Map<number, number>(), new Map<number, number>()];
		this.vertices = corners.map((vertex) => {
			const known = own.get(vertex);
			if (known !== undefined) return known;
			let place = places.get(sameAs[vertex]);
			if (place === undefined) places.set(sameAs[vertex], (place = places.size));
			this.placeOf.push(place);
			own.set(vertex, this.ofSurface.push(vertex) - 1);
			return this.ofSurface.length - 1;
		});
		this.faces = this.vertices.map((vertex) => this.placeOf[vertex]);
		const axis = () => new Float64Array(places.size);
		this.axes = [axis(), axis(), axis()];
		this.held = new Uint8Array(places.size);
		this.columns = Array.from({ length: width }, () => new Float64Array(this.ofSurface.length));
		for (const [vertex, from] of this.ofSurface.entries()) {
			const place = this.placeOf[vertex];
			for (let i = 0; i < 3; i++) this.axes[i][place] = positions[from * 3 + i];
			for (let i = 0; i < width; i++) this.columns[i][vertex] = values[from * width + i];
			if (isHeld(from)) this.held[place] = 1;
		}
		for (const place of rimOf(this.faces, places.size)) this.held[place] = 1;
	}

	/** How many vertices there are. */
	get count(): number {
		return this.ofSurface.length;
	}

	/** Gives each group of corners, which share a vertex, one of their own that carries the same. */
	split(groups: readonly number[][]): void {
		const before = this.count;
		const parents: number[] = [];
		for (const corners of groups) {
			const vertex = this.vertices[corners[0]];
			const own = this.ofSurface.push(this.ofSurface[vertex]) - 1;
			this.placeOf.push(this.placeOf[vertex]);
			for (const at of corners) this.vertices[at] = own;
			parents.push(vertex);
		}
		for (const [i, column] of this.columns.entries()) {
			const longer = new Float64Array(this.count);
			longer.set(column);
			parents.forEach((vertex, own) => (longer[before + own] = column[vertex]));
			this.columns[i] = longer;
		}
	}

	/** What there is now, without vertices that no face uses. */
	get result(): Reduced {
		const { width } = this.surface;
		const { count } = this;
		const positions = new Float32Array(count * 3);
		const values = new Float32Array(count * width);
		for (let vertex = 0; vertex < count; vertex++) {
			for (let i = 0; i < 3; i++) positions[vertex * 3 + i] = this.axes[i][this.placeOf[vertex]];
			for (let i = 0; i < width; i++) values[vertex * width + i] = this.columns[i][vertex];
		}
		return { positions, values, width, corners: this.vertices, from: Uint32Array.from(this.ofSurface) };
	}
}

/** The ends of edges that only one face has. */
function rimOf(faces: Uint32Array, places: number): number[] {
	const edges = new Set<number>();
	const edge = (at: number, next: number) => faces[at] * places + faces[next];
	const each = (look: (from: number, to: number) => void) => {
		for (let at = 0; at < faces.length; at += 3) for (let i = 0; i < 3; i++) look(at + i, at + ((i + 1) % 3));
	};
	each((from, to) => edges.add(edge(from, to)));
	const rim: number[] = [];
	each((from, to) => {
		if (!edges.has(edge(to, from))) rim.push(faces[from], faces[to]);
	});
	return rim;
}
