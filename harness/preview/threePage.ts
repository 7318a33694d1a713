/** The same model in three.js, in a real browser: a GLB, USDZ or 3MF and a camera in, a picture or its measures out. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Browser, type Page } from 'playwright-core';
import type { Preview } from '../../glb/preview';
import { CHROMIUM_ARGS, findChromium } from '../process/chromium';
import { studioPanorama } from './studioPanorama';

const ORIGIN = 'http://preview.test';
const THREE = join(__dirname, '..', '..', 'node_modules', 'three');

/** No graphics card is needed: Chromium's software renderer draws WebGL. */
const WEBGL_ARGS = ['--use-angle=swiftshader', '--enable-unsafe-swiftshader', '--ignore-gpu-blocklist'];

const PAGE = `<!doctype html><script type="importmap">{"imports":{"three":"/three/build/three.module.js",
"three/addons/":"/three/examples/jsm/"}}</script><script type="module">
import * as THREE from 'three';
import { GLTFLoader } from 'three/addons/loaders/GLTFLoader.js';
import { USDLoader } from 'three/addons/loaders/USDLoader.js';
import { ThreeMFLoader } from 'three/addons/loaders/3MFLoader.js';
// The reader keeps the scales of UsdUVTexture but puts only those of colors to use, and takes that of a normal map, which
// is 2 for its full strength, for the strength itself.
const asSpecified = (model) => {
	model.traverse(({ material }) => {
		for (const each of [material ?? []].flat()) {
			const scaleOf = (map) => each[map]?.userData.scale ?? [1, 1, 1];
			if (each.normalMap) each.normalScale.multiplyScalar(0.5);
			if (each.roughnessMap) each.roughness = scaleOf('roughnessMap')[1];
			if (each.metalnessMap) each.metalness = scaleOf('metalnessMap')[2];
			if (each.aoMap) each.aoMapIntensity = scaleOf('aoMap')[0];
		}
	});
	return model;
};
const LOADERS = {
	glb: async (url) => (await new GLTFLoader().loadAsync(url)).scene,
	usdz: async (url) => asSpecified(await new USDLoader().loadAsync(url)),
	'3mf': async (url) => await new ThreeMFLoader().loadAsync(url),
};
// Some loaders hand the model out before its images are there.
const load = async (kind) => {
	const model = await LOADERS[kind]('/model.' + kind);
	const images = [];
	model.traverse(({ material }) => {
		for (const each of [material ?? []].flat())
			for (const value of Object.values(each)) if (value?.isTexture) images.push(value);
	});
	const isThere = ({ image }) => image && (image.complete ?? true);
	while (!images.every(isThere)) await new Promise((resolve) => setTimeout(resolve, 20));
	return model;
};
window.measure = async (kind) => {
	const model = await load(kind);
	model.updateMatrixWorld(true);
	const box = new THREE.Box3().setFromObject(model, true);
	const [a, b, c] = [new THREE.Vector3(), new THREE.Vector3(), new THREE.Vector3()];
	const colors = new Set();
	let [faces, volume] = [0, 0];
	model.traverse(({ isMesh, geometry, material, matrixWorld }) => {
		if (!isMesh) return;
		for (const each of [material].flat()) colors.add(each.color.getHexString());
		const { index, attributes } = geometry;
		const count = index ? index.count : attributes.position.count;
		for (let i = 0; i + 2 < count; i += 3, faces++) {
			[a, b, c].forEach((point, corner) => point
				.fromBufferAttribute(attributes.position, index ? index.getX(i + corner) : i + corner).applyMatrix4(matrixWorld));
			volume += a.dot(b.cross(c)) / 6;
		}
	});
	return { faces, volume, min: box.min.toArray(), size: box.getSize(new THREE.Vector3()).toArray(), colors: [...colors] };
};
// The same studio as in the picture that is compared, as a panorama around the model.
const environment = (renderer, studio) => {
	const bytes = Uint8Array.from(atob(studio.data), (character) => character.charCodeAt(0));
	const halves = Uint16Array.from(new Float32Array(bytes.buffer), THREE.DataUtils.toHalfFloat);
	const texture = new THREE.DataTexture(halves, studio.width, studio.height, THREE.RGBAFormat, THREE.HalfFloatType);
	texture.mapping = THREE.EquirectangularReflectionMapping;
	texture.colorSpace = THREE.LinearSRGBColorSpace;
	texture.minFilter = texture.magFilter = THREE.LinearFilter;
	texture.needsUpdate = true;
	return new THREE.PMREMGenerator(renderer).fromEquirectangular(texture).texture;
};
window.render = async ({ kind, size, camera, studio }) => {
	const renderer = new THREE.WebGLRenderer({ alpha: true, antialias: true, preserveDrawingBuffer: true });
	renderer.setSize(size, size);
	renderer.setClearColor(0, 0);
	renderer.toneMapping = THREE.NeutralToneMapping;
	const scene = new THREE.Scene();
	scene.environment = environment(renderer, studio);
	const model = await load(kind);
	model.traverse((node) => { node.frustumCulled = false; });
	scene.add(model);
	const view = new THREE.PerspectiveCamera(camera.fieldOfViewDegrees, 1, camera.near, camera.far);
	const [x, y, z] = camera.position;
	view.position.set(x, y, z);
	view.up.set(...camera.up);
	view.lookAt(x - camera.back[0], y - camera.back[1], z - camera.back[2]);
	await renderer.compileAsync(scene, view);
	renderer.render(scene, view);
	const picture = renderer.domElement.toDataURL('image/png');
	renderer.dispose();
	renderer.forceContextLoss();
	return picture;
};
window.isReady = true;
</script>`;

export type FileKind = 'glb' | 'usdz' | '3mf';

export interface Measures {
	faces: number;
	volume: number;
	min: number[];
	size: number[];
	/** Of the materials, as six hexadecimal digits. */
	colors: string[];
}

export class ThreeRenderer {
	private model: Uint8Array = new Uint8Array(0);

	private constructor(
		private readonly browser: Browser,
		private readonly page: Page,
	) {}

	static async start(): Promise<ThreeRenderer> {
		const browser = await chromium.launch({
			executablePath: findChromium(),
			args: [...CHROMIUM_ARGS, ...WEBGL_ARGS],
		});
		const page = await browser.newPage();
		const renderer = new ThreeRenderer(browser, page);
		await page.route(`${ORIGIN}/**`, async (route) => {
			const path = new URL(route.request().url()).pathname;
			if (path === '/') await route.fulfill({ contentType: 'text/html', body: PAGE });
			else if (path.startsWith('/model.')) await route.fulfill({ body: Buffer.from(renderer.model) });
			else if (path.startsWith('/three/')) {
				const body = readFileSync(join(THREE, path.slice('/three/'.length)));
				await route.fulfill({ contentType: 'text/javascript', body });
			} else await route.fulfill({ status: 404 });
		});
		await page.goto(ORIGIN);
		await page.waitForFunction('window.isReady');
		return renderer;
	}

	/** Draws a GLB, or another file of it, as `preview` saw it, without a floor; returns a PNG. */
	async render(file: Uint8Array, preview: Preview, kind: FileKind = 'glb'): Promise<Buffer> {
		this.model = file;
		const { camera, boundingBox } = preview;
		const center = boundingBox.min.map((value, axis) => (value + boundingBox.max[axis]) / 2);
		const distance = Math.hypot(...center.map((value, axis) => value - camera.position[axis]));
		const radius = Math.hypot(...boundingBox.size);
		const range = { near: Math.max(distance - radius, distance / 1000), far: distance + radius };
		const picture = await this.page.evaluate(
			(view) => (globalThis as unknown as { render: (view: object) => Promise<string> }).render(view),
			{ kind, size: preview.width, camera: { ...camera, ...range }, studio: studioPanorama(camera) },
		);
		return Buffer.from(picture.slice(picture.indexOf(',') + 1), 'base64');
	}

	/** What three.js sees of the shape of a file. */
	async measure(file: Uint8Array, kind: FileKind): Promise<Measures> {
		this.model = file;
		return await this.page.evaluate(
			(each) => (globalThis as unknown as { measure: (kind: string) => Promise<Measures> }).measure(each),
			kind,
		);
	}

	async close(): Promise<void> {
		await this.browser.close();
	}
}
