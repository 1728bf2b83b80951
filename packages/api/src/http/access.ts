import { z } from 'zod';
import { roles, scopes } from '../scopes.ts';
import { Done, Nothing } from './common.ts';
import { defineRoute } from './route.ts';

export const Role = z.enum(roles);
export type Role = z.infer<typeof Role>;

const UserName = z
  .string()
  .regex(
    /^[\p{L}\p{N}][\p{L}\p{N}._@+-]{0,63}$/u,
    'begins with a letter or digit, and has 64 of a-z 0-9 . _ @ + - at most',
  );
export const Password = z
  .string()
  .min(12, 'needs 12 characters at least')
  .max(512, 'has 512 characters at most');

const Person = z.strictObject({
  name: z.string(),
  role: Role,
  createdMs: z.number(),
  provider: z
    .string()
    .nullable()
    .describe('The issuer of the OpenID provider that vouches for them; null for who has a password here.'),
  isRoleOfProvider: z.boolean().describe('The provider says their role, each time that they sign in.'),
});

export const SessionState = z.strictObject({
  setup: z
    .boolean()
    .describe('True while nobody is set up: the link of the first run makes an administrator.'),
  you: z
    .strictObject({
      name: z.string(),
      role: Role.nullable(),
      scopes: z.array(z.enum(scopes)),
      hasPassword: z.boolean().describe('False for tokens, and for who signs in by the provider.'),
    })
    .nullable()
    .describe('Null for whoever is not signed in.'),
  csrf: z.string().nullable().describe('Sent back as x-lanner-csrf with each change that a session makes.'),
  provider: z
    .strictObject({
      title: z.string(),
      start: z
        .string()
        .describe('Where a browser goes to sign in; with `to`, the place on the page to come back to.'),
    })
    .nullable()
    .describe('An OpenID provider by which people can sign in.'),
});
export type SessionState = z.infer<typeof SessionState>;

export const accessRoutes = {
  sessionState: defineRoute({
    method: 'get',
    path: '/api/v1/session',
    summary: 'Who is signed in here.',
    scope: null,
    query: Nothing,
    body: Nothing,
    result: SessionState,
  }),
  signIn: defineRoute({
    method: 'post',
    path: '/api/v1/session',
    summary:
      'Signs in with name and password; the session is a cookie. 401: they are wrong; 429: too many tries.',
    scope: null,
    query: Nothing,
    body: z.strictObject({ name: z.string().max(200), password: z.string().max(1000) }),
    result: SessionState,
  }),
  signOut: defineRoute({
    method: 'delete',
    path: '/api/v1/session',
    summary: 'Ends the session of whoever asks.',
    scope: 'view',
    audit: 'session.end',
    query: Nothing,
    body: Nothing,
    result: z.strictObject({
      ok: z.literal(true),
      goTo: z
        .string()
        .nullable()
        .describe('Where the browser ends its session with the provider, if it should.'),
    }),
  }),
  setUp: defineRoute({
    method: 'post',
    path: '/api/v1/setup',
    summary: 'Makes the first administrator, by the link that the server printed, and signs in.',
    scope: null,
    query: Nothing,
    body: z.strictObject({ secret: z.string().max(200), name: UserName, password: Password }),
    result: SessionState,
  }),
  changePassword: defineRoute({
    method: 'put',
    path: '/api/v1/session/password',
    summary: 'Changes the own password, and ends all other sessions.',
    scope: 'view',
    audit: 'password.change',
    secrets: ['current', 'next'],
    query: Nothing,
    body: z.strictObject({ current: z.string().max(1000), next: Password }),
    result: Done,
  }),
  listUsers: defineRoute({
    method: 'get',
    path: '/api/v1/users',
    summary: 'People and their roles.',
    scope: 'admin',
    query: Nothing,
    body: Nothing,
    result: z.strictObject({ users: z.array(Person) }),
  }),
  createUser: defineRoute({
    method: 'post',
    path: '/api/v1/users',
    summary: 'Adds somebody.',
    scope: 'admin',
    audit: 'user.create',
    secrets: ['password'],
    query: Nothing,
    body: z.strictObject({ name: UserName, role: Role, password: Password }),
    result: Person,
  }),
  changeUser: defineRoute({
    method: 'put',
    path: '/api/v1/users/:name',
    summary: 'Gives somebody another role or password. A new password ends their sessions.',
    scope: 'admin',
    audit: 'user.change',
    secrets: ['password'],
    query: Nothing,
    body: z.strictObject({ role: Role.optional(), password: Password.optional() }),
    result: Person,
  }),
  removeUser: defineRoute({
    method: 'delete',
    path: '/api/v1/users/:name',
    summary: 'Removes somebody, and ends their sessions.',
    scope: 'admin',
    audit: 'user.remove',
    query: Nothing,
    body: Nothing,
    result: Done,
  }),
};
