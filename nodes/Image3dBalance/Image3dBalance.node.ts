/** Image3D Balance: the credits that an account has left. */
import {
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	NodeConnectionTypes,
} from 'n8n-workflow';
import { readBalance } from '../shared/core/balance';
import { succeed } from '../shared/core/failure';
import { cancelSignalOf, definedOptions } from '../shared/n8n/context';
import { runItems } from '../shared/n8n/items';
import { openService } from '../shared/n8n/service';
import { fields } from './fields';

/** How long one reading may be tried. */
const BUDGET_MS = 60_000;

export class Image3dBalance implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'Image3D Balance',
		name: 'image3dBalance',
		icon: { light: 'file:image3d.svg', dark: 'file:image3d.dark.svg' },
		group: ['transform'],
		version: [1],
		subtitle: 'Read the credits left',
		description: 'Read how many Image3D credits are left',
		defaults: { name: 'Image3D Balance' },
		usableAsTool: true,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'image3dApi', required: true }],
		properties: fields,
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const service = await openService(this);
		const items = await runItems(this, 1, async (index) => {
			const { minimumBalance } = definedOptions(this.getNodeParameter('options', index, {}) as IDataObject);
			const balance = await readBalance(service, BUDGET_MS, cancelSignalOf(this));
			if (!balance.ok) return balance;
			const { amount, fields: answer } = balance.value;
			const verdict = minimumBalance === undefined ? {} : { sufficient: (amount ?? 0) >= Number(minimumBalance) };
			return succeed({ json: { ...(answer as IDataObject), ...verdict } });
		});
		return [items];
	}
}
