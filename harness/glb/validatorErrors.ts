/** What the Khronos validator calls an error in a model: a GLB in, the errors out. Never rejects for what the file holds. */
import { validateBytes } from 'gltf-validator';

/** An error of the report; of a file that the validator itself fails on (it throws a string then), that. */
export interface ValidatorError {
	code: string;
	message: string;
	pointer?: string;
}

/** What it says of the address of another file, which nobody fetches here. */
const NOT_FETCHED = 'IO_ERROR';

/** Empty for a valid file. */
export async function validatorErrors(glb: Uint8Array): Promise<ValidatorError[]> {
	try {
		const { issues } = await validateBytes(glb);
		return issues.messages
			.filter(({ severity, code }) => severity === 0 && code !== NOT_FETCHED)
			.map(({ code, message, pointer }) => ({ code, message, pointer }));
	} catch (error) {
		return [{ code: 'VALIDATOR_FAILED', message: String(error) }];
	}
}
