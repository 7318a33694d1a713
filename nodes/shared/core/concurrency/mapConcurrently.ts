/** Working through a list in several lanes: each takes the next item when it is done with its last. */

/**
 * Runs `work` for 0 … `count`-1, at most `lanes` at a time, started in order. Results stand in the order of the items;
 * an item that was not started because `shouldStop` said so is undefined. `work` must not reject.
 */
export async function mapConcurrently<T>(
	count: number,
	lanes: number,
	work: (index: number) => Promise<T>,
	shouldStop: () => boolean,
): Promise<Array<T | undefined>> {
	const results = new Array<T | undefined>(count);
	let next = 0;
	const runLane = async () => {
		while (next < count && !shouldStop()) {
			const index = next++;
			results[index] = await work(index);
		}
	};
	await Promise.all(Array.from({ length: Math.min(lanes, count) }, runLane));
	return results;
}
