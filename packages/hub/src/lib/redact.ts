import { percentDecoded } from '@lanner/core';

const longestQuote = 300;

/**
 * Makes texts of others fit for errors and logs: one line, not longer than 300 characters, without control characters
 * and without any of the secrets, as they stand or in the forms they have in addresses and Basic credentials.
 */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const forms = new Set(secrets.filter((secret) => secret.length >= 3).flatMap(formsOf));
  // The longest first, so that no piece of one is left over where another is part of it.
  const ordered = [...forms].sort((a, b) => b.length - a.length);
  return (text) => {
    let clean = text.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
    for (const form of ordered) {
      clean = clean.replaceAll(form, '***');
    }
    return clean.length > longestQuote ? `${clean.slice(0, longestQuote)}…` : clean;
  };
}

/** What is secret in an address: credentials, values of the query, and parts of the path that are long enough for a token. */
export function urlSecrets(url: URL): string[] {
  return [
    percentDecoded(url.username),
    percentDecoded(url.password),
    ...url.searchParams.values(),
    ...url.pathname
      .split('/')
      .filter((part) => part.length >= 8)
      .map(percentDecoded),
  ].filter((part) => part !== '');
}

function formsOf(secret: string): string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  return [secret, encodeURIComponent(secret), encodeURI(secret), json];
}
