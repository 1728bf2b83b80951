import { z } from 'zod';
import { Problem } from './common.ts';
import type { Route } from './route.ts';

/** The API as an OpenAPI 3.1 document. */
export function openApiDocument(
  routes: Readonly<Record<string, Route>>,
  version: string,
): Record<string, unknown> {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [operationId, route] of Object.entries(routes)) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method]: operationOf(operationId, route) };
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Lanner', version },
    paths,
    components: { securitySchemes: { token: { type: 'http', scheme: 'bearer' } } },
  };
}

function operationOf(operationId: string, route: Route): Record<string, unknown> {
  const content = (schema: z.ZodType, io: 'input' | 'output', type = 'application/json'): unknown => ({
    [type]: { schema: schemaOf(schema, io) },
  });
  return {
    operationId,
    summary: route.summary,
    ...(route.scope === null ? {} : { security: [{ token: [route.scope] }] }),
    parameters: [...pathParameters(route.path), ...queryParameters(route.query)],
    ...(isEmpty(route.body)
      ? {}
      : { requestBody: { required: true, content: content(route.body, 'input') } }),
    responses: {
      200: { description: 'Done.', content: content(route.result, 'output', route.type) },
      default: { description: 'An error.', content: content(Problem, 'output') },
    },
  };
}

function pathParameters(path: string): unknown[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }));
}

function queryParameters(query: z.ZodType): unknown[] {
  const { properties = {}, required = [] } = schemaOf(query, 'input') as {
    properties?: Record<string, { description?: string }>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    ...(description === undefined ? {} : { description }),
    schema,
  }));
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Record<string, unknown> {
  const result: Record<string, unknown> = { ...z.toJSONSchema(schema, { io, unrepresentable: 'any' }) };
  // The document as a whole says which draft its schemas follow.
  delete result['$schema'];
  return result;
}

function isEmpty(schema: z.ZodType): boolean {
  return schema instanceof z.ZodObject && Object.keys(schema.shape).length === 0;
}
