import type { SignInProblem } from '@lanner/api';
import { AppError } from '@lanner/core';
import { redactor } from '../lib/redact.ts';

/** Somebody was not signed in. */
export class Refusal extends AppError {
  readonly why: SignInProblem;

  /** The reason is for the log: it must hold no secret. */
  constructor(why: SignInProblem, reason: string, cause?: unknown) {
    super('access.provider', reason, { cause, hint: hints[why] });
    this.why = why;
  }
}

const hints: Readonly<Partial<Record<SignInProblem, string>>> = {
  unreachable:
    'Check oidc.issuer, the network, and whether the certificate is known here (NODE_EXTRA_CA_CERTS).',
  client: 'Check oidc.clientid, the client secret, oidc.clientauth, and what the provider has registered.',
  clock:
    'Set the clocks of this machine and of the provider; oidc.clockskewseconds says what may be between them.',
  answer: 'Check that oidc.issuer is the provider that the client is registered with.',
};

/** What the provider, the network or the library has said, as a refusal. Gives null for a mistake of the program. */
export function refusalOf(error: unknown, secrets: readonly string[]): Refusal | null {
  for (let each = error; each instanceof Error; each = each.cause) {
    if (each instanceof Refusal) {
      return each;
    }
  }
  const why = whyOf(error);
  return why === null ? null : new Refusal(why, redactor(secrets)(reasonOf(error)), error);
}

const clientErrors: ReadonlySet<unknown> = new Set([
  'invalid_client',
  'unauthorized_client',
  'invalid_redirect_uri',
]);

function whyOf(error: unknown): SignInProblem | null {
  if (!(error instanceof Error)) {
    return null;
  }
  const { code, error: said } = error as { code?: unknown; error?: unknown };
  switch (code) {
    case 'OAUTH_TIMEOUT':
    case 'OAUTH_ABORT':
      return 'unreachable';
    case 'OAUTH_JWT_TIMESTAMP_CHECK_FAILED':
      return 'clock';
    case 'OAUTH_AUTHORIZATION_RESPONSE_ERROR':
      return clientErrors.has(said) ? 'client' : 'denied';
    // A 401 of the token endpoint.
    case 'OAUTH_WWW_AUTHENTICATE_CHALLENGE':
      return 'client';
    case 'OAUTH_RESPONSE_BODY_ERROR':
      if (clientErrors.has(said)) {
        return 'client';
      }
      return said === 'invalid_grant' ? 'over' : 'answer';
    default:
      return typeof code === 'string' && code.startsWith('OAUTH_') ? 'answer' : whyOfNetwork(error);
  }
}

// fetch says only that it failed; what the network said is its cause.
function whyOfNetwork(error: Error): SignInProblem | null {
  const { cause } = error;
  const isOfNetwork =
    error.name === 'TimeoutError' ||
    error.message === 'fetch failed' ||
    (cause instanceof Error && cause.message === 'fetch failed');
  return isOfNetwork ? 'unreachable' : null;
}

/** Messages only: causes hold tokens and claims. */
function reasonOf(error: unknown): string {
  if ((error as { code?: unknown }).code === 'OAUTH_WWW_AUTHENTICATE_CHALLENGE') {
    return 'the provider accepts neither this client nor its secret (401)';
  }
  const parts: string[] = [];
  for (let each = error; each instanceof Error && parts.length < 4; each = each.cause) {
    const { error: said, error_description: description } = each as {
      error?: unknown;
      error_description?: unknown;
    };
    parts.push(
      [each.message, said, description].filter((part) => typeof part === 'string' && part !== '').join(' · '),
    );
  }
  return [...new Set(parts)].join(': ');
}
