import { apiRoutes } from '@lanner/api/http';
import { expect, test } from 'vitest';
import { type Operation, operations } from './operations.ts';

test('the page asks where the API answers', () => {
  const routes = Object.fromEntries(
    Object.keys(operations).map((name) => {
      const { method, path } = apiRoutes[name as Operation];
      return [name, `${method.toUpperCase()} ${path}`];
    }),
  );
  expect(operations).toEqual(routes);
});
