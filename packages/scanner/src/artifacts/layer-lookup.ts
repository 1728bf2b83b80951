import type { Analysis, BuildInfo, CustomResource, LayerReference, Package } from '../model/index.ts';
import { present } from '../lib/json.ts';
import type { PlacedResource } from './apply-layers.ts';

/** Where a package of the operating system came from. */
export interface PackageOrigin {
  readonly layer?: LayerReference;
  readonly buildInfo?: BuildInfo;
  /** As the layer lists them that brought the package: dpkg's later layers do not repeat them. */
  readonly installedFiles?: readonly string[];
}

/** Absent for a file tree, which is no layer. */
export function layerReference({ digest, diffId }: Analysis): LayerReference | undefined {
  return digest === undefined && diffId === undefined ? undefined : present({ digest, diffId });
}

/** Finds the lowest layer that has something; built once, so that each question is quick. */
export class LayerLookup {
  readonly #packages = new Map<string, PackageOrigin>();
  readonly #libraries = new Map<string, LayerReference | undefined>();
  readonly #resources = new Map<string, LayerReference | undefined>();

  constructor(layers: readonly Analysis[]) {
    layers.forEach((layer, i) => {
      const place = layerReference(layer);
      this.#addPackages(layer, place, buildInfoOf(layers, i));
      this.#addLibraries(layer, place);
      for (const resource of layer.customResources) {
        setOnce(this.#resources, resourceKey(resource), place);
      }
    });
  }

  package(pkg: Package): PackageOrigin | undefined {
    return this.#packages.get(packageKey(pkg));
  }

  library(filePath: string, type: string, pkg: Package): LayerReference | undefined {
    return this.#libraries.get(libraryKey(filePath, type, pkg));
  }

  placeResource(resource: CustomResource): PlacedResource {
    const layer = this.#resources.get(resourceKey(resource));
    return layer === undefined ? resource : { ...resource, layer };
  }

  #addPackages(layer: Analysis, place: LayerReference | undefined, buildInfo: BuildInfo | undefined): void {
    for (const { packages } of layer.packageLists) {
      for (const pkg of packages) {
        const { installedFiles } = pkg;
        setOnce(this.#packages, packageKey(pkg), present({ layer: place, buildInfo, installedFiles }));
      }
    }
  }

  #addLibraries({ applications }: Analysis, place: LayerReference | undefined): void {
    for (const { type, filePath, packages } of applications) {
      for (const pkg of packages) {
        setOnce(this.#libraries, libraryKey(filePath, type, pkg), place);
      }
    }
  }
}

function setOnce<V>(map: Map<string, V>, key: string, value: V): void {
  if (!map.has(key)) {
    map.set(key, value);
  }
}

function packageKey({ name, version = '', release = '' }: Package): string {
  return `${name}\0${version}\0${release}`;
}

function libraryKey(filePath: string, type: string, pkg: Package): string {
  return `${filePath}\0${type}\0${pkg.filePath ?? ''}\0${pkg.name}\0${pkg.version ?? ''}`;
}

function resourceKey({ type, filePath }: CustomResource): string {
  return `${type}\0${filePath}`;
}

/** Of the layer itself; the base layer has that of the one above, where the build writes it; others take the nearest below. */
function buildInfoOf(layers: readonly Analysis[], index: number): BuildInfo | undefined {
  const own = layers[index]?.buildInfo;
  if (own !== undefined) {
    return own;
  }
  if (index === 0) {
    return layers[1]?.buildInfo;
  }
  for (let i = index - 1; i >= 0; i--) {
    const info = layers[i]?.buildInfo;
    if (info !== undefined) {
      return info;
    }
  }
  return undefined;
}
