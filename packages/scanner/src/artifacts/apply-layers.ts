import { present } from '../lib/json.ts';
import type {
  Analysis,
  Application,
  CustomResource,
  LayerReference,
  LicenseFile,
  OsInfo,
  Package,
  PackageList,
  Repository,
  SecretFile,
} from '../model/index.ts';
import { compare } from './analysis-builder.ts';
import { finishApplications, finishOsPackages } from './finish-packages.ts';
import { layerReference, LayerLookup } from './layer-lookup.ts';
import { mergeOs } from './merge-os.ts';
import { withoutSystemFiles } from './system-files.ts';

/** A result of an own kind with the layer that first had it. */
export interface PlacedResource extends CustomResource {
  readonly layer?: LayerReference;
}

/** What an artifact contains, all layers together. */
export interface ArtifactContent {
  readonly os?: OsInfo;
  readonly repository?: Repository;
  /** Packages of the operating system. */
  readonly packages: readonly Package[];
  readonly applications: readonly Application[];
  readonly secrets: readonly SecretFile[];
  readonly licenses: readonly LicenseFile[];
  readonly digests: Readonly<Record<string, string>>;
  readonly customResources: readonly PlacedResource[];
}

/** Puts layers on top of each other, the lowest first, and gives packages their names outside and their layer. */
export function applyLayers(layers: readonly Analysis[]): ArtifactContent {
  const stack = new LayerStack();
  const filtered = layers.map(withoutSystemFiles);
  for (const layer of filtered) {
    stack.add(layer);
  }
  const lookup = new LayerLookup(filtered);
  const { os, repository } = stack;
  const packages = [...stack.packageLists.values()].flatMap((list) => list.packages);
  const licenses = [...stack.licenses.values()];
  return {
    ...(os === undefined ? {} : { os }),
    ...(repository === undefined ? {} : { repository }),
    packages: finishOsPackages(packages, os, licenses, lookup),
    applications: finishApplications([...stack.applications.values()], lookup),
    secrets: [...stack.secrets.values()].sort(byPath),
    licenses: licenses
      .filter(({ type }) => type !== 'dpkg')
      .sort((a, b) => byPath(a, b) || compare(a.type, b.type)),
    digests: stack.digests,
    customResources: [...stack.resources.values()]
      .map((resource) => lookup.placeResource(resource))
      .sort((a, b) => compare(a.type, b.type) || byPath(a, b)),
  };
}

function byPath(a: { readonly filePath: string }, b: { readonly filePath: string }): number {
  return compare(a.filePath, b.filePath);
}

/** What is seen from above while layers are put on. The key of each entry is its path and kind. */
class LayerStack {
  os: OsInfo | undefined;
  repository: Repository | undefined;
  readonly packageLists = new Map<string, PackageList>();
  readonly applications = new Map<string, Application>();
  readonly licenses = new Map<string, LicenseFile>();
  readonly resources = new Map<string, CustomResource>();
  /** A secret that a later layer removes is still in the image. */
  readonly secrets = new Map<string, SecretFile>();
  readonly digests: Record<string, string> = {};

  add(layer: Analysis): void {
    this.os = mergeOs(this.os, layer.os);
    this.repository = layer.repository ?? this.repository;
    this.#remove(layer);
    for (const list of layer.packageLists) {
      this.packageLists.set(list.filePath, list);
    }
    for (const application of layer.applications) {
      this.applications.set(`${applicationPath(application)}\0${application.type}`, application);
    }
    const place = layerReference(layer);
    for (const license of layer.licenses) {
      this.licenses.set(`${license.filePath}\0${license.type}`, { ...license, ...present({ layer: place }) });
    }
    for (const resource of layer.customResources) {
      this.resources.set(`${resource.filePath}\0${resource.type}`, resource);
    }
    for (const file of layer.secrets) {
      // Whoever finds a secret looks for the command that put it there.
      this.#addSecrets(file, place && { ...place, ...present({ createdBy: layer.createdBy }) });
    }
    Object.assign(this.digests, layer.digests);
  }

  /** Time grows with entries and the depth of their paths, not with the number of whiteouts. */
  #remove({ opaqueDirs, whiteoutFiles }: Analysis): void {
    const removed = new Set([...opaqueDirs, ...whiteoutFiles].map((path) => path.replace(/\/+$/, '')));
    if (removed.size === 0) {
      return;
    }
    for (const entries of [this.packageLists, this.applications, this.licenses, this.resources]) {
      for (const key of entries.keys()) {
        if (isBelow(key.split('\0', 1)[0] ?? '', removed)) {
          entries.delete(key);
        }
      }
    }
  }

  /** A finding of the same rule in the same file replaces the older one. */
  #addSecrets(file: SecretFile, layer: LayerReference | undefined): void {
    const found = file.findings.map((finding) => ({ ...finding, ...present({ layer }) }));
    const rules = new Set(found.map(({ ruleId }) => ruleId));
    const older = this.secrets.get(file.filePath)?.findings.filter(({ ruleId }) => !rules.has(ruleId)) ?? [];
    this.secrets.set(file.filePath, { filePath: file.filePath, findings: [...found, ...older] });
  }
}

/** Analyzers of single packages leave the path of the application empty, and each package has its own. */
function applicationPath({ filePath, packages }: Application): string {
  return filePath === '' ? (packages[0]?.filePath ?? '') : filePath;
}

function isBelow(path: string, removed: ReadonlySet<string>): boolean {
  for (let part = path; part !== ''; part = part.slice(0, Math.max(0, part.lastIndexOf('/')))) {
    if (removed.has(part)) {
      return true;
    }
  }
  return removed.has('');
}
