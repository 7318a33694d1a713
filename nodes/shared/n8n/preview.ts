/** The picture of a model, drawn on the spot from the stored file. */
import type { IBinaryData } from 'n8n-workflow';
import type { NodeContext } from './context';
import type { PreviewKind } from './taskOptions';

/** The picture as a stored file, or a hint why there is none. A model without a picture is still delivered. */
export async function renderPicture(
	_context: NodeContext,
	_model: IBinaryData,
	_bytes: number,
	_kind: PreviewKind,
	_taskId: string,
): Promise<{ picture?: IBinaryData; hint?: string }> {
	return {};
}
