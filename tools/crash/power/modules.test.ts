import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { modulesInOrder } from './modules.ts';

const folder = mkdtempSync(join(tmpdir(), 'lanner-modules-'));
afterAll(() => rmSync(folder, { recursive: true }));

function addModule(path: string, needs: string): void {
  const file = join(folder, 'lib/modules/6.1.0/kernel', path);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, `\x7fELF\0license=GPL\0depends=${needs}\0name=x\0`);
}

test('what a module needs is loaded before it, once', () => {
  addModule('drivers/virtio/virtio.ko', '');
  addModule('drivers/virtio/virtio-ring.ko', 'virtio');
  addModule('drivers/block/virtio_blk.ko', 'virtio_ring,virtio');
  addModule('drivers/net/virtio_net.ko', 'virtio-ring');
  expect(modulesInOrder(folder, ['virtio_blk', 'virtio_net']).map((path) => basename(path))).toEqual([
    'virtio.ko',
    'virtio-ring.ko',
    'virtio_blk.ko',
    'virtio_net.ko',
  ]);
  expect(() => modulesInOrder(folder, ['ext9'])).toThrow('no module ext9');
});
