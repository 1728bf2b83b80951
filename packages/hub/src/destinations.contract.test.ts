import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type Log, silentLog } from '@lanner/core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type {
  AlertMessage,
  DestinationEffects,
  DestinationSettings,
  OpenDestination,
} from './destination.ts';
import { destinations } from './destinations/registry.gen.ts';
import { nodeEffects } from './node-effects.ts';

const folder = mkdtempSync(join(tmpdir(), 'lanner-hub-'));
afterAll(() => {
  rmSync(folder, { recursive: true });
});

const batch: AlertMessage[] = [
  { line: '{"a":"é"}', priority: 4 },
  { line: '{"b":2}', priority: 2 },
];

function settings(values: Record<string, string | boolean | number>): DestinationSettings {
  return {
    text: (key) => String(values[key] ?? ''),
    flag: (key) => values[key] === true,
    number: (key) => Number(values[key] ?? 0),
    list: () => [],
    map: () => ({}),
    json: true,
  };
}

function open(
  id: string,
  values: Record<string, string | boolean | number>,
  effects: Partial<DestinationEffects> = {},
  log: Log = silentLog,
): Promise<OpenDestination> {
  const destination = destinations.find((candidate) => candidate.id === id);
  if (destination === undefined) {
    throw new Error(`no destination ${id}`);
  }
  return destination.open(settings(values), { ...nodeEffects(log, () => Promise.resolve()), ...effects });
}

// Holds for every destination, also for those that will be written later.
describe.each(destinations.map((destination) => [destination.id, destination] as const))(
  '%s',
  (id, destination) => {
    test('says what it is', () => {
      expect(id).toMatch(/^[a-z0-9-]+$/);
      expect(destination.title).toMatch(/^[A-Z]/);
      expect(destination.doc).toMatch(/\.$/);
    });
  },
);

describe('file', () => {
  test.each([true, false])('appends lines (keep_alive %s)', async (keep_alive) => {
    const filename = join(folder, `alerts-${keep_alive}`);
    const file = await open('file', { filename, keep_alive });
    await file.send(batch);
    await file.reopen?.();
    await file.send(batch);
    await file.close();
    expect(readFileSync(filename, 'utf8')).toBe('{"a":"é"}\n{"b":2}\n'.repeat(2));
  });

  test('a path that cannot be written is told at the start', async () => {
    await expect(open('file', { filename: join(folder, 'none', 'x') })).rejects.toThrow('no such file');
    await expect(open('file', {})).rejects.toThrow('without a file name');
  });
});

describe('program', () => {
  test.each([true, false])(
    'gets lines on its standard input, through a pipeline (keep_alive %s)',
    async (keep_alive) => {
      const filename = join(folder, `program-${keep_alive}`);
      const program = await open('program', {
        program: `cat | tee -a '${filename}' | wc -l | tee /dev/null | grep -q .`,
        keep_alive,
      });
      await program.send(batch);
      await program.close();
      expect(readFileSync(filename, 'utf8')).toBe('{"a":"é"}\n{"b":2}\n');
    },
  );

  test('a program that does not exist fails the delivery, not the process', async () => {
    const problems: string[] = [];
    const log = { ...silentLog, error: (text: string) => void problems.push(text) };
    const program = await open('program', { program: '/no/such/program', keep_alive: true }, {}, log);
    await program.send(batch).catch(() => undefined);
    await program.send(batch).catch(() => undefined);
    await program.close();
    expect(problems).toContain('program output failed');
  });
});

describe('stdout', () => {
  test('writes a line each', async () => {
    let text = '';
    const stdout = await open('stdout', {}, { writeStdout: (more) => Promise.resolve(void (text += more)) });
    await stdout.send(batch);
    expect(text).toBe('{"a":"é"}\n{"b":2}\n');
  });
});

describe('syslog', () => {
  test('gives logger the priority of each line', async () => {
    const filename = join(folder, 'syslog');
    const real = nodeEffects(silentLog, () => Promise.resolve());
    const seen: string[][] = [];
    const syslog = await open(
      'syslog',
      {},
      {
        spawn: (argv, stdin) => {
          seen.push([...argv]);
          return real.spawn(['tee', filename], stdin, 'pipe');
        },
      },
    );
    await syslog.send(batch);
    await syslog.close();
    expect(seen[0]?.slice(0, 3)).toEqual(['logger', '--tag', 'falco']);
    expect(readFileSync(filename, 'utf8')).toBe('<12>{"a":"é"}\n<10>{"b":2}\n');
  });
});

describe('http', () => {
  let server: Server;
  let url = '';
  const seen: { body: string; type: string; agent: string; encoding: string }[] = [];
  let answer = (): number => 200;
  beforeAll(async () => {
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { headers } = request;
        const raw = Buffer.concat(chunks);
        const encoding = headers['content-encoding'] ?? '';
        seen.push({
          body: (encoding === 'gzip' ? gunzipSync(raw) : raw).toString(),
          type: headers['content-type'] ?? '',
          agent: headers['user-agent'] ?? '',
          encoding,
        });
        response.writeHead(answer()).end('ok');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });

  test('posts each alert', async () => {
    seen.length = 0;
    const http = await open('http', { url: `"${url}"`, user_agent: 'falcosecurity/falco' });
    await http.send(batch);
    expect(seen).toEqual([
      { body: '{"a":"é"}', type: 'application/json', agent: 'falcosecurity/falco', encoding: '' },
      { body: '{"b":2}', type: 'application/json', agent: 'falcosecurity/falco', encoding: '' },
    ]);
  });

  test('compresses, and stops when the server refuses that', async () => {
    seen.length = 0;
    answer = () => (seen.at(-1)?.encoding === 'gzip' ? 415 : 200);
    const http = await open('http', { url, compress_uploads: true });
    await http.send(batch);
    answer = () => 200;
    expect(seen.map(({ encoding }) => encoding)).toEqual(['gzip', '', '']);
  });

  test('an error of the server fails the delivery', async () => {
    answer = () => 500;
    const http = await open('http', { url });
    await expect(http.send(batch)).rejects.toThrow('answered 500');
    answer = () => 200;
  });

  test('a dead endpoint and a wrong address say so', async () => {
    const dead = await open('http', { url: 'http://127.0.0.1:1/' });
    await expect(dead.send(batch)).rejects.toThrow('cannot be reached');
    await expect(open('http', { url: 'nonsense' })).rejects.toThrow('no http or https address');
  });

  test('tries again after a time-out, as often as allowed', async () => {
    const { AppError } = await import('@lanner/core');
    let calls = 0;
    const http = await open(
      'http',
      { url, max_consecutive_timeouts: 2 },
      {
        request: () => {
          calls++;
          return Promise.reject(new AppError('output.timeout', 'late'));
        },
      },
    );
    await expect(http.send(batch.slice(0, 1))).rejects.toThrow('late');
    expect(calls).toBe(3);
  });
});
