import fc from 'fast-check';
import { expect, test } from 'vitest';
import { claimOf, namesOf, roleOf } from './claims.ts';

const mapping = {
  claim: 'groups',
  values: { view: ['all'], triage: ['ops'], admin: ['root', 'sec'] },
  fallback: null,
} as const;

test.each([
  [['ops'], 'triage'],
  [['all', 'sec', 'ops'], 'admin'],
  ['all', 'view'],
  [['All'], null],
  [[], null],
  [{ ops: true }, null],
  [null, null],
  [[['ops']], null],
])('a claim with %j makes %j', (groups, role) => {
  expect(roleOf({ groups }, mapping)).toBe(role);
});

test('who has none of the values gets the default role, if there is one', () => {
  expect(roleOf({ groups: ['x'] }, { ...mapping, fallback: 'view' })).toBe('view');
  expect(roleOf({}, { ...mapping, claim: null, fallback: 'triage' })).toBe('triage');
});

test('a claim may lie in others, and may have dots in its name', () => {
  expect(claimOf({ realm_access: { roles: ['a'] } }, 'realm_access.roles')).toEqual(['a']);
  expect(claimOf({ 'https://a.test/roles': ['b'] }, 'https://a.test/roles')).toEqual(['b']);
  expect(claimOf({ a: 'text' }, 'a.length')).toBeUndefined();
  expect(claimOf({}, 'constructor.name')).toBeUndefined();
  expect(claimOf({}, '__proto__')).toBeUndefined();
});

test('people are called as they are there, and otherwise when that name is taken here', () => {
  const claims = { preferred_username: 'ada', email: 'ada@a.test', sub: '1' };
  expect(namesOf(claims, 'preferred_username', 'login.test')).toEqual(['ada', 'ada@login.test']);
  expect(namesOf({ email: 'ada@a.test', sub: '1' }, 'preferred_username', 'login.test')[0]).toBe(
    'ada@a.test',
  );
  expect(namesOf({ sub: 'auth0|17' }, 'preferred_username', 'login.test')[0]).toBe('auth0-17');
  expect(namesOf({}, 'preferred_username', 'login.test')).toEqual([]);
});

test('every name is one that people may have here', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (sub) =>
      namesOf({ sub }, 'name', 'login.test').every((name) =>
        /^[\p{L}\p{N}][\p{L}\p{N}._@+-]{0,63}$/u.test(name),
      ),
    ),
  );
});
