import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Provider } from 'oidc-provider';

export interface OidcServerOptions {
  readonly clientSecret?: string;
  readonly algorithm?: 'RS256' | 'PS256' | 'ES256';
  readonly clientAuth?: 'client_secret_basic' | 'client_secret_post' | 'none';
  /** Whether the ID token has all claims; a strict provider tells them by userinfo only. */
  readonly claimsInToken?: boolean;
}

/** A real OpenID provider on loopback, with one client and people without passwords. */
export interface OidcServer {
  readonly issuer: string;
  readonly clientId: string;
  /** What it says of people, by their subject. */
  readonly people: Map<string, Readonly<Record<string, unknown>>>;
  /** Where its client may be sent back to; before that, everything is answered with 503. */
  readonly register: (redirectUri: string, page: string) => void;
  /** What it signs with, and the key's name. */
  readonly key: KeyObject;
  readonly keyId: string;
  readonly close: () => Promise<void>;
}

const clientId = 'lanner';
const keyId = 'k1';

export async function openOidcServer(options: OidcServerOptions = {}): Promise<OidcServer> {
  const people = new Map<string, Readonly<Record<string, unknown>>>();
  const { algorithm = 'RS256' } = options;
  const { privateKey } =
    algorithm === 'ES256'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('rsa', { modulusLength: 2048 });
  let handle: ((request: IncomingMessage, response: ServerResponse) => Promise<void>) | null = null;
  const server = createServer((request, response) => {
    if (handle === null) {
      response.writeHead(503).end();
    } else {
      void handle(request, response);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  // Loaded where it is used: no other test waits for it.
  const { Provider: OidcProvider } = await import('oidc-provider');
  const { default: MemoryAdapter } = await import('oidc-provider/lib/adapters/memory_adapter.js');
  return {
    issuer,
    clientId,
    people,
    key: privateKey,
    keyId,
    register(redirectUri, page) {
      const client = clientOf(options, redirectUri, page);
      const jwk = { ...privateKey.export({ format: 'jwk' }), kid: keyId, alg: algorithm, use: 'sig' };
      const provider: Provider = new OidcProvider(issuer, {
        ...configurationOf(people, options.claimsInToken ?? true),
        clients: [client],
        // As it is, it warns of being for tests only.
        adapter: class extends MemoryAdapter {},
        jwks: { keys: [jwk] },
        loadExistingGrant: (context: GrantContext) => grantAll(provider, context),
      });
      handle = handlerOf(provider);
    },
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => {
          resolve();
        });
      }),
  };
}

interface GrantContext {
  readonly oidc: {
    readonly session: { readonly accountId: string };
    readonly client: { readonly clientId: string };
  };
}

function clientOf(
  {
    clientSecret = 'not so secret',
    clientAuth = 'client_secret_basic',
    algorithm = 'RS256',
  }: OidcServerOptions,
  redirectUri: string,
  page: string,
): Record<string, unknown> {
  return {
    client_id: clientId,
    ...(clientAuth === 'none' ? {} : { client_secret: clientSecret }),
    token_endpoint_auth_method: clientAuth,
    redirect_uris: [redirectUri],
    post_logout_redirect_uris: [`${page}/`],
    response_types: ['code'],
    grant_types: ['authorization_code'],
    id_token_signed_response_alg: algorithm,
  };
}

function configurationOf(people: OidcServer['people'], claimsInToken: boolean): Record<string, unknown> {
  return {
    cookies: { keys: ['a key for tests'] },
    conformIdTokenClaims: !claimsInToken,
    scopes: ['openid', 'profile', 'email', 'groups'],
    claims: { profile: ['preferred_username', 'realm_access'], email: ['email'], groups: ['groups'] },
    enabledJWA: { idTokenSigningAlgValues: ['RS256', 'PS256', 'ES256'] },
    features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: true, logoutSource } },
    interactions: { url: (_: unknown, { uid }: { uid: string }) => `/sign-in/${uid}` },
    findAccount: (_: unknown, id: string) => ({
      accountId: id,
      claims: () => ({ sub: id, ...people.get(id) }),
    }),
    ttl: {
      AccessToken: 600,
      AuthorizationCode: 60,
      Grant: 600,
      IdToken: 600,
      Interaction: 600,
      Session: 600,
    },
  };
}

function logoutSource(context: { body: string }, form: string): void {
  context.body = `<!doctype html><title>Provider</title><h1>Sign out?</h1>${form}<button form="op.logoutForm" name="logout" value="yes">Yes</button>`;
}

// Everybody has agreed to everything: nobody is asked a second time.
async function grantAll(provider: Provider, { oidc: { session, client } }: GrantContext): Promise<object> {
  const grant = new provider.Grant({ accountId: session.accountId, clientId: client.clientId });
  grant.addOIDCScope('openid profile email groups');
  await grant.save();
  return grant;
}

function handlerOf(
  provider: Provider,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const rest = provider.callback();
  return async (request, response) => {
    if (!(request.url ?? '').startsWith('/sign-in/')) {
      rest(request, response);
    } else if (request.method === 'POST') {
      const name = new URLSearchParams(await textOf(request)).get('name') ?? '';
      const result = name === '' ? { error: 'access_denied' } : { login: { accountId: name } };
      await provider.interactionFinished(request, response, result);
    } else {
      response.setHeader('content-type', 'text/html; charset=utf-8');
      response.end(
        '<!doctype html><title>Provider</title><h1>Who are you?</h1><form method="post">' +
          '<label>Name <input name="name"></label><button>Continue</button></form>',
      );
    }
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
  }
  return text;
}
