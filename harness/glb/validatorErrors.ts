/** What the Khronos validator calls an error in a model: a GLB in, the errors out. Never rejects for what the file holds. */
import { validateBytes } from 'gltf-validator';

/** An error of the report; of a file that the validator itself fails on (it throws a string then), that. */
export interface ValidatorError {
	code: string;
	message: string;
	pointer?: string;
}

/** Where the validator comes from, in the stack of what it throws. */
const VALIDATOR = 'gltf_validator';

/**
 * The validator goes on by setImmediate, and for some damaged images it throws there what it has reported already: nobody
 * could catch that, and the test would fail for it.
 */
const setImmediate = globalThis.setImmediate;
globalThis.setImmediate = Object.assign((callback: (...args: unknown[]) => void, ...args: unknown[]) => {
	return setImmediate(() => {
		try {
			callback(...args);
		} catch (error) {
			if (!(error instanceof Error && error.stack?.includes(VALIDATOR))) throw error;
		}
	});
}, setImmediate) as typeof setImmediate;

/** Empty for a valid file. */
export async function validatorErrors(glb: Uint8Array): Promise<ValidatorError[]> {
	try {
		const { issues } = await validateBytes(glb);
		return issues.messages
			.filter(({ severity }) => severity === 0)
			.map(({ code, message, pointer }) => ({ code, message, pointer }));
	} catch (error) {
		return [{ code: 'VALIDATOR_FAILED', message: String(error) }];
	}
}
