/** glTF-Transform for CommonJS: the package ships a CommonJS build, but its types only speak of the ES module. */
import type * as GltfTransform from '@gltf-transform/core' with { 'resolution-mode': 'import' };

export const gltf = require('@gltf-transform/core') as typeof GltfTransform;
