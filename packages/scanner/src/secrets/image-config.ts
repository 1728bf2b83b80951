import type { SecretFile } from '../model/index.ts';
import type { SecretScanner } from './secret-scanner.ts';

/** The path that rules see. */
const configPath = 'config.json';

/** Members in the order in which Go writes them; those that always stand there have what they are when absent. */
const members = {
  image: {
    architecture: '',
    author: null,
    container: null,
    created: '0001-01-01T00:00:00Z',
    docker_version: null,
    history: null,
    os: '',
    rootfs: {},
    config: {},
    'os.version': null,
    variant: null,
    'os.features': null,
  },
  history: {
    author: null,
    created: '0001-01-01T00:00:00Z',
    created_by: null,
    comment: null,
    empty_layer: null,
  },
  config: {
    ...{ AttachStderr: null, AttachStdin: null, AttachStdout: null, Cmd: null, Healthcheck: null },
    ...{ Domainname: null, Entrypoint: null, Env: null, Hostname: null, Image: null, Labels: null },
    ...{ OnBuild: null, OpenStdin: null, StdinOnce: null, Tty: null, User: null, Volumes: null },
    ...{ WorkingDir: null, ExposedPorts: null, ArgsEscaped: null, NetworkDisabled: null, MacAddress: null },
    ...{ StopSignal: null, Shell: null },
  },
  rootfs: { type: '', diff_ids: [] },
} as const;

type Json = Readonly<Record<string, unknown>>;

/**
 * The secrets in variables, commands and history of an image, under its name; null without any. Lines are those of its
 * configuration as Go writes it, without indentation, which is what others who scan images count in.
 */
export function secretsInImageConfig(name: string, config: Json, scanner: SecretScanner): SecretFile | null {
  const bytes = Buffer.from(lines(inOrder(config)));
  const findings = scanner.scan(configPath, {
    size: bytes.length,
    read: (offset, length) => bytes.subarray(offset, offset + length),
  });
  return findings.length === 0 ? null : { filePath: name, findings };
}

function inOrder(config: Json): Json {
  const image = ordered(config, members.image);
  return {
    ...image,
    ...(Array.isArray(image['history'])
      ? { history: image['history'].map((entry) => ordered(entry, members.history)) }
      : {}),
    rootfs: ordered(image['rootfs'], members.rootfs),
    config: ordered(image['config'], members.config),
  };
}

function ordered(value: unknown, order: Json): Json {
  const given = typeof value === 'object' && value !== null ? (value as Json) : {};
  return Object.fromEntries(
    Object.entries(order).flatMap(([key, absent]) => {
      const own = isEmpty(given[key]) ? absent : given[key];
      return own === null ? [] : [[key, byKey(own)]];
    }),
  );
}

/** Maps are written in the order of their keys. */
function byKey(value: unknown): unknown {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;
}

function isEmpty(value: unknown): boolean {
  return (
    value === undefined ||
    value === null ||
    value === '' ||
    value === false ||
    value === 0 ||
    (typeof value === 'object' && Object.keys(value).length === 0)
  );
}

function lines(value: Json): string {
  return JSON.stringify(value, null, 1)
    .replaceAll(/[<>&\u2028\u2029]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .replaceAll(/\n +/g, '\n')
    .replaceAll('\n', '\n  ');
}
