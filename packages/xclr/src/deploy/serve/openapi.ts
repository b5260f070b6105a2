// The OpenAPI document, made from the schemas that check what comes in.
import { z } from 'zod';
import { version } from '../../util/version.js';
import { uploadFormats } from './decode/formats.js';
import * as schemas from './schemas.js';

type Json = Record<string, unknown>;

const schema = (type: z.ZodType): Json => {
  const { $schema: _, ...json } = z.toJSONSchema(type, { io: 'input', unrepresentable: 'any' });
  return json;
};
const json = (type: z.ZodType, description: string): Json => ({
  description,
  content: { 'application/json': { schema: schema(type) } },
});
const image: Json = {
  required: true,
  description: `An image file: ${uploadFormats}, told by its content`,
  content: {
    'image/*': { schema: { type: 'string', format: 'binary' } },
    'application/octet-stream': { schema: { type: 'string', format: 'binary' } },
  },
};
const failures: Json = Object.fromEntries(
  (
    [
      ['400', 'Not an image, or invalid settings'],
      ['401', 'The token is missing or wrong'],
      ['403', 'Pages of this origin may not ask'],
      ['404', 'There is no such item'],
      ['408', 'The body did not arrive in time'],
      ['413', 'The body or the image is too large'],
      ['415', 'The content type or the kind of image file is not supported'],
      ['421', 'The server is not known under this name'],
      ['429', 'Too many requests are waiting: try again after Retry-After seconds'],
      ['503', 'It took too long, or the server is stopping'],
    ] as const
  ).map(([status, description]) => [status, json(schemas.errorAnswer, description)]),
);

function queryOf(type: z.ZodObject): Json[] {
  const { properties = {} } = z.toJSONSchema(type, { io: 'input' }) as { properties?: Record<string, Json> };
  return Object.entries(properties).map(([name, of]) => ({ name, in: 'query', schema: of }));
}

const id: Json = { name: 'id', in: 'path', required: true, schema: { type: 'string' } };
const idInQuery: Json = { name: 'id', in: 'query', required: true, schema: schema(schemas.idQuery) };
const operation = (summary: string, answer: z.ZodType, more: Json = {}): Json => ({
  summary,
  ...more,
  responses: { 200: json(answer, 'Done'), ...failures },
});

const itemOperations = (id: Json): Json => ({
  get: operation('Everything stored about an item', schemas.itemAnswer, { parameters: [id] }),
  put: operation('Adds an item, or replaces it', schemas.changeAnswer, {
    parameters: [id, ...queryOf(schemas.itemSettings)],
    requestBody: image,
  }),
  delete: operation('Removes an item', schemas.changeAnswer, { parameters: [id] }),
});

const thumbnailOperation = (id: Json): Json => ({
  get: {
    summary: 'A small image of an item; 404 where no image file is known or it cannot be read',
    parameters: [id],
    responses: {
      200: {
        description: 'A WebP file of at most 320 × 320 pixels',
        content: { 'image/webp': { schema: { type: 'string', format: 'binary' } } },
      },
      ...failures,
    },
  },
});

/** OpenAPI 3.1. @param secured whether requests need the token */
export function openapiDocument(secured: boolean): Json {
  return {
    openapi: '3.1.0',
    info: {
      title: 'xclr',
      version,
      description: 'Encodes images as vectors and finds the most similar images.',
    },
    ...(secured && {
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
      security: [{ token: [] }],
    }),
    paths: {
      '/embed': { post: operation('The vector of an image', schemas.embedAnswer, { requestBody: image }) },
      '/search': {
        post: operation('Items similar to an image, to an item, or to a text', schemas.searchAnswer, {
          description:
            'With an image as the body, settings are query parameters; with JSON they are in the body.',
          parameters: queryOf(schemas.searchSettings),
          requestBody: {
            ...image,
            content: {
              ...(image.content as Json),
              'application/json': { schema: schema(schemas.searchBody) },
            },
          },
        }),
      },
      '/recommend': {
        post: operation('Items similar to an item, with variety', schemas.searchAnswer, {
          requestBody: {
            required: true,
            content: { 'application/json': { schema: schema(schemas.recommendBody) } },
          },
        }),
      },
      '/items/{id}': itemOperations(id),
      '/items/{id}/thumbnail': thumbnailOperation(id),
      '/item': itemOperations(idInQuery),
      '/item/thumbnail': thumbnailOperation(idInQuery),
      '/health': {
        get: operation('Status of the server and its index', schemas.healthAnswer, { security: [] }),
      },
      '/metrics': {
        get: {
          summary: 'Counts and times, for Prometheus',
          responses: { 200: { description: 'Text', content: { 'text/plain': {} } } },
        },
      },
    },
  };
}
