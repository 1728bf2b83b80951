/**
 * The first value of a parameter in the query of a URI. Null when the parameter is not there, and also when something
 * in the URI is not well-formed: then Falco does not look at the query at all.
 * Texts are byte strings.
 */
export function queryParameter(uri: string, name: string): string | null {
  const query = queryOf(uri);
  if (query === null) {
    return null;
  }
  let found: string | null = null;
  for (const part of query.split('&')) {
    const equals = part.indexOf('=');
    const key = unescapePercent(equals < 0 ? part : part.slice(0, equals), true);
    const value = equals < 0 ? '' : unescapePercent(part.slice(equals + 1), true);
    // A semicolon once separated parameters; readers that differ about it can be played off against each other.
    if (key === null || value === null || part.includes(';')) {
      return null;
    }
    if (found === null && part !== '' && key === name) {
      found = value;
    }
  }
  return found;
}

// The query of a URI, '' when it has none; null when the URI is not well-formed.
function queryOf(uri: string): string | null {
  // eslint-disable-next-line no-control-regex -- these characters are what makes the URI invalid
  if (/[\0-\x1f\x7f]/.test(uri)) {
    return null;
  }
  const [whole = '', fragment] = splitOnce(uri, '#');
  const [path = '', query = ''] = splitOnce(whole, '?');
  if (unescapePercent(fragment ?? '', false) === null) {
    return null;
  }
  const [, scheme, rest = ''] = /^(?:([A-Za-z][A-Za-z0-9+.-]*):)?(.*)$/.exec(path) ?? [];
  if (scheme !== undefined && !rest.startsWith('/')) {
    return query;
  }
  // Without a scheme, a colon in the first part of a relative path would look like one.
  if (/^[^/]*:/.test(rest) || unescapePercent(rest, false) === null) {
    return null;
  }
  return query;
}

function splitOnce(text: string, separator: string): string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function unescapePercent(text: string, plusIsSpace: boolean): string | null {
  const spaced = plusIsSpace ? text.replaceAll('+', ' ') : text;
  if (/%(?![0-9a-fA-F]{2})/.test(spaced)) {
    return null;
  }
  return spaced.replace(/%(..)/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));
}
