import { type Role, roles } from '@lanner/api';
import { AppError } from '@lanner/core';
import type { SidekickConfig } from '../sidekick-config/sidekick-config.ts';

/** How people sign in by an OpenID provider. */
export interface OidcSettings {
  readonly issuer: URL;
  /** What the button is called. */
  readonly title: string;
  readonly clientId: string;
  /** Null for a public client, which has PKCE alone. */
  readonly clientSecret: string | null;
  /** How the secret is handed over; null: as the provider says. */
  readonly clientAuth: 'basic' | 'post' | null;
  readonly scopes: readonly string[];
  readonly nameClaim: string;
  readonly roles: RoleMapping;
  /** Where browsers reach the page; null: where they say that they reach it. */
  readonly pageOrigin: string | null;
  readonly clockSkewSeconds: number;
  /** Signing out ends the session with the provider, too. */
  readonly logout: boolean;
}

/** Which values of a claim make which role. */
export interface RoleMapping {
  /** Its name; with dots where it lies in others. Null: everybody begins with the default. */
  readonly claim: string | null;
  readonly values: Readonly<Record<Role, readonly string[]>>;
  /** For whoever has none of the values; null: they are refused. */
  readonly fallback: Role | null;
}

const mostSkewSeconds = 300;

/** Null where nothing of it is configured. Throws AppError 'config.invalid' for what cannot work. */
export function readOidcSettings(
  config: SidekickConfig,
  readText: (path: string) => string,
): OidcSettings | null {
  const text = (key: string): string => config.text(`oidc.${key}`).trim();
  if (text('issuer') === '' && text('clientid') === '') {
    return null;
  }
  const issuer = addressOf('oidc.issuer', text('issuer'));
  const pageUrl = text('pageurl');
  return {
    issuer,
    title: text('title') || issuer.host,
    clientId:
      text('clientid') ||
      missing('oidc.clientid', 'The provider names it when the page is registered there.'),
    clientSecret: secretOf(text('clientsecret'), text('clientsecretfile'), readText),
    clientAuth: clientAuthOf(text('clientauth')),
    scopes: [...new Set(['openid', ...config.list('oidc.scopes')])],
    nameClaim: text('nameclaim') || 'sub',
    roles: mappingOf(config, text('roleclaim'), text('defaultrole')),
    pageOrigin: pageUrl === '' ? null : originOf(pageUrl),
    clockSkewSeconds: skewOf(config.number('oidc.clockskewseconds')),
    logout: config.flag('oidc.logout'),
  };
}

function addressOf(key: string, text: string): URL {
  if (text === '') {
    return missing(
      key,
      'It is the address that the provider calls its issuer, such as https://login.example.org.',
    );
  }
  if (!URL.canParse(text)) {
    throw invalid(key, `${text} is no address`, 'Write it like https://login.example.org.');
  }
  const url = new URL(text);
  const isSafe = url.protocol === 'https:' || (url.protocol === 'http:' && isLoopbackHost(url.hostname));
  if (!isSafe || url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '') {
    throw invalid(
      key,
      `${url.origin}${url.pathname} cannot be used`,
      'It needs https, on loopback http will do, and no login, question mark or hash.',
    );
  }
  return url;
}

function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

function originOf(text: string): string {
  const url = addressOf('oidc.pageurl', text);
  if (url.pathname !== '/') {
    throw invalid(
      'oidc.pageurl',
      `${text} has a path`,
      'The page stands at the top of its host: leave the path out.',
    );
  }
  return url.origin;
}

function secretOf(text: string, file: string, readText: (path: string) => string): string | null {
  if (text !== '' && file !== '') {
    throw invalid('oidc.clientsecret', 'stands beside oidc.clientsecretfile', 'Keep one of them.');
  }
  if (file === '') {
    return text === '' ? null : text;
  }
  const secret = readText(file).trim();
  return secret === ''
    ? missing(`oidc.clientsecretfile: what ${file} holds`, 'Write the secret into it.')
    : secret;
}

function clientAuthOf(text: string): OidcSettings['clientAuth'] {
  if (text !== '' && text !== 'basic' && text !== 'post') {
    throw invalid(
      'oidc.clientauth',
      `${text} is neither basic nor post`,
      'Leave it out to do as the provider says.',
    );
  }
  return text === '' ? null : text;
}

function mappingOf(config: SidekickConfig, claim: string, fallback: string): RoleMapping {
  const values = {
    view: config.list('oidc.roles.view'),
    triage: config.list('oidc.roles.triage'),
    admin: config.list('oidc.roles.admin'),
  };
  const isMapped = Object.values(values).some((list) => list.length > 0);
  if (fallback !== '' && !roles.some((role) => role === fallback)) {
    throw invalid('oidc.defaultrole', `${fallback} is no role`, `There are ${roles.join(', ')}.`);
  }
  if (isMapped && claim === '') {
    missing('oidc.roleclaim', 'It names the claim that oidc.roles is about, such as groups.');
  }
  if (fallback === '' && !isMapped) {
    throw invalid(
      'oidc.roles',
      'gives nobody a role, and there is no oidc.defaultrole',
      'Set oidc.roleclaim and oidc.roles.view, .triage or .admin, or oidc.defaultrole.',
    );
  }
  return {
    claim: isMapped ? claim : null,
    values,
    // It is one of the roles, or empty.
    fallback: fallback === '' ? null : (fallback as Role),
  };
}

function skewOf(seconds: number): number {
  if (!(seconds >= 0 && seconds <= mostSkewSeconds)) {
    throw invalid(
      'oidc.clockskewseconds',
      `${seconds} is out of range`,
      `It goes from 0 to ${mostSkewSeconds}.`,
    );
  }
  return seconds;
}

function missing(key: string, hint: string): never {
  throw invalid(key, 'is missing', hint);
}

function invalid(key: string, message: string, hint: string): AppError {
  return new AppError('config.invalid', `${key}: ${message}`, { hint });
}
