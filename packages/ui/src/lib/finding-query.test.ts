import { apiRoutes } from '@lanner/api/http';
import { expect, test } from 'vitest';
import { filePlace, findingQuery, groupingOf, groupings, keyOf, keyText } from './finding-query.ts';

test('of an address, what is about findings is asked for', () => {
  const address =
    'severity=HIGH&severity=LOW&package=a%2Cb&min_epss=0.5&as_of=7d&sel=x&by=id&q=&colour=red&change=new';
  const asked = findingQuery(new URLSearchParams(address), 'vulnerability,update');
  expect(asked.toString()).toBe(
    'severity=HIGH&severity=LOW&package=a%2Cb&min_epss=0.5&as_of=7d&change=new&kind=vulnerability%2Cupdate',
  );
  const values = Object.fromEntries([...asked.keys()].map((name) => [name, asked.getAll(name)]));
  const single = Object.fromEntries(
    Object.entries(values).map(([name, list]) => [name, list.length === 1 ? list[0] : list]),
  );
  expect(apiRoutes.lookAtFindings.query.safeParse(single).error).toBeUndefined();
});

test('groupings are those of the API, and one by one otherwise', () => {
  const of = (text: string): string => groupingOf(new URLSearchParams(text));
  expect([of('by=package'), of('by=colour'), of('by=constructor'), of('')]).toEqual(['package', '', '', '']);
  for (const by of Object.keys(groupings.vulnerability).filter((each) => each !== '')) {
    expect(apiRoutes.lookAtFindings.query.safeParse({ by }).success, by).toBe(true);
  }
});

test('a finding that is looked at comes back from its text, whatever is in it', () => {
  const key = { kind: 'secret', id: '"]\n', artifact: 'sha256:a', package: 'a,b#c&d' };
  expect(keyOf(keyText(key))).toEqual(key);
  expect(['', '[]', '[1,2,3,4]', '{}', '["a"', 'null'].map(keyOf)).toEqual(Array(6).fill(null));
});

test('a secret lies in a file, at a line', () => {
  expect(['etc/a.conf:12', '/srv/a:b:7', 'a.pem', ':3', 'a\nb:1'].map(filePlace)).toEqual([
    { file: 'etc/a.conf', line: 12 },
    { file: '/srv/a:b', line: 7 },
    { file: 'a.pem', line: 0 },
    { file: '', line: 3 },
    { file: 'a\nb', line: 1 },
  ]);
});
