/**
 * The names under which the models of one run are handed on: decided for all items in the order of the input, whatever
 * order they end in, so that a try again gives each item the same name.
 */
import { modelFileName, toStem } from '../../core/delivery/modelFileName';
import { UniqueNames } from '../../core/delivery/uniqueNames';
import { attempt } from '../items/attempt';
import type { NodeRun } from '../items/nodeRun';
import { paceItems } from '../timing/stepQueue';

/** What a run has named: kept with the execution, for the next iteration of a loop is a run of its own. */
interface NamedModel {
	stem: string;
	/** The run's number in the loop; a try again has the number of the try before. */
	round: number;
	/** Whose model it is where that is known beforehand: it keeps its name through a loop that asks again. */
	owner?: string;
}

/** Where the names of a run's models come from. */
export interface NameSource {
	/** The stem that item `index` would like; undefined where it has no name. What it throws counts as none. */
	wishOf(index: number): string | undefined;
	/** The task of item `index`, where it is known before the run. */
	ownerOf?(index: number): string | undefined;
}

/** One per run; the names are worked out when the first one is asked for. */
export class ModelNames {
	private named: Promise<{ stems: Array<string | undefined>; names: UniqueNames }> | undefined;

	constructor(
		private readonly run: NodeRun,
		private readonly source: NameSource,
	) {}

	/** The file name of item `index`: safe, no other item's of this execution of the node, made of the task id where it has none. */
	async nameOf(index: number, taskId: string): Promise<string> {
		this.named ??= this.nameAll();
		const { stems, names } = await this.named;
		stems[index] ??= names.take(toStem(modelFileName(undefined, taskId))!);
		return modelFileName(stems[index], taskId);
	}

	private async nameAll() {
		const state = this.run.memory as { image3dNames?: NamedModel[] };
		const round = this.run.runIndex;
		const earlier = (state.image3dNames ?? []).filter((model) => model.round < round);
		const count = this.run.itemCount;
		const owners = Array.from({ length: count }, (_, index) => attempt(() => this.source.ownerOf?.(index)));
		const own = new Set(owners.filter((owner) => owner !== undefined));
		const others = earlier.filter(({ owner }) => owner === undefined || !own.has(owner));
		const names = new UniqueNames(others.map(({ stem }) => stem));
		const stems: Array<string | undefined> = [];
		const pacer = paceItems();
		for (let index = 0; index < count; index++) {
			await pacer.pause();
			const wish = attempt(() => this.source.wishOf(index));
			stems.push(wish === undefined ? undefined : names.take(wish));
		}
		const now = stems.flatMap((stem, index) =>
			stem === undefined
				? []
				: [{ stem, round, ...(owners[index] === undefined ? {} : { owner: owners[index] }) }],
		);
		state.image3dNames = [...others, ...now];
		return { stems, names };
	}
}
