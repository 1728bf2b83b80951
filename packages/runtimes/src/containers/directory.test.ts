import { Buffer } from 'node:buffer';
import { mkdtemp, mkdir, rm } from 'node:fs/promises';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer as createHttp2Server } from 'node:http2';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { silentLog } from '@lanner/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { writeMessage } from '../protobuf/wire.ts';
import {
  type ContainerDescription,
  type ContainerRuntime,
  containerTypes,
  describeContainer,
} from './description.ts';
import { RuntimeDirectory } from './directory.ts';

const fullId = '0123456789ab'.padEnd(64, 'c');
const id = fullId.slice(0, 12);
const cgroup = `/docker/${fullId}`;
let hostRoot: string;
let servers: Server[];
let sockets: Socket[];

beforeEach(async () => {
  hostRoot = await mkdtemp(join(tmpdir(), 'lanner-rt-'));
  servers = [];
  sockets = [];
});

afterEach(async () => {
  sockets.forEach((socket) => socket.destroy());
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  await rm(hostRoot, { recursive: true });
});

async function listen(server: Server, path: string): Promise<void> {
  const place = join(hostRoot, path);
  await mkdir(dirname(place), { recursive: true });
  server.on('connection', (socket: Socket) => sockets.push(socket));
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(place, resolve));
}

function directory(runtimes?: readonly ContainerRuntime[]): RuntimeDirectory {
  return new RuntimeDirectory({
    hostRoot,
    log: silentLog,
    now: () => performance.now(),
    ...(runtimes === undefined ? {} : { runtimes }),
  });
}

const answerDocker: RequestListener = (request, response) => {
  const answers: Record<string, unknown> = {
    [`/containers/${fullId}/json`]: {
      Id: fullId,
      Name: '/web',
      Image: 'sha256:1a2b',
      Created: '2026-01-02T03:04:05.6Z',
      Config: {
        Image: 'nginx:1.27',
        Labels: { app: 'shop', long: 'x'.repeat(101) },
        Env: ['A=b'],
        User: 'www',
      },
      HostConfig: { Privileged: true, NetworkMode: 'host', PidMode: '', IpcMode: 'private' },
      Mounts: [{ Source: '/srv', Destination: '/data', Mode: 'ro', RW: false, Propagation: 'rprivate' }],
    },
    '/images/sha256%3A1a2b/json': { RepoDigests: ['other@sha256:00', 'nginx@sha256:ff'] },
  };
  const answer = answers[request.url ?? ''];
  response.statusCode = answer === undefined ? 404 : 200;
  response.end(JSON.stringify(answer ?? {}));
};

type GrpcAnswers = (path: string, headers: Record<string, unknown>) => Buffer | null;

function grpcServer(answers: GrpcAnswers): Server {
  const server = createHttp2Server();
  server.on('stream', (stream, headers) => {
    stream.resume();
    const message = answers(headers[':path'] ?? '', headers);
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => {
      stream.sendTrailers({ 'grpc-status': message === null ? '5' : '0' });
    });
    const prefix = Buffer.alloc(5);
    prefix.writeUInt32BE(message?.length ?? 0, 1);
    stream.end(message === null ? '' : Buffer.concat([prefix, message]));
  });
  return server;
}

describe('runtimes', () => {
  test('Docker tells of a container and its image', async () => {
    await listen(createHttpServer(answerDocker), '/run/docker.sock');
    expect(await directory().lookUp({ id, cgroup })).toMatchObject({
      id,
      full_id: fullId,
      type: containerTypes.docker,
      name: 'web',
      image: 'nginx:1.27',
      imageid: '1a2b',
      imagerepo: 'nginx',
      imagetag: '1.27',
      imagedigest: 'sha256:ff',
      privileged: true,
      host_network: true,
      host_pid: false,
      labels: { app: 'shop' },
      env: ['A=b'],
      User: 'www',
      created_time: 1767323045,
    });
  });

  test.each([true, false])('Docker is asked for removals where they are wanted: %s', async (isWanted) => {
    const filters: string[] = [];
    await listen(
      createHttpServer((request, response) => {
        if (request.url?.startsWith('/events') !== true) {
          answerDocker(request, response);
          return;
        }
        const asked = new URL(request.url, 'http://docker').searchParams.get('filters') ?? '';
        filters.push(asked);
        response.writeHead(200);
        const events = (JSON.parse(asked) as { readonly event: readonly string[] }).event;
        for (const Action of events) {
          response.write(
            `${JSON.stringify({ Action, Actor: { ID: fullId, Attributes: { image: 'x' } } })}\n`,
          );
        }
        const stranger = { Action: 'destroy', Actor: { ID: 'd'.repeat(64), Attributes: { image: 'y' } } };
        response.write(events.length > 1 ? `${JSON.stringify(stranger)}\n` : '');
      }),
      '/run/docker.sock',
    );
    const asked = directory();
    await asked.lookUp({ id, cgroup });
    const told: string[] = [];
    const say = (what: string) => (container: ContainerDescription) =>
      told.push(`${what} ${container.id} ${container.name} ${container.image}`);
    asked.watch(isWanted ? { made: say('made'), removed: say('removed') } : { made: say('made') });
    await expect.poll(() => told.length, { timeout: 30_000 }).toBe(isWanted ? 3 : 1);
    expect(told).toContain('made 0123456789ab web nginx:1.27');
    if (isWanted) {
      expect(told).toContain('removed 0123456789ab web nginx:1.27');
      expect(told).toContain(`removed ${'d'.repeat(12)}  y`);
    }
    expect(filters.map((text) => text.includes('destroy'))).toEqual([isWanted]);
    asked.close();
  });

  test('a Podman that a user runs is found', async () => {
    await listen(createHttpServer(answerDocker), '/run/user/1000/podman/podman.sock');
    expect(await directory().lookUp({ id, cgroup: `/user.slice/libpod-${fullId}.scope` })).toMatchObject({
      type: containerTypes.podman,
      name: 'web',
    });
  });

  test('the CRI of CRI-O tells of a container and its pod', async () => {
    const container = writeMessage([
      [1, fullId],
      [2, writeMessage([[1, 'app']])],
      [8, writeMessage([[1, 'quay.io/a/b:2']])],
      [9, 'quay.io/a/b@sha256:dd'],
      [
        12,
        writeMessage([
          [1, 'io.kubernetes.pod.name'],
          [2, 'pod-1'],
        ]),
      ],
      [
        14,
        writeMessage([
          [1, '/in'],
          [2, '/out'],
          [3, true],
          [5, 2],
        ]),
      ],
    ]);
    const pod = writeMessage([
      [1, 'f00d'],
      [5, writeMessage([[1, '10.0.0.7']])],
      [
        7,
        writeMessage([
          [1, 'io.kubernetes.pod.uid'],
          [2, 'u-1'],
        ]),
      ],
    ]);
    const info = (value: unknown): Buffer =>
      writeMessage([
        [1, 'info'],
        [2, JSON.stringify(value)],
      ]);
    const server = grpcServer((path) =>
      path.endsWith('/ContainerStatus')
        ? writeMessage([
            [1, container],
            [2, info({ sandboxID: 'f00d', privileged: true })],
          ])
        : writeMessage([
            [1, pod],
            [2, info({ cniResult: { a: 1 } })],
          ]),
    );
    await listen(server, '/run/crio/crio.sock');
    expect(await directory().lookUp({ id, cgroup: `/kubepods/crio-${fullId}.scope` })).toMatchObject({
      type: containerTypes.crio,
      name: 'app',
      image: 'quay.io/a/b:2',
      imagedigest: 'sha256:dd',
      privileged: true,
      ip: '10.0.0.7',
      cni_json: '{"a":1}',
      pod_sandbox_id: 'f00d',
      pod_sandbox_labels: { 'io.kubernetes.pod.uid': 'u-1' },
      labels: { 'io.kubernetes.pod.name': 'pod-1' },
      Mounts: [{ Source: '/out', Destination: '/in', Mode: '', RW: false, Propagation: 'rshared' }],
    });
  });

  test('containerd of k3s tells of a container in the namespace that has it', async () => {
    const spec = { linux: { namespaces: [{ type: 'pid' }, { type: 'ipc' }] }, process: { env: ['X=1'] } };
    const container = writeMessage([
      [1, 'redis'],
      [3, 'docker.io/library/redis:7'],
      [5, writeMessage([[2, JSON.stringify(spec)]])],
    ]);
    const server = grpcServer((path, headers) => {
      const isThere = headers['containerd-namespace'] === 'b';
      if (path.endsWith('Namespaces/List')) {
        return writeMessage([
          [1, writeMessage([[1, 'a']])],
          [1, writeMessage([[1, 'b']])],
        ]);
      }
      if (path.endsWith('Images/Get')) {
        return writeMessage([[1, writeMessage([[3, writeMessage([[2, 'sha256:ee']])]])]]);
      }
      return isThere && path.endsWith('Containers/Get') ? writeMessage([[1, container]]) : null;
    });
    await listen(server, '/run/k3s/containerd/containerd.sock');
    expect(await directory().lookUp({ id: 'redis', cgroup: '/b/redis' })).toMatchObject({
      id: 'redis',
      type: containerTypes.containerd,
      image: 'docker.io/library/redis:7',
      imagetag: '7',
      imagedigest: 'sha256:ee',
      host_network: true,
      host_pid: false,
      env: ['X=1'],
    });
  });
});

describe('runtimes that do not play by the rules', () => {
  test.each(['/run/docker.sock', '/run/containerd/containerd.sock'])(
    '%s that hangs is left, and then left alone',
    async (path) => {
      let connections = 0;
      await listen(
        createServer(() => connections++),
        path,
      );
      const asked = directory();
      expect(await asked.lookUp({ id, cgroup })).toBeNull();
      expect(asked.figures.failures).toBeGreaterThan(0);
      expect(connections).toBeGreaterThan(0);
      const before = connections;
      expect(await asked.lookUp({ id: 'another', cgroup: '/a/another' })).toBeNull();
      expect(connections).toBe(before);
    },
  );

  test.each([
    ['answers garbage', (socket: Socket) => socket.end('\u0000garbage\r\n\r\n')],
    ['closes early', (socket: Socket) => socket.destroy()],
  ])('one that %s is survived', async (_, behave) => {
    for (const path of [
      '/run/podman/podman.sock',
      '/run/crio/crio.sock',
      '/run/containerd/containerd.sock',
    ]) {
      await listen(createServer(behave), path);
    }
    const asked = directory();
    expect(await asked.lookUp({ id, cgroup })).toBeNull();
    expect(asked.figures.failures).toBe(4);
  });

  test('one that tells of another container, or too much, is not believed', async () => {
    await listen(
      createHttpServer((_, response) => response.end(JSON.stringify({ Id: 'f'.repeat(64) }))),
      '/run/docker.sock',
    );
    await listen(
      createHttpServer((_, response) => response.end('x'.repeat(5 * 1024 * 1024))),
      '/run/podman/podman.sock',
    );
    const asked = directory();
    expect(await asked.lookUp({ id, cgroup })).toBeNull();
    expect(asked.figures.failures).toBe(2);
  });
});

test('the cache is bounded, and counts what it gives up', async () => {
  let calls = 0;
  const asked = directory([
    {
      name: 'fake',
      close: () => undefined,
      lookUp: (question) => {
        calls++;
        return Promise.resolve(describeContainer({ full_id: question.id, type: containerTypes.docker }));
      },
    },
  ]);
  for (let number = 0; number < 4100; number++) {
    await asked.lookUp({ id: `c${number}`, cgroup: '' });
  }
  await asked.lookUp({ id: 'c4099', cgroup: '' });
  expect(calls).toBe(4100);
  expect(asked.figures).toMatchObject({ known: 512, evictions: 3588 });
});
