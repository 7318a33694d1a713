/**
 * The part of Shopify's GraphQL Admin API (2026-10) that puts a 3D model into a product, as its reference writes the types:
 * `stagedUploadsCreate`, `StagedUploadInput`, `StagedMediaUploadTarget`, `productUpdate` and `CreateMediaInput` on
 * shopify.dev. The engine that checks requests against them is the one that n8n itself brings along.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { installN8n } from '../n8n/install';

const TYPES = `
scalar URL
"A whole number that JSON carries as text."
scalar UnsignedInt64

enum StagedUploadHttpMethodType { POST PUT }
enum StagedUploadTargetGenerateUploadResource {
	BULK_MUTATION_VARIABLES COLLECTION_IMAGE DISPUTE_FILE_UPLOAD FILE IMAGE MODEL_3D PRODUCT_IMAGE RETURN_LABEL
	SHOP_IMAGE URL_REDIRECT_IMPORT VIDEO
}
enum MediaContentType { EXTERNAL_VIDEO IMAGE MODEL_3D VIDEO }
enum MediaStatus { FAILED PROCESSING READY UPLOADED }

input StagedUploadInput {
	filename: String!
	fileSize: UnsignedInt64
	httpMethod: StagedUploadHttpMethodType = PUT
	mimeType: String!
	resource: StagedUploadTargetGenerateUploadResource!
}
input CreateMediaInput { alt: String, mediaContentType: MediaContentType!, originalSource: String! }
input ProductUpdateInput { id: ID, title: String }

type UserError { field: [String!], message: String! }
type StagedUploadParameter { name: String!, value: String! }
type StagedMediaUploadTarget { parameters: [StagedUploadParameter!]!, resourceUrl: URL, url: URL }
type StagedUploadsCreatePayload { stagedTargets: [StagedMediaUploadTarget!], userErrors: [UserError!]! }
type Media { alt: String, id: ID!, mediaContentType: MediaContentType!, status: MediaStatus! }
type MediaConnection { nodes: [Media!]! }
type Product { id: ID!, media(first: Int, last: Int): MediaConnection! }
type ProductUpdatePayload { product: Product, userErrors: [UserError!]! }
type Shop { name: String! }

type Query { shop: Shop! }
type Mutation {
	stagedUploadsCreate(input: [StagedUploadInput!]!): StagedUploadsCreatePayload
	productUpdate(product: ProductUpdateInput, media: [CreateMediaInput!]): ProductUpdatePayload
}
`;

interface Scalar {
	parseValue(value: unknown): unknown;
}

interface GraphQL {
	buildSchema(types: string): { getType(name: string): Scalar };
	graphql(request: {
		schema: object;
		source: string;
		rootValue: object;
		variableValues?: Record<string, unknown>;
	}): Promise<{ data?: unknown; errors?: unknown[] }>;
}

/** Answers a request as GraphQL does: `data`, `errors` where the request does not fit the types, or both. */
export type Answer = (
	request: { query: string; variables?: Record<string, unknown> },
	mutations: object,
) => Promise<{ data?: unknown; errors?: unknown[] }>;

/** Loads the types. */
export async function loadShopifySchema(): Promise<Answer> {
	const { folder } = await installN8n();
	const { buildSchema, graphql } = createRequire(join(folder, 'package.json'))('graphql') as GraphQL;
	const schema = buildSchema(TYPES);
	schema.getType('UnsignedInt64').parseValue = (value) => {
		if (typeof value !== 'string' || !/^\d+$/.test(value)) {
			throw new TypeError(`UnsignedInt64 cannot represent ${JSON.stringify(value)}`);
		}
		return value;
	};
	return async ({ query, variables }, mutations) =>
		await graphql({ schema, source: query, rootValue: mutations, variableValues: variables });
}
