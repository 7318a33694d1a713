/** The shop that the Shopify template is tried against refuses what Shopify refuses. It speaks for itself: no n8n runs. */
import axios from 'axios';
import FormData from 'form-data';
import { startShop, type Shop } from '../../harness/e2e/shopify';
import { OPEN_TIMEOUT_MS } from '../../harness/e2e/stage';

const GLB = Buffer.concat([Buffer.from('glTF'), Buffer.alloc(60)]);
const STAGE = `mutation stage($input: [StagedUploadInput!]!) {
	stagedUploadsCreate(input: $input) {
		stagedTargets { url resourceUrl parameters { name value } }
		userErrors { field message }
	}
}`;
const ATTACH = `mutation attach($product: ProductUpdateInput!, $media: [CreateMediaInput!]) {
	productUpdate(product: $product, media: $media) {
		product { id media(last: 1) { nodes { id status } } }
		userErrors { field message }
	}
}`;

interface Parameter {
	name: string;
	value: string;
}

interface Target {
	url: string;
	resourceUrl: string;
	parameters: Parameter[];
}

interface Result {
	data?: {
		stagedUploadsCreate?: { stagedTargets: Target[]; userErrors: Array<{ field: string[] }> };
		productUpdate?: { product: unknown; userErrors: Array<{ field: string[] }> };
	};
	errors?: Array<{ message: string }>;
}

let shop: Shop;

beforeAll(async () => {
	shop = await startShop(['8001']);
}, OPEN_TIMEOUT_MS);

afterAll(async () => await shop?.close());

const http = axios.create({ proxy: false, validateStatus: () => true });

async function ask(query: string, variables: object, token = shop.credential.data.accessToken) {
	const headers = { 'X-Shopify-Access-Token': String(token) };
	return await http.post<Result>(
		`${shop.url}/admin/api/2026-10/graphql.json`,
		{ query, variables },
		{ headers },
	);
}

const CHAIR = {
	filename: 'chair.glb',
	mimeType: 'model/gltf-binary',
	resource: 'MODEL_3D',
	fileSize: String(GLB.length),
	httpMethod: 'POST',
};

async function stage(): Promise<Target> {
	const { data } = await ask(STAGE, { input: [CHAIR] });
	expect(data.data!.stagedUploadsCreate!.userErrors).toEqual([]);
	return data.data!.stagedUploadsCreate!.stagedTargets[0];
}

type Field = Parameter | Buffer;

async function upload(
	url: string,
	fields: Field[],
	headers = {},
): Promise<{ status: number; code?: string }> {
	const form = new FormData();
	for (const field of fields) {
		if (Buffer.isBuffer(field)) form.append('file', field, { filename: 'chair.glb' });
		else form.append(field.name, field.value);
	}
	const length = { 'content-length': form.getLengthSync() };
	const answer = await http.post<string>(url, form, {
		headers: { ...form.getHeaders(), ...length, ...headers },
	});
	return { status: answer.status, code: /<Code>(\w+)</.exec(answer.data)?.[1] };
}

async function attach(originalSource: string, number = '8001') {
	const media = [{ originalSource, mediaContentType: 'MODEL_3D', alt: 'A chair' }];
	const { data } = await ask(ATTACH, { product: { id: `gid://shopify/Product/${number}` }, media });
	return data.data!.productUpdate!;
}

it('takes a model that is staged, uploaded and put into a product', async () => {
	const { url, resourceUrl, parameters } = await stage();
	expect(parameters.map(({ name }) => name)).toEqual(['GoogleAccessId', 'key', 'policy', 'signature']);
	expect(await upload(url, [...parameters, GLB])).toEqual({ status: 204 });
	expect((await attach(resourceUrl)).userErrors).toEqual([]);
	expect(shop.models.at(-1)).toMatchObject({ productId: 'gid://shopify/Product/8001', bytes: GLB });
	// A place is good for one model.
	expect((await attach(resourceUrl)).userErrors[0].field).toEqual(['media', '0', 'originalSource']);
});

it.each([
	['no file size', { fileSize: undefined }, 'fileSize'],
	['a file size of nothing', { fileSize: '0' }, 'fileSize'],
	['a file that is too large', { fileSize: '500000001' }, 'fileSize'],
	['a wrong MIME type', { mimeType: 'application/octet-stream' }, 'mimeType'],
	['a file name without the ending', { filename: 'chair' }, 'filename'],
	['no method', { httpMethod: undefined }, 'httpMethod'],
])('gives no place for %s', async (_case, change, field) => {
	const { status, data } = await ask(STAGE, { input: [{ ...CHAIR, ...change }] });
	expect(status).toBe(200);
	expect(data.data!.stagedUploadsCreate!.stagedTargets).toEqual([]);
	expect(data.data!.stagedUploadsCreate!.userErrors).toMatchObject([{ field: ['input', '0', field] }]);
});

it.each([
	['a file size that is a number', { fileSize: GLB.length }, /UnsignedInt64 cannot represent/],
	['a field that there is none of', { size: '64' }, /"size" is not defined/],
	['a resource that there is none of', { resource: 'MODEL' }, /"MODEL" does not exist/],
	['no file name', { filename: undefined }, /"filename" of required type "String!"/],
])('does not understand %s', async (_case, change, message) => {
	const { data } = await ask(STAGE, { input: [{ ...CHAIR, ...change }] });
	expect(data.data).toBeUndefined();
	expect(data.errors?.map((error) => error.message).join()).toMatch(message);
});

it.each([
	[
		'without a parameter',
		403,
		'InvalidPolicyDocument',
		([id, , policy, sign]: Field[]) => [id, policy, sign, GLB],
	],
	[
		'without its policy',
		400,
		'MalformedPolicyDocument',
		([id, key, , sign]: Field[]) => [id, key, sign, GLB],
	],
	[
		'without its signature',
		403,
		'SignatureDoesNotMatch',
		([id, key, policy]: Field[]) => [id, key, policy, GLB],
	],
	[
		'in another order',
		403,
		'InvalidPolicyDocument',
		([id, key, ...rest]: Field[]) => [key, id, ...rest, GLB],
	],
	['with the file first', 400, 'InvalidArgument', (all: Field[]) => [GLB, ...all]],
	['with a parameter twice', 403, 'InvalidPolicyDocument', (all: Field[]) => [all[0], ...all, GLB]],
	['of a larger file', 400, 'EntityTooLarge', (all: Field[]) => [...all, Buffer.concat([GLB, GLB])]],
	['of a smaller file', 400, 'EntityTooSmall', (all: Field[]) => [...all, GLB.subarray(1)]],
])('takes no upload %s', async (_case, status, code, change) => {
	const { url, resourceUrl, parameters } = await stage();
	expect(await upload(url, change(parameters))).toEqual({ status, code });
	expect((await attach(resourceUrl)).userErrors[0].field).toEqual(['media', '0', 'originalSource']);
});

it('takes no upload with the shop’s token, and no request with another', async () => {
	const { url, parameters } = await stage();
	const headers = { 'X-Shopify-Access-Token': String(shop.credential.data.accessToken) };
	expect(await upload(url, [...parameters, GLB], headers)).toEqual({ status: 400, code: 'InvalidArgument' });
	expect((await ask(STAGE, { input: [CHAIR] }, 'another')).status).toBe(401);
	expect((await attach(url, '9')).userErrors[0].field).toEqual(['product', 'id']);
});
