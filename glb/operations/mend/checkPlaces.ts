/**
 * Where the data of a file lie: buffers, views and accessors that do not fit into each other are lost, those that only lie
 * badly are stored anew.
 */
import { type GltfAccessor, type GltfBufferView, listOf } from '../../facts/gltf';
import type { Description } from './description';
import { componentBytes, elementBytes, type Storage } from './storage';

/** Holds what the description says of places against the data that are there. */
export function checkPlaces(description: Description, storage: Storage): void {
	const { gltf, repairs } = description;
	listOf(gltf.buffers).forEach((buffer, index) => {
		if (description.isLost('buffers', index)) return;
		const bytes = storage.bufferBytes(index);
		if (typeof buffer.uri === 'string') buffer.uri = rightMimeType(buffer.uri, description);
		else if (index === 0 && bytes === undefined) description.lose('buffers', index);
		if (bytes === undefined) return;
		// Viewers take all of the data, so that a length that is too short hides nothing.
		const needed = index === 0 ? Math.min(bytes.length, lastByte(gltf.bufferViews, 0)) : 0;
		const byteLength = Math.min(bytes.length, Math.max(buffer.byteLength!, needed));
		if (byteLength === buffer.byteLength) return;
		repairs.note('layout');
		if (byteLength > 0) buffer.byteLength = byteLength;
		else description.lose('buffers', index);
	});
	listOf(gltf.bufferViews).forEach((view, index) => {
		if (description.isLost('bufferViews', index) || description.isLost('buffers', view.buffer!)) return;
		const { byteLength } = gltf.buffers![view.buffer!];
		if ((view.byteOffset ?? 0) + view.byteLength! > byteLength!) description.lose('bufferViews', index);
		else if ((view.byteStride ?? 0) > view.byteLength!) {
			delete view.byteStride;
			repairs.note('layout');
		}
	});
	description.clean();
	listOf(gltf.accessors).forEach((accessor, index) => {
		if (description.isLost('accessors', index)) return;
		if (!isInside(accessor, description)) {
			repairs.note('references');
			description.lose('accessors', index);
		} else if (!liesWell(accessor, description, storage)) {
			const numbers = storage.numbers(index);
			repairs.note(numbers ? 'layout' : 'left');
			if (numbers) storage.replace(index, numbers.slice(), false);
		}
	});
	description.clean();
}

function rightMimeType(uri: string, { repairs }: Description): string {
	const [head, type] = /^data:([^;,]*)/.exec(uri.slice(0, 200)) ?? [];
	if (head === undefined || /^application\/(octet-stream|gltf-buffer)$/i.test(type!)) return uri;
	repairs.note('layout');
	return `data:application/octet-stream${uri.slice(head.length)}`;
}

function lastByte(views: readonly GltfBufferView[] | undefined, buffer: number): number {
	return listOf(views).reduce((last, view) => {
		const end = (view?.byteOffset ?? 0) + (view?.byteLength ?? 0);
		return view?.buffer === buffer && Number.isSafeInteger(end) ? Math.max(last, end) : last;
	}, 0);
}

/** Whether every element of an accessor lies in its view, and those that stand for others do, too. */
function isInside(accessor: GltfAccessor, { gltf }: Description): boolean {
	const { bufferView, byteOffset = 0, count, sparse } = accessor;
	const width = elementBytes(accessor);
	const fits = (index: number, offset: number, elements: number, bytes: number, stride = bytes) =>
		stride >= bytes && offset + (elements - 1) * stride + bytes <= gltf.bufferViews![index].byteLength!;
	if (bufferView !== undefined) {
		const { byteStride } = gltf.bufferViews![bufferView];
		if (!fits(bufferView, byteOffset, count!, width, byteStride)) return false;
	}
	if (!sparse) return true;
	const { indices, values } = sparse;
	return (
		sparse.count! <= count! &&
		fits(
			indices!.bufferView!,
			indices!.byteOffset ?? 0,
			sparse.count!,
			componentBytes(indices as GltfAccessor),
		) &&
		fits(values!.bufferView!, values!.byteOffset ?? 0, sparse.count!, width)
	);
}

/** Whether numbers begin where a processor can read them, and what stands for others is in order. */
function liesWell(accessor: GltfAccessor, { gltf }: Description, storage: Storage): boolean {
	const { bufferView, byteOffset = 0, sparse, type } = accessor;
	const isAligned = (index: number, offset: number, bytes: number) =>
		offset % bytes === 0 && ((gltf.bufferViews![index].byteOffset ?? 0) + offset) % bytes === 0;
	const bytes = componentBytes(accessor);
	if (bufferView !== undefined && !isAligned(bufferView, byteOffset, bytes)) return false;
	if (type!.startsWith('MAT') && byteOffset % 4 !== 0) return false;
	if (!sparse) return true;
	const { indices, values } = sparse;
	if (!isAligned(indices!.bufferView!, indices!.byteOffset ?? 0, componentBytes(indices as GltfAccessor)))
		return false;
	if (!isAligned(values!.bufferView!, values!.byteOffset ?? 0, bytes)) return false;
	const views = [indices, values].map((each) => gltf.bufferViews![each!.bufferView!]);
	if (views.some(({ byteStride, target }) => byteStride !== undefined || target !== undefined)) return false;
	const places = storage.sparsePlaces(accessor);
	return !places || places.every((place, i) => place < accessor.count! && (i === 0 || place > places[i - 1]));
}
