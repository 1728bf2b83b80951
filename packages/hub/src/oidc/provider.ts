import type { Configuration, CustomFetch } from 'openid-client';
import type { Attempt } from './attempts.ts';
import { type Claims, claimOf } from './claims.ts';
import { Refusal, refusalOf } from './refusal.ts';
import type { OidcSettings } from './settings.ts';

export interface OidcEffects {
  readonly fetch: typeof fetch;
  readonly now: () => number;
}

const timeoutSeconds = 10;
const maxAnswerBytes = 2 ** 20;
/** So long is believed what the provider says of itself. */
const discoveryMs = 3_600_000;

/** One OpenID provider: what it says of itself, and the way of one sign-in. All methods throw Refusal. */
export class OidcProvider {
  readonly settings: OidcSettings;
  readonly #effects: OidcEffects;
  #known: { readonly configuration: Configuration; readonly atMs: number } | null = null;
  #asking: Promise<Configuration> | null = null;

  constructor(settings: OidcSettings, effects: OidcEffects) {
    this.settings = settings;
    this.#effects = effects;
  }

  /** Whether the provider answers as one; for the start, when nobody waits. */
  async check(): Promise<void> {
    await this.#told(() => this.#configuration());
  }

  /** Where a browser goes to sign in. */
  authorizationUrl(attempt: Attempt, state: string): Promise<URL> {
    return this.#told(async () => {
      const { buildAuthorizationUrl, calculatePKCECodeChallenge } = await import('openid-client');
      return buildAuthorizationUrl(await this.#configuration(), {
        redirect_uri: attempt.redirectUri,
        scope: this.settings.scopes.join(' '),
        state,
        nonce: attempt.nonce,
        code_challenge: await calculatePKCECodeChallenge(attempt.verifier),
        code_challenge_method: 'S256',
      });
    });
  }

  /**
   * What the provider says of whoever came back: the claims of its ID token, whose signature, issuer, audience, nonce
   * and times are right, and those of userinfo where the token lacks what is needed.
   */
  claims(search: string, attempt: Attempt, state: string): Promise<Claims> {
    return this.#told(async () => {
      const { authorizationCodeGrant, fetchUserInfo } = await import('openid-client');
      const configuration = await this.#configuration();
      const back = new URL(attempt.redirectUri);
      back.search = search;
      const tokens = await authorizationCodeGrant(configuration, back, {
        pkceCodeVerifier: attempt.verifier,
        expectedState: state,
        expectedNonce: attempt.nonce,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (claims === undefined) {
        throw new Refusal('answer', 'the provider gave no ID token');
      }
      this.#checkIssued(claims.iat);
      if (this.#needed().every((name) => claimOf(claims, name) !== undefined)) {
        return claims;
      }
      return configuration.serverMetadata().userinfo_endpoint === undefined
        ? claims
        : { ...(await fetchUserInfo(configuration, tokens.access_token, claims.sub)), ...claims };
    });
  }

  /** Where a browser ends its session with the provider; null when it has no such place. */
  endSessionUrl(backTo: string | null): Promise<URL | null> {
    return this.#told(async () => {
      const { buildEndSessionUrl } = await import('openid-client');
      const configuration = await this.#configuration();
      return configuration.serverMetadata().end_session_endpoint === undefined
        ? null
        : buildEndSessionUrl(
            configuration,
            backTo === null ? {} : { post_logout_redirect_uri: `${backTo}/` },
          );
    });
  }

  #needed(): string[] {
    const { nameClaim, roles } = this.settings;
    return [nameClaim, ...(roles.claim === null ? [] : [roles.claim])];
  }

  /** The library looks at the end of a token; one of the future means that the clocks differ. */
  #checkIssued(iat: number): void {
    const ahead = Math.round(iat - this.#effects.now() / 1000);
    if (ahead > this.settings.clockSkewSeconds) {
      throw new Refusal('clock', `the provider's token was made ${ahead} s in the future`);
    }
  }

  async #told<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const { clientSecret } = this.settings;
      throw refusalOf(error, clientSecret === null ? [] : [clientSecret]) ?? error;
    }
  }

  async #configuration(): Promise<Configuration> {
    const known = this.#known;
    if (known !== null && this.#effects.now() - known.atMs < discoveryMs) {
      return known.configuration;
    }
    this.#asking ??= this.#discover().finally(() => {
      this.#asking = null;
    });
    try {
      const configuration = await this.#asking;
      this.#known = { configuration, atMs: this.#effects.now() };
      return configuration;
    } catch (error) {
      if (known === null) {
        throw error;
      }
      // What was true an hour ago is better than nothing: keys are asked for anew all the same.
      return known.configuration;
    }
  }

  async #discover(): Promise<Configuration> {
    const client = await import('openid-client');
    const { issuer, clientId, clientSecret, clientAuth, clockSkewSeconds } = this.settings;
    return client.discovery(
      issuer,
      clientId,
      {
        [client.clockTolerance]: clockSkewSeconds,
        [client.clockSkew]: Math.round((this.#effects.now() - Date.now()) / 1000),
      },
      clientSecret === null
        ? client.None()
        : (server, ...rest) => {
            const taken = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
            const wanted = clientAuth ?? (taken.includes('client_secret_basic') ? 'basic' : 'post');
            const hand = wanted === 'basic' ? client.ClientSecretBasic : client.ClientSecretPost;
            hand(clientSecret)(server, ...rest);
          },
      {
        [client.customFetch]: boundedFetch(this.#effects.fetch),
        timeout: timeoutSeconds,
        execute: [
          // Without it, a signature that came over TLS is not looked at.
          client.enableNonRepudiationChecks,
          // For loopback only, as the settings have made sure; the library calls it deprecated so that it is noticed.
          // eslint-disable-next-line @typescript-eslint/no-deprecated
          ...(issuer.protocol === 'http:' ? [client.allowInsecureRequests] : []),
        ],
      },
    );
  }
}

/** The whole answer, when it is not longer than a mebibyte. */
function boundedFetch(fetchOf: typeof fetch): CustomFetch {
  return async (address, { body, ...options }) => {
    const sent = body as NonNullable<RequestInit['body']> | undefined;
    const answer = await fetchOf(address, { ...options, ...(sent === undefined ? {} : { body: sent }) });
    const chunks: Uint8Array[] = [];
    let length = 0;
    for await (const chunk of answer.body ?? []) {
      const bytes = chunk as Uint8Array;
      length += bytes.length;
      if (length > maxAnswerBytes) {
        throw new Refusal('answer', `the provider answers with more than ${maxAnswerBytes} bytes`);
      }
      chunks.push(bytes);
    }
    const { status, statusText, headers } = answer;
    // Some statuses may have no body, not even an empty one.
    return new Response(length === 0 ? null : Buffer.concat(chunks), { status, statusText, headers });
  };
}
