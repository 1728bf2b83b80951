import { AppError } from '@lanner/core';
import { posix } from 'node:path';
import { parse } from 'yaml';
import { isObject, objectsOf, parseObject, textOf } from '../lib/json.ts';
import { packageUrl, type PackageUrl, parsePackageUrl, printPackageUrl } from '../purl/index.ts';
import { readVex } from './read.ts';
import type { VexDocument, VexQuestion } from './statement.ts';

/** Version of the layout of VEX repositories that is read. */
const layoutVersion = '0.1';
/** Documents that are kept in memory. */
const maxKept = 256;

export interface VexRepositoriesOptions {
  /** Text of `vex/repository.yaml`; null where there is none. */
  readonly config: string | null;
  /** Bytes of a file below `<cache>/vex/repositories`, by a path that never leads out; null when it is not there. */
  readonly readFile: (path: string) => Uint8Array | null;
}

interface VexRepository {
  readonly name: string;
  readonly url: string;
}

/**
 * Statements of the configured VEX repositories, from their local copies. The first repository that has a document for
 * a package decides. Throws AppError 'config.invalid' or 'artifact.parse'.
 */
export function vexRepositories({ config, readFile }: VexRepositoriesOptions): VexDocument {
  const repositories = readConfig(config).map((repository) => openRepository(repository, readFile));
  return (question) => {
    for (const repository of repositories) {
      const document = repository(question);
      if (document !== null) {
        return document(question);
      }
    }
    return null;
  };
}

function readConfig(text: string | null): VexRepository[] {
  const root: unknown = text === null ? {} : parseYaml(text);
  const all = isObject(root) ? objectsOf(root['repositories']) : [];
  return all.flatMap((entry) => {
    const name = textOf(entry['name']);
    const isUsable = name !== undefined && /^[\w.-]+$/.test(name) && !/^\.+$/.test(name);
    if (!isUsable) {
      throw new AppError('config.invalid', `'${name ?? ''}' is no name of a VEX repository`);
    }
    return entry['enabled'] === true ? [{ name, url: textOf(entry['url']) ?? '' }] : [];
  });
}

function parseYaml(text: string): unknown {
  try {
    return parse(text, { maxAliasCount: 100 });
  } catch (error) {
    throw new AppError('config.invalid', `repository.yaml: ${(error as Error).message}`, { cause: error });
  }
}

/** Finds the document on the product of a question; null when the repository has none. */
function openRepository(
  { name, url }: VexRepository,
  readFile: VexRepositoriesOptions['readFile'],
): (question: VexQuestion) => VexDocument | null {
  const folder = `${name}/${layoutVersion}`;
  const index = readFile(`${folder}/index.json`);
  if (index === null) {
    throw new AppError('file.read', `the VEX repository '${name}' has no local copy`, {
      hint: `Bring its files into vex/repositories/${name} of the cache folder, as trivy vex repo download does.`,
    });
  }
  const places = readIndex(index);
  const kept = new Map<string, VexDocument | null>();
  function load(place: string): VexDocument | null {
    const path = posix.join(folder, place);
    if (!path.startsWith(`${folder}/`) || posix.isAbsolute(place)) {
      return null;
    }
    const bytes = readFile(path);
    const source = `VEX Repository: ${name} (${url})`;
    return bytes === null ? null : readVex(bytes, source, { artifactType: 'filesystem' });
  }
  return ({ productPurl }) => {
    const place = productPurl === undefined ? undefined : places.get(indexKey(parsePackageUrl(productPurl)));
    if (place === undefined) {
      return null;
    }
    let document = kept.get(place);
    if (document === undefined) {
      document = load(place);
      if (kept.size >= maxKept) {
        kept.clear();
      }
      kept.set(place, document);
    }
    return document;
  };
}

function readIndex(bytes: Uint8Array): Map<string, string> {
  const json = parseObject(Buffer.from(bytes).toString('utf8'), 'artifact.parse');
  return new Map(
    objectsOf(json['packages']).flatMap((entry) => {
      // Go reads names of members whatever their case.
      const id = textOf(entry['id'] ?? entry['ID']);
      const location = textOf(entry['location'] ?? entry['Location']);
      return id === undefined || location === undefined ? [] : [[id, location] as const];
    }),
  );
}

/** Packages are listed without version; of qualifiers only the repository of an image counts. */
function indexKey({ type, namespace, name, qualifiers }: PackageUrl): string {
  const repository = type === 'oci' ? qualifiers?.['repository_url'] : undefined;
  return printPackageUrl(packageUrl({ type, namespace, name, qualifiers: { repository_url: repository } }));
}
