/**
 * The values of these fields in each stanza of a control file (`status`, `available`). Names are matched whatever
 * their case; of a value with continued lines, the lines are joined.
 */
export function* stanzas<K extends string>(text: string, fields: readonly K[]): Generator<Stanza<K>> {
  const wanted = new Map(fields.map((field) => [field.toLowerCase(), field]));
  let stanza: { [name in K]?: string } = {};
  let current: K | undefined;
  for (const line of text.split('\n')) {
    const first = line.charCodeAt(0);
    if (line === '' || line === '\r') {
      if (!isEmpty(stanza)) {
        yield stanza;
      }
      stanza = {};
      current = undefined;
    } else if (first === space || first === tab) {
      if (current !== undefined) {
        stanza[current] = `${stanza[current] ?? ''} ${line.trim()}`;
      }
    } else {
      const colon = line.indexOf(':');
      current = wanted.get(line.slice(0, Math.max(0, colon)).toLowerCase());
      if (current !== undefined) {
        stanza[current] = line.slice(colon + 1).trim();
      }
    }
  }
  if (!isEmpty(stanza)) {
    yield stanza;
  }
}

function isEmpty(stanza: object): boolean {
  return Object.keys(stanza).length === 0;
}

export type Stanza<K extends string> = { readonly [name in K]?: string };

const space = 0x20;
const tab = 0x09;
