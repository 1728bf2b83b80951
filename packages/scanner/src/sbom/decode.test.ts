import { AppError } from '@lanner/core';
import { describe, expect, test } from 'vitest';
import type { Bom } from '../model/index.ts';
import { BomBuilder } from './bom-builder.ts';
import { decodeBom } from './decode.ts';
import { encodeReport } from './encode.ts';
import { readSbom } from './read.ts';
import { writeReport } from '../report/write.ts';
import { fixedOptions, sampleReport } from '../testkit/report.ts';

interface Part {
  readonly name: string;
  readonly purl: string;
  readonly license?: string;
}

const busybox = {
  name: 'busybox',
  purl: 'pkg:apk/wolfi/busybox@1.37.0-r42?arch=aarch64',
  license: 'GPL-2.0-only',
};
const orphan = { name: 'orphan', purl: 'pkg:apk/wolfi/orphan@1.0.0?arch=aarch64' };
const rpm = { name: 'rpm-package', purl: 'pkg:rpm/redhat/rpm-package@2.0.0' };

/** A bill with an operating system (or none), packages that it contains and packages that nothing contains. */
function bill(os: string | null, contained: readonly Part[], loose: readonly Part[]): Bom {
  let count = 0;
  const builder = new BomBuilder(() => String(++count));
  const add = ({ name, purl, license }: Part): string =>
    builder.add({
      type: 'library',
      name,
      identifier: { purl },
      ...(license === undefined ? {} : { licenses: [license] }),
    });
  const osId = os === null ? null : builder.add({ type: 'operating_system', name: os, version: '20230201' });
  for (const part of contained) {
    builder.relate(osId ?? '', add(part), 'contains');
  }
  loose.forEach(add);
  return builder.build();
}

describe('packages of the operating system', () => {
  test('are those that it contains', () => {
    const { metadata, packageLists } = decodeBom(bill('wolfi', [busybox], []));
    expect(metadata.os).toEqual({ family: 'wolfi', name: '20230201' });
    expect(packageLists).toEqual([
      {
        filePath: '',
        packages: [
          {
            id: 'busybox@1.37.0-r42',
            name: 'busybox',
            version: '1.37.0-r42',
            arch: 'aarch64',
            srcName: 'busybox',
            srcVersion: '1.37.0-r42',
            licenses: ['GPL-2.0-only'],
            identifier: { purl: busybox.purl },
          },
        ],
      },
    ]);
  });

  test('and those that nothing contains, without an operating system too', () => {
    for (const os of ['wolfi', null]) {
      const bom = os === null ? bill(null, [], [busybox, orphan]) : bill(os, [busybox], [orphan]);
      const [list] = decodeBom(bom).packageLists;
      expect(list?.packages.map(({ name }) => name)).toEqual(['busybox', 'orphan']);
    }
  });

  test('of two kinds are refused', () => {
    expect(() => decodeBom(bill(null, [], [busybox, rpm]))).toThrow(AppError);
  });

  test('are none in an empty bill', () => {
    expect(decodeBom(bill(null, [], []))).toMatchObject({ metadata: {}, packageLists: [], applications: [] });
  });
});

test('a dependency circle ends', () => {
  const builder = new BomBuilder(() => '');
  builder.add({
    id: 'app',
    type: 'application',
    name: 'x.lock',
    properties: [{ name: 'Type', value: 'npm' }],
  });
  builder.add({ id: 'a', type: 'library', name: 'a', identifier: { purl: 'pkg:npm/a@1' } });
  builder.add({ id: 'b', type: 'library', name: 'b', identifier: { purl: 'pkg:npm/b@1' } });
  builder.relate('app', 'a', 'contains');
  builder.relate('a', 'b', 'depends_on');
  builder.relate('b', 'a', 'depends_on');
  const { applications } = decodeBom(builder.build());
  expect(applications).toHaveLength(1);
  expect(applications[0]?.packages.map(({ id, dependsOn }) => [id, dependsOn])).toEqual([
    ['a@1', ['b@1']],
    ['b@1', ['a@1']],
  ]);
});

test('a bill that was scanned stays as it is when it is encoded', () => {
  const scanned = bill('wolfi', [busybox], [orphan]);
  const { bom } = encodeReport(
    {
      version: '1',
      createdAt: new Date(0),
      artifactName: 'x.cdx.json',
      artifactType: 'cyclonedx',
      metadata: {},
      results: [],
      bom: scanned,
    },
    () => 'new',
  );
  expect([...bom.components.keys()]).toEqual([...scanned.components.keys()]);
  expect(bom.relationships).toEqual(scanned.relationships);
});

test('what a bill does not say of dependencies, one that is made of it does not say either', () => {
  const component = (name: string): object => ({
    type: 'library',
    name,
    purl: `pkg:npm/${name}@1`,
    'bom-ref': name,
  });
  const document = {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    metadata: { component: { type: 'application', name: 'app', 'bom-ref': 'app' } },
    components: [component('leaf'), component('unknown'), component('user')],
    dependencies: [
      { ref: 'leaf', dependsOn: [] },
      { ref: 'user', dependsOn: ['leaf'] },
    ],
  };
  const { bom, artifactType } = readSbom(Buffer.from(JSON.stringify(document)));
  const report = { ...sampleReport, artifactType, bom, results: [] };
  const written = JSON.parse([...writeReport('cyclonedx', report, fixedOptions())].join('')) as {
    dependencies: unknown;
  };
  expect(written.dependencies).toEqual([{ ref: 'app', dependsOn: [] }, ...document.dependencies]);
});
