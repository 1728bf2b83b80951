import { mkdtempSync, rmSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { NbdServer } from './nbd-server.ts';
import { VolatileDisk } from './volatile-disk.ts';

const folder = mkdtempSync(join(tmpdir(), 'lanner-nbd-'));
const size = 4096;
const disk = new VolatileDisk(join(folder, 'disk'), size);
const path = join(folder, 'disk.sock');
const server = await NbdServer.listen(disk, path);
afterAll(async () => {
  await server.close();
  disk.close();
  rmSync(folder, { recursive: true });
});

/** A client that speaks in hexadecimal digits. */
class Client {
  readonly #socket: Socket;
  #got = '';
  #wake: () => void = () => undefined;

  constructor(place = path) {
    this.#socket = connect(place);
    this.#socket.on('data', (chunk: Buffer) => {
      this.#got += chunk.toString('hex');
      this.#wake();
    });
  }

  say(hex: string): void {
    this.#socket.write(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
  }

  async hear(bytes: number): Promise<string> {
    while (this.#got.length < bytes * 2) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    const heard = this.#got.slice(0, bytes * 2);
    this.#got = this.#got.slice(bytes * 2);
    return heard;
  }

  close(): void {
    this.#socket.destroy();
  }
}

const cookie = '0102030405060708';
const request = (type: string, offset: string, length: string, flags = '0000'): string =>
  `25609513 ${flags} ${type} ${cookie} ${offset.padStart(16, '0')} ${length.padStart(8, '0')}`;
const done = `6744669800000000${cookie}`;
const invalid = `6744669800000016${cookie}`;

test('a disk is negotiated, written, read and flushed, and takes nothing after the power is gone', async () => {
  const client = new Client();
  expect(Buffer.from(await client.hear(16), 'hex').toString()).toBe('NBDMAGICIHAVEOPT');
  expect(await client.hear(2)).toBe('0003');
  client.say('00000003');
  // Structured replies, which it does not know; then: go, with an empty name.
  client.say('49484156454f5054 00000008 00000000');
  expect(await client.hear(20)).toBe('0003e889045565a9' + '00000008' + '80000001' + '00000000');
  client.say('49484156454f5054 00000007 00000006 000000000000');
  expect(await client.hear(32)).toBe(
    '0003e889045565a9' + '00000007' + '00000003' + '0000000c' + '0000' + '0000000000001000' + '000d',
  );
  expect(await client.hear(20)).toBe('0003e889045565a9' + '00000007' + '00000001' + '00000000');
  client.say(`${request('0001', '200', '200')} ${'ab'.repeat(512)}`);
  expect(await client.hear(16)).toBe(done);
  client.say(request('0000', '1ff', '3'));
  expect(await client.hear(19)).toBe(`${done}00abab`);
  expect(disk.flushes).toBe(0);
  client.say(request('0003', '0', '0'));
  expect(await client.hear(16)).toBe(done);
  // A write that is forced to the disk.
  client.say(`${request('0001', '0', '200', '0001')} ${'cd'.repeat(512)}`);
  expect(await client.hear(16)).toBe(done);
  expect(disk.flushes).toBe(2);
  // Beyond the end, and a command that nobody has offered.
  client.say(request('0000', '1000', '1'));
  expect(await client.hear(16)).toBe(invalid);
  client.say(request('0006', '0', '200'));
  expect(await client.hear(16)).toBe(invalid);
  server.freeze();
  client.say(`${request('0001', '0', '200')} ${'ef'.repeat(512)}`);
  await server.close();
  expect(disk.read(0, 1).toString('hex')).toBe('cd');
  expect(server.problems).toEqual([]);
  client.close();
});

test('a trap ends it with the write that makes so many, which nobody hears of', async () => {
  const trapped = new VolatileDisk(join(folder, 'trapped'), size);
  const place = join(folder, 'trapped.sock');
  const other = await NbdServer.listen(trapped, place);
  const caught = other.freezeAt(2);
  const client = new Client(place);
  await client.hear(18);
  client.say('00000003 49484156454f5054 00000001 00000000');
  await client.hear(10);
  for (let i = 0; i < 3; i++) {
    client.say(`${request('0001', '0', '200')} ${'61'.repeat(512)}`);
  }
  await caught;
  expect(await client.hear(16)).toBe(done);
  expect(trapped.unflushed).toBe(2);
  client.close();
  await other.close();
  trapped.close();
});
