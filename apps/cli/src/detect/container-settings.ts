import type { FalcoConfig } from '@lanner/api';
import { AppError, nearest } from '@lanner/core';
import { type EngineSockets, type SocketEngine, socketEngines } from '@lanner/runtimes';
import {
  type CgroupEngine,
  cgroupEngines,
  type ContainerIdentity,
  type StaticContainer,
} from '@lanner/sensor';

/** The `init_config` of the plugin `container`. */
export interface ContainerSettings {
  readonly identity: ContainerIdentity;
  readonly sockets: EngineSockets;
  readonly labelMaxLength: number;
  readonly withSize: boolean;
  /** Rules get events `container_removed`. */
  readonly tellsRemoval: boolean;
}

type Members = ReadonlyMap<string, unknown>;

/** Those that Lanner has in other ways: it tells of containers as they are made, and has one log. */
const otherKeys = ['log_level', 'host_root'];
const keys = ['label_max_len', 'with_size', 'hooks', 'engines', ...otherKeys];
/** What runtimes can tell of. The first two are always told of, as one; `remove` is not in the plugin's own schema. */
const hookNames = ['create', 'start', 'remove'];
const engineKeys = [...cgroupEngines, 'static'];
const usualLabelLength = 100;

/** Throws AppError 'config.invalid' for what is no setting of the plugin. */
export function containerSettings(config: FalcoConfig): ContainerSettings {
  const settings = membersOf(config.plugin('container').initConfig, 'init_config of container');
  refuseOthers(settings, keys, 'init_config of container');
  const engines = membersOf(settings.get('engines'), 'engines');
  refuseOthers(engines, engineKeys, 'engines of container');
  const engine = (name: string): Members => membersOf(engines.get(name), name);
  const isEnabled = (name: string): boolean => flag(engine(name).get('enabled'), `${name}.enabled`, true);
  const isStatic = engines.has('static') && flag(engine('static').get('enabled'), 'static.enabled', false);
  return {
    identity: isStatic
      ? { staticContainer: staticContainer(engine('static')) }
      : { engines: cgroupEngines.filter((name: CgroupEngine) => isEnabled(name)) },
    sockets: Object.fromEntries(
      socketEngines.flatMap((name): [SocketEngine, readonly string[]][] => {
        const sockets = socketsOf(engine(name), name);
        return isEnabled(name) && !isStatic ? (sockets.length > 0 ? [[name, sockets]] : []) : [[name, []]];
      }),
    ),
    labelMaxLength: lengthOf(settings.get('label_max_len')),
    withSize: flag(settings.get('with_size'), 'with_size', false),
    tellsRemoval: hooksOf(settings.get('hooks')).includes('remove'),
  };
}

function staticContainer(engine: Members): StaticContainer {
  const image = text(engine.get('container_image'));
  const [name = ''] = image.split('@', 1);
  const colon = name.lastIndexOf(':');
  const hasTag = colon > name.lastIndexOf('/');
  return {
    id: text(engine.get('container_id')),
    name: text(engine.get('container_name')),
    image,
    imageRepository: hasTag ? name.slice(0, colon) : name,
    imageTag: hasTag ? name.slice(colon + 1) : '',
    imageDigest: image.slice(name.length + 1),
  };
}

function hooksOf(value: unknown): readonly string[] {
  const hooks: unknown = value ?? [];
  if (!Array.isArray(hooks)) {
    throw invalid('hooks is no list');
  }
  const names = hooks.map((hook: unknown) => (typeof hook === 'string' ? hook : JSON.stringify(hook)));
  const unknown = names.find((name) => !hookNames.includes(name));
  if (unknown !== undefined) {
    throw invalid(`hooks has '${unknown}', and there are ${hookNames.join(', ')}`);
  }
  return names;
}

/** Paths, also as `unix:///run/docker.sock`. */
function socketsOf(engine: Members, name: string): readonly string[] {
  const sockets: unknown = engine.get('sockets') ?? [];
  if (!Array.isArray(sockets) || !sockets.every((path) => typeof path === 'string')) {
    throw invalid(`${name}.sockets is no list of paths`);
  }
  return sockets.map((path) => path.replace(/^unix:\/\//, ''));
}

/** A map of YAML, or the same as a text of JSON. */
function membersOf(value: unknown, what: string): Members {
  if (value === undefined || value === null || value === '') {
    return new Map();
  }
  if (value instanceof Map) {
    return value as Members;
  }
  if (typeof value === 'string') {
    return membersOf(parse(value, what), what);
  }
  if (typeof value === 'object' && !Array.isArray(value)) {
    return new Map(Object.entries(value));
  }
  throw invalid(`${what} is no map`);
}

function parse(json: string, what: string): unknown {
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new AppError('config.invalid', `plugins: ${what} is neither a map nor JSON`, { cause: error });
  }
}

function refuseOthers(members: Members, known: readonly string[], what: string): void {
  for (const key of members.keys()) {
    if (!known.includes(key)) {
      const near = nearest(key, known);
      throw new AppError('config.invalid', `plugins: ${what} has no '${key}'`, {
        hint: near === null ? `There are ${known.join(', ')}.` : `Did you mean ${near}?`,
      });
    }
  }
}

function flag(value: unknown, name: string, absent: boolean): boolean {
  switch (value ?? absent) {
    case true:
    case 'true':
      return true;
    case false:
    case 'false':
      return false;
    default:
      throw invalid(`${name} is neither true nor false`);
  }
}

function lengthOf(value: unknown): number {
  const length = Number(value ?? usualLabelLength);
  if (!Number.isSafeInteger(length) || length < 0) {
    throw invalid('label_max_len is no length');
  }
  return length;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function invalid(message: string): AppError {
  return new AppError('config.invalid', `plugins: container: ${message}`);
}
