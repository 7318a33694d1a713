/** The formats that the sandbox can send in place of a GLB, with what the user is told that they are. */
export const OTHER_FORMATS = [
	['fbx', 'an FBX file'],
	['zip', 'a ZIP archive'],
	['usdz', 'a USDZ file'],
	['gltf', 'a glTF in its text form (.gltf)'],
	['obj', 'an OBJ file'],
	['stl', 'an STL file'],
	['ply', 'a PLY file'],
] as const;
