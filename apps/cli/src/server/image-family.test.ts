import { expect, test } from 'vitest';
import { imageFamily } from './image-family.ts';

const open = { CRITICAL: 2, HIGH: 0, MEDIUM: 1, LOW: 0, UNKNOWN: 0 };
const common = { system: 'debian 12', packages: 1, notes: [], scannedMs: 0, retiredMs: null, open };

test('images have the labels of Trivy Operator, one series for each severity', () => {
  const { samples } = imageFamily([
    { ...common, kind: 'host', key: 'm', names: ['vm'] },
    {
      ...common,
      kind: 'image',
      key: 'sha256:1',
      names: ['ghcr.io/shop/web:1.2', 'ghcr.io/shop/web@sha256:2'],
    },
    { ...common, kind: 'image', key: 'sha256:3', names: ['redis'] },
    { ...common, kind: 'image', key: 'sha256:4', names: ['old:1'], retiredMs: 5 },
  ]);
  expect(samples).toHaveLength(10);
  expect(samples[0]).toEqual({
    labels: {
      namespace: '',
      name: 'ghcr.io/shop/web:1.2',
      resource_kind: '',
      resource_name: '',
      container_name: '',
      image_registry: 'ghcr.io',
      image_repository: 'shop/web',
      image_tag: '1.2',
      image_digest: 'sha256:2',
      severity: 'Critical',
    },
    value: 2,
  });
  expect(samples[5]?.labels).toMatchObject({ image_registry: '', image_repository: 'redis', image_tag: '' });
});

test('of very many images no more than a bound have series', () => {
  const images = Array.from({ length: 2500 }, (_, i) => ({
    ...common,
    kind: 'image' as const,
    key: String(i),
    names: [`image${i}`],
  }));
  expect(imageFamily(images).samples).toHaveLength(10_000);
});
