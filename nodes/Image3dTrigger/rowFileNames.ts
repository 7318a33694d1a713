/** What the models of one poll are called: a task's id and its row in, the name of its file out, each given out once. */
import type { IDataObject } from 'n8n-workflow';
import { appendToStem, modelFileName, toStem } from '../shared/core/delivery/modelFileName';
import { readToldName } from '../shared/core/delivery/taskName';
import { UniqueNames } from '../shared/core/delivery/uniqueNames';

/** Of a task id, behind a name that others may have: eight of its characters do not meet again. */
const MARK_CHARACTERS = 8;

/** One per poll: `take` gives each name out once. */
export class RowFileNames {
	private readonly names = new UniqueNames();

	/** As the row tells; words alone get the task's mark, for other polls meet them too. */
	take(taskId: string, row: IDataObject | undefined): string {
		const told = readToldName(row ?? {});
		const mark = `-${toStem(taskId)?.slice(-MARK_CHARACTERS)}`;
		const wish = told?.isFileName === false ? appendToStem(told.stem, mark) : told?.stem;
		return modelFileName(this.names.take(wish ?? toStem(taskId) ?? 'model'), taskId);
	}
}
