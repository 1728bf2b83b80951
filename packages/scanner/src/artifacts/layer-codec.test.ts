import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Package } from '../model/index.ts';
import { AnalysisBuilder } from './analysis-builder.ts';
import type { LayerResult } from './layer-analyzer.ts';
import { packLayer, unpackLayer } from './layer-codec.ts';

function resultOf(packages: readonly Package[]): LayerResult {
  const packageLists = [
    { filePath: 'var/lib/dpkg/status', packages: packages.slice(0, 2) },
    { filePath: 'lib/apk/db/installed', packages: packages.slice(2) },
  ];
  const analysis = { ...new AnalysisBuilder().build(), packageLists };
  return { analysis, size: 1, files: 2, problems: [], problemCount: 0, complete: true };
}

test('what was packed comes back, whatever paths are like', () => {
  const name = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom('', '\0', 'ÿ', 'Ā'));
  const pkg: fc.Arbitrary<Package> = fc.record(
    { name, maintainer: name, installedFiles: fc.array(name) },
    { requiredKeys: ['name'] },
  );
  fc.assert(
    fc.property(fc.array(pkg, { maxLength: 6 }), (packages) => {
      expect(unpackLayer(packLayer(resultOf(packages)))).toEqual(resultOf(packages));
    }),
  );
});

test('damage is an error', () => {
  const { packed, unpackedBytes } = packLayer(resultOf([{ name: 'a', installedFiles: ['x'] }]));
  expect(() => unpackLayer({ packed, unpackedBytes: unpackedBytes + 1 })).not.toThrow();
  for (const [bytes, size] of [
    [packed, unpackedBytes - 1],
    [packed, 3],
    [packed, 2 ** 40],
    [packed.subarray(0, -1), unpackedBytes],
    [new Uint8Array(40), unpackedBytes],
  ] as const) {
    expect(() => unpackLayer({ packed: bytes, unpackedBytes: size })).toThrow();
  }
});

test('no changed byte gives another result', () => {
  const installedFiles = Array.from({ length: 200 }, (_, i) => `usr/share/doc/${(i * 7919) % 1000}/${i}`);
  const result = resultOf([{ name: 'a', version: '1.2.3', installedFiles }]);
  const { packed, unpackedBytes } = packLayer(result);
  for (let at = 0; at < packed.length; at++) {
    const changed = Uint8Array.from(packed, (byte, i) => (i === at ? byte ^ 0x10 : byte));
    let read: unknown = result;
    try {
      read = unpackLayer({ packed: changed, unpackedBytes });
    } catch {
      // As it should be; some bytes of the head do not count.
    }
    expect(read).toEqual(result);
  }
});
