/** Whole numbers from 0 up to a bound, the bound excluded; the same seed gives the same numbers. */
export type Random = (bound: number) => number;

/** A linear congruential generator with the constants of Numerical Recipes. */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return (bound) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * bound);
  };
}

/** A byte string like an audit log: events in all the forms that are read, some of them damaged. */
export function makeInput(random: Random): string {
  const lines = Array.from({ length: random(8) }, () => makeDocument(random));
  const text = lines.join(pick(random, ['\n', '\n', '\n', '\r\n', '\n\n', ' ', '']));
  const start = random(20) === 0 ? '\xef\xbb\xbf' : '';
  return start + damage(random, text) + pick(random, ['', '\n']);
}

function makeDocument(random: Random): string {
  const value = makeValue(random, 0);
  const text = JSON.stringify(value, null, pick(random, [0, 0, 0, 1, '\t']));
  return random(6) === 0 ? text.replaceAll(/^[ \t]+/gm, '') : text;
}

function makeValue(random: Random, depth: number): unknown {
  switch (random(depth > 2 ? 3 : 8)) {
    case 0:
    case 1:
      return makeEvent(random);
    case 2:
      return pick<unknown>(random, [
        null,
        true,
        0,
        -1.5e300,
        '',
        'text',
        {},
        [],
        { kind: 'EventList', items: 5 },
      ]);
    case 3:
      return Array.from({ length: random(5) }, () => makeValue(random, depth + 1));
    case 4:
      return { items: Array.from({ length: random(4) }, () => makeEvent(random)), kind: 'EventList' };
    case 5:
      return nested(random(random(10) === 0 ? 400 : 5));
    default:
      return {
        kind: 'EventList',
        items: Array.from({ length: random(4) }, () => makeValue(random, depth + 2)),
      };
  }
}

function makeEvent(random: Random): unknown {
  return {
    kind: random(4) === 0 ? pick(random, ['EventList', 'Pod', 5, undefined]) : 'Event',
    auditID: pick(random, ['id', undefined]),
    verb: pick(random, ['create', 'g\u0000et', 'é"\\\n\u2028', '{"', 'x'.repeat(random(2) * random(20_000))]),
    stageTimestamp:
      random(3) > 0
        ? '2024-05-01T12:00:00Z'
        : pick(random, [
            '2024-05-01T12:00:00.123456789Z',
            '2024-02-30T12:00:00Z',
            '2024-05-01T25:00:00Z',
            '1969-12-31T23:59:59Z',
            '2024-05-01T12:00:00.5+01:30',
            '0070-01-01T00:00:00Z',
            'yesterday',
            7,
            undefined,
          ]),
    requestObject: pick(random, [
      undefined,
      { spec: { containers: [{ image: 'a:b' }] } },
      nested(random(10)),
    ]),
  };
}

function nested(depth: number): unknown {
  let value: unknown = 1;
  for (let i = 0; i < depth; i++) {
    value = i % 2 === 0 ? [value] : { a: value };
  }
  return value;
}

const pieces = [
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"',
  '\\',
  '\n',
  '\r',
  '\0',
  ' ',
  'null',
  'nan',
  '-',
  '1e5',
  '\\u00',
  '\xff',
];

function damage(random: Random, text: string): string {
  let damaged = text;
  for (let i = random(2) * random(4); i > 0; i--) {
    const at = random(damaged.length + 1);
    const end = at + pick(random, [0, 1, 1, random(damaged.length + 1)]);
    const middle = pick(random, ['', pick(random, pieces), damaged.slice(at, at + random(300))]);
    damaged = damaged.slice(0, at) + middle + damaged.slice(end);
  }
  // Non-ASCII characters of the documents become bytes here.
  return damaged.replace(/[^\0-\xff]/g, '\xe2\x80\xa8');
}

function pick<T>(random: Random, choices: readonly T[]): T {
  // The index is below the length.
  return choices[random(choices.length)] as T;
}
