import { type Role, roles } from '@lanner/api';
import type { RoleMapping } from './settings.ts';

export type Claims = Readonly<Record<string, unknown>>;

/** A claim by its name; with dots in it where it lies in others, such as `realm_access.roles`. */
export function claimOf(claims: Claims, name: string): unknown {
  if (Object.hasOwn(claims, name)) {
    return claims[name];
  }
  let value: unknown = claims;
  for (const part of name.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) {
      return undefined;
    }
    value = (value as Claims)[part];
  }
  return value;
}

/** The highest role that the values of the claim make; else the default one; null: the person is refused. */
export function roleOf(claims: Claims, { claim, values, fallback }: RoleMapping): Role | null {
  if (claim === null) {
    return fallback;
  }
  const own = new Set(valuesOf(claimOf(claims, claim)));
  return roles.toReversed().find((role) => values[role].some((value) => own.has(value))) ?? fallback;
}

/** A claim with several values as texts; a single one counts as one. */
export function valuesOf(claim: unknown): string[] {
  return (Array.isArray(claim) ? claim : [claim]).filter((value) => typeof value === 'string');
}

/**
 * Names for somebody, the best first: what the claim says, else the mail address, else the subject; each also with the
 * provider's name, for the case that somebody here is called the same.
 */
export function namesOf(claims: Claims, nameClaim: string, provider: string): string[] {
  const given = [claimOf(claims, nameClaim), claims['email'], claims['sub']];
  const clean = given.flatMap((value) => (typeof value === 'string' ? [cleanName(value)] : []));
  const [first = ''] = clean.filter((name) => name !== '');
  return first === '' ? [] : [first, cleanName(`${first.slice(0, 63 - provider.length)}@${provider}`)];
}

/** Only what a name may hold; people see it in the audit log and beside what they do. */
function cleanName(text: string): string {
  return text
    .normalize('NFC')
    .replaceAll(/[^\p{L}\p{N}._@+-]+/gu, '-')
    .replace(/^[^\p{L}\p{N}]+/u, '')
    .slice(0, 64);
}
