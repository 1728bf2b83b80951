import { apiRoutes, type Route } from '@lanner/api/http';
import { expect, test } from 'vitest';
import { soundCases } from './http-cases.ts';

test('every route has a request that its schemas take', () => {
  const cases = soundCases();
  const wrong = Object.entries<Route>(apiRoutes).flatMap(([name, route]) => {
    const sound = cases.find(
      ({ method, path }) =>
        method === route.method.toUpperCase() && path === route.path.replace(/:\w+/g, 'one'),
    );
    const { success } = route.body.safeParse(sound?.body ?? {});
    return sound !== undefined && success ? [] : [name];
  });
  expect(wrong).toEqual([]);
});
