import type { GoldenCase } from './trivy-cases.ts';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Members that vary from run to run, wherever they are. */
const varying: ReadonlySet<string> = new Set([
  'ReportID',
  'CreatedAt',
  'Trivy',
  'RepoDigests',
  'serialNumber',
  'timestamp',
  'history',
]);

/** Members that belong to the run that made the golden, where another one is compared with it. */
const ofOwner: ReadonlySet<string> = new Set([
  ...[
    'ArtifactID',
    'ArtifactName',
    'ArtifactType',
    'Target',
    'Fingerprint',
    'Layer',
    'Layers',
    'PkgIdentifier',
  ],
  ...['ImageID', 'ImageConfig', 'DiffIDs', 'RepoTags', 'Reference', 'Size', 'PkgID'],
]);

/** What can be compared of the output of a run. */
export function comparableReport(text: string, { compare, golden_owner: isOwner }: GoldenCase): unknown {
  if (compare === 'bytes') {
    return text;
  }
  const report = JSON.parse(text) as Json;
  return compare === 'report-struct'
    ? without(report, isOwner ? varying : new Set([...varying, ...ofOwner]))
    : structure(report);
}

function without(value: Json, names: ReadonlySet<string>): Json {
  if (Array.isArray(value)) {
    return value.map((item) => without(item, names));
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  const entries = Object.entries(value)
    .filter(([key]) => !names.has(key))
    .map(([key, item]) => [key, key === 'Layer' ? layerOf(item) : without(item, names)] as const)
    // An empty list or record says the same as none.
    .filter(([, item]) => !(typeof item === 'object' && item !== null && Object.keys(item).length === 0));
  return Object.fromEntries(entries);
}

/** Digests of packed layers vary with who packed them. */
function layerOf(value: Json): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).filter(([key]) => key !== 'Digest'))
    : value;
}

/** Bills of materials: ids are hashes over what is drawn, so each is replaced by the place where it first stands. */
function structure(report: Json): Json {
  const numbers = new Map<string, number>();
  const text = JSON.stringify(inOrderOfContent(without(report, varying))).replaceAll(
    /SPDXRef-(\w+)-[0-9a-f]+/g,
    (id, kind: string) => {
      numbers.set(id, numbers.get(id) ?? numbers.size);
      return `SPDXRef-${kind}-${numbers.get(id) ?? 0}`;
    },
  );
  return JSON.parse(text) as Json;
}

/** Packages of the same name stand in the order of their ids, which are hashes: here in that of what they say. */
function inOrderOfContent(report: Json): Json {
  if (typeof report !== 'object' || report === null || Array.isArray(report)) {
    return report;
  }
  const { packages } = report;
  if (!Array.isArray(packages)) {
    return report;
  }
  const said = (item: Json): string => JSON.stringify(item).replaceAll(/SPDXRef-\w+-[0-9a-f]+/g, '');
  return { ...report, packages: packages.toSorted((a, b) => (said(a) < said(b) ? -1 : 1)) };
}
