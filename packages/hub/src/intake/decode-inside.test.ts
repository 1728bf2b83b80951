import { joinInside, type NewAlert, splitInside } from '@lanner/api';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeInside } from './decode-inside.ts';
import { MatchedSampling } from './matched-sampling.ts';

test('what an alert has inside is read, with big numbers as they are', () => {
  const text =
    '{"facts":{"fd.name":"/a","proc.pid":7,"evt.rawtime":1795719160104123457,"fd.num":null,"proc.aname":["sh","init"],"odd":{"x":1}},' +
    '"lineage":[{"name":"sh","exe":"/bin/sh","args":"-c x","pid":7,"startTimeNs":"1795719160104123457"},{"pid":"7"},5],' +
    '"matched":["fd.name = /a",7]}';
  expect(decodeInside(text)).toEqual({
    facts: {
      'fd.name': '/a',
      'proc.pid': 7,
      'evt.rawtime': 1795719160104123457n,
      'fd.num': null,
      'proc.aname': ['sh', 'init'],
    },
    lineage: [
      { name: 'sh', exe: '/bin/sh', args: '-c x', pid: 7, startTimeNs: '1795719160104123457' },
      { name: '', exe: '', args: '', pid: -1, startTimeNs: '' },
    ],
    matched: ['fd.name = /a'],
  });
});

test('nothing is made of nonsense, of too much, or of nothing', () => {
  expect(decodeInside(null)).toEqual({});
  expect(decodeInside('{"facts":')).toEqual({});
  expect(decodeInside(`{"matched":["${'x'.repeat(70_000)}"]}`)).toEqual({});
  fc.assert(
    fc.property(fc.json(), (text) => {
      decodeInside(text);
    }),
  );
});

test('a line and what it has inside come apart as they were put together', () => {
  expect(splitInside(joinInside('{"a":1}', '{"facts":{}}'))).toEqual({
    line: '{"a":1}',
    inside: '{"facts":{}}',
  });
  expect(splitInside(joinInside('{"a":1}', undefined))).toEqual({ line: '{"a":1}', inside: null });
});

test('leaves are kept for the first alerts of a group, then for one in 64', () => {
  const sampling = new MatchedSampling();
  const thinned = (fingerprint: string): boolean =>
    // No other part is looked at.
    sampling.thin({ fingerprint, matched: ['x'] } as unknown as NewAlert).matched !== undefined;
  const kept = Array.from({ length: 130 }, () => thinned('a')).flatMap((isKept, i) =>
    isKept ? [i + 1] : [],
  );
  expect(kept).toEqual([1, 2, 3, 64, 128]);
  expect(thinned('b')).toBe(true);
});

test('groups that are forgotten begin anew, and no more than a bound are remembered', () => {
  const sampling = new MatchedSampling();
  const alert = (fingerprint: string): NewAlert => ({ fingerprint, matched: ['x'] }) as unknown as NewAlert;
  for (let i = 0; i < 4; i++) {
    sampling.thin(alert('old'));
  }
  expect(sampling.thin(alert('old')).matched).toBeUndefined();
  for (let i = 0; i < 20_000; i++) {
    sampling.thin(alert(String(i)));
  }
  expect(sampling.thin(alert('old')).matched).toEqual(['x']);
});
