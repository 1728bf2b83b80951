import { AppError, type Log } from '@lanner/core';
import { parseReference, printReference, readSmallTar, type RegistryClient } from '@lanner/runtimes';
import { gunzipSync } from 'node:zlib';

/** How an artifact is put on disk; passed in, so that tests use memory. */
export interface RuleFolder {
  /** The installed artifacts, '' when there is no record yet. */
  readonly readState: () => Promise<string>;
  /** Replaces files and record: all of them, or none. */
  readonly install: (files: ReadonlyMap<string, string>, state: string) => Promise<void>;
}

export interface PullOptions {
  readonly client: RegistryClient;
  readonly folder: RuleFolder;
  /** Complaints about rule files that keep them from loading; empty when they are fine. */
  readonly validate: (files: ReadonlyMap<string, string>) => readonly string[];
  readonly log: Log;
}

/** What is known of an installed artifact. */
interface InstalledArtifact {
  readonly reference: string;
  readonly digest: string;
  readonly files: readonly string[];
}

export interface PullResult {
  readonly reference: string;
  readonly digest: string;
  readonly changed: boolean;
  readonly files: readonly string[];
}

/** The layer of a rule artifact, as falcoctl publishes it. */
const layerType = 'application/vnd.cncf.falco.rulesfile.layer.v1+tar.gz';
const maxLayerBytes = 16 * 2 ** 20;

/**
 * Pulls a rule artifact and installs its files when they are new and load without an error. What was installed before
 * stays in place otherwise. Throws AppError of the registry, or 'rules.invalid'.
 */
export async function pullRules(text: string, options: PullOptions): Promise<PullResult> {
  const { client, folder, validate, log } = options;
  const reference = parseReference(text);
  const name = printReference(reference);
  const { manifest, digest } = await client.manifest(reference);
  const installed = parseState(await folder.readState());
  const before = installed.find((artifact) => artifact.reference === name);
  if (before?.digest === digest) {
    return { reference: name, digest, changed: false, files: before.files };
  }
  const layer = manifest.layers?.find(({ mediaType }) => mediaType === layerType);
  if (layer === undefined) {
    throw new AppError('artifact.parse', `${name} is no rule artifact`, {
      hint: `A rule artifact has a layer of type ${layerType}.`,
    });
  }
  const files = unpack(await client.blob(reference, layer, maxLayerBytes), name);
  const problems = validate(files);
  if (problems.length > 0) {
    throw new AppError('rules.invalid', `${name} does not load: ${problems[0] ?? ''}`, {
      hint: 'The rules that were installed before stay in place.',
      details: { problems: problems.length },
    });
  }
  const record: InstalledArtifact = { reference: name, digest, files: [...files.keys()] };
  const others = installed.filter((artifact) => artifact.reference !== name);
  await folder.install(files, JSON.stringify([...others, record], null, 2));
  log.info('rules installed', { artifact: name, digest, files: record.files.join(', ') });
  return { reference: name, digest, changed: true, files: record.files };
}

function unpack(layer: Buffer, name: string): Map<string, string> {
  let archive: Buffer;
  try {
    archive = gunzipSync(layer, { maxOutputLength: 4 * maxLayerBytes });
  } catch (error) {
    throw new AppError('artifact.parse', `the layer of ${name} is no gzip archive of bearable size`, {
      cause: error,
    });
  }
  const files = readSmallTar(archive).filter(({ path }) => /\.ya?ml$/.test(path));
  if (files.length === 0) {
    throw new AppError('artifact.parse', `${name} holds no rule file`);
  }
  // Rule files lie in one folder; a folder inside the archive has no meaning.
  return new Map(
    files.map(({ path, content }) => [path.split('/').at(-1) ?? path, content.toString('utf8')]),
  );
}

function parseState(text: string): InstalledArtifact[] {
  if (text === '') {
    return [];
  }
  try {
    return JSON.parse(text) as InstalledArtifact[];
  } catch (error) {
    throw new AppError('file.read', 'the record of installed rule artifacts is damaged', {
      cause: error,
      hint: 'Remove .lanner-artifacts.json; the next pull writes it anew.',
    });
  }
}
