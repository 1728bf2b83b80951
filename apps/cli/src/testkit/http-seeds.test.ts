import { agentPaths } from '@lanner/api';
import { apiRoutes, type Route } from '@lanner/api/http';
import { loadSidekickConfig, OidcProvider, readOidcSettings } from '@lanner/hub';
import { openApiBench } from '@lanner/hub/testkit';
import { expect, test } from 'vitest';
import { parametersOf, soundCases } from './http-seeds.ts';

const cases = soundCases();

test('every route of the API has a request whose body its schema takes, with everything that may stand in it', () => {
  const refused = Object.entries<Route>(apiRoutes).flatMap(([name, route]) => {
    const sound = cases.find(
      ({ method, path }) =>
        method === route.method.toUpperCase() && path === route.path.replace(/:\w+/g, 'one'),
    );
    const { error } = route.body.safeParse(sound?.body ?? {});
    return sound !== undefined && error === undefined ? [] : [`${name}: ${error?.message ?? 'no request'}`];
  });
  expect(refused).toEqual([]);
});

test('every route has parameters that its schema takes', () => {
  const refused = Object.entries<Route>(apiRoutes).flatMap(([name, route]) => {
    const { error } = route.query.safeParse(Object.fromEntries(parametersOf(route)));
    return error === undefined ? [] : [`${name}: ${error.message}`];
  });
  expect(refused).toEqual([]);
});

test('every address that the server answers has a request, also those that no schema tells of', async () => {
  const { config } = loadSidekickConfig({
    ...{ text: null, path: '', lenient: false },
    env: {
      LANNER_OIDC_ISSUER: 'https://login.example.org',
      LANNER_OIDC_CLIENTID: 'lanner',
      LANNER_OIDC_DEFAULTROLE: 'view',
    },
  });
  const settings = readOidcSettings(config, () => '');
  if (settings === null) {
    throw new Error('there is no provider');
  }
  const { api } = await openApiBench({ provider: new OidcProvider(settings, { fetch, now: Date.now }) });
  const without = api.app.routes.filter(
    ({ method, path }) =>
      method !== 'ALL' &&
      !cases.some((each) => each.port === 'api' && each.method === method && pattern(path).test(each.path)),
  );
  expect(without.map(({ method, path }) => `${method} ${path}`)).toEqual([]);
});

test('everything that agents ask for has a request', () => {
  const asked = cases.filter(({ port }) => port === 'agents').map(({ path }) => path);
  expect(asked.sort()).toEqual(Object.values(agentPaths).sort());
});

function pattern(path: string): RegExp {
  return new RegExp(`^${path.replace(/:\w+/g, 'one').replaceAll('*', '.*')}$`);
}
