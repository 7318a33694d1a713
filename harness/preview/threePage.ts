/** The same model in three.js, in a real browser: a GLB and a camera in, a picture out. */
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
window.render = async ({ size, camera, studio }) => {
	const renderer = new THREE.WebGLRenderer({ alpha: true, antialias: true, preserveDrawingBuffer: true });
	renderer.setSize(size, size);
	renderer.setClearColor(0, 0);
	renderer.toneMapping = THREE.NeutralToneMapping;
	const scene = new THREE.Scene();
	scene.environment = environment(renderer, studio);
	const { scene: model } = await new GLTFLoader().loadAsync('/model.glb');
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
			else if (path === '/model.glb') await route.fulfill({ body: Buffer.from(renderer.model) });
			else if (path.startsWith('/three/')) {
				const body = readFileSync(join(THREE, path.slice('/three/'.length)));
				await route.fulfill({ contentType: 'text/javascript', body });
			} else await route.fulfill({ status: 404 });
		});
		await page.goto(ORIGIN);
		await page.waitForFunction('window.isReady');
		return renderer;
	}

	/** Draws a GLB as `preview` saw it, without a floor; returns a PNG. */
	async render(glb: Uint8Array, preview: Preview): Promise<Buffer> {
		this.model = glb;
		const { camera, boundingBox } = preview;
		const centre = boundingBox.min.map((value, axis) => (value + boundingBox.max[axis]) / 2);
		const distance = Math.hypot(...centre.map((value, axis) => value - camera.position[axis]));
		const radius = Math.hypot(...boundingBox.size);
		const range = { near: Math.max(distance - radius, distance / 1000), far: distance + radius };
		const picture = await this.page.evaluate(
			(view) => (globalThis as unknown as { render: (view: object) => Promise<string> }).render(view),
			{ size: preview.width, camera: { ...camera, ...range }, studio: studioPanorama(camera) },
		);
		return Buffer.from(picture.slice(picture.indexOf(',') + 1), 'base64');
	}

	async close(): Promise<void> {
		await this.browser.close();
	}
}
