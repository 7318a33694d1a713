/** The Khronos validator ships no types; this is the part that the tests read of its report. */
declare module 'gltf-validator' {
	export interface Report {
		issues: {
			numErrors: number;
			messages: Array<{ code: string; message: string; severity: number; pointer?: string }>;
		};
		info: {
			generator?: string;
			totalVertexCount: number;
			totalTriangleCount: number;
			resources?: Array<{ image?: { width: number; height: number } }>;
		};
	}
	export function validateBytes(bytes: Uint8Array): Promise<Report>;
}
