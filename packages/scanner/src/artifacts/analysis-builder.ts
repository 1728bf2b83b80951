import { normalizeLicense } from '../licenses/normalize.ts';
import type {
  Analysis,
  Application,
  BuildInfo,
  Contribution,
  OsInfo,
  PackageList,
  Repository,
} from '../model/index.ts';
import { mergeOs } from './merge-os.ts';

type Lists = Pick<
  { -readonly [K in keyof Analysis]: Analysis[K][number & keyof Analysis[K]][] },
  'packageLists' | 'applications' | 'systemFiles' | 'secrets' | 'licenses' | 'customResources'
>;

/** Puts together what the analyzers of a layer find. The order of contributions does not show in the result. */
export class AnalysisBuilder {
  readonly #lists: Lists = {
    packageLists: [],
    applications: [],
    systemFiles: [],
    secrets: [],
    licenses: [],
    customResources: [],
  };
  readonly #opaqueDirs: string[] = [];
  readonly #whiteoutFiles: string[] = [];
  readonly #digests: Record<string, string> = {};
  /** Operating systems by the file that says so: files may come in any order. */
  readonly #os: { path: string; os: OsInfo }[] = [];
  #repository: Repository | undefined;
  #buildInfo: BuildInfo | undefined;

  /** `path` is that of the file, or of the first one; every package is told who found it. */
  add(contribution: Contribution, path: string, analyzer: string): void {
    const { os, repository, buildInfo } = contribution;
    if (os !== undefined) {
      this.#os.push({ path, os });
    }
    this.#repository = repository ?? this.#repository;
    if (buildInfo !== undefined) {
      this.#buildInfo = { ...this.#buildInfo, ...buildInfo };
    }
    append(
      this.#lists.packageLists,
      contribution.packageLists?.map((list) => foundBy(analyzer, list)),
    );
    append(
      this.#lists.applications,
      contribution.applications?.map((list) => withLicenses(foundBy(analyzer, list))),
    );
    append(this.#lists.systemFiles, contribution.systemFiles);
    append(this.#lists.secrets, contribution.secrets);
    append(this.#lists.licenses, contribution.licenses);
    append(this.#lists.customResources, contribution.customResources);
    Object.assign(this.#digests, contribution.digests);
  }

  /** The layer hides the content of this folder in lower layers. */
  addOpaque(folder: string): void {
    this.#opaqueDirs.push(folder);
  }

  /** The layer removes this path of lower layers. */
  addWhiteout(path: string): void {
    this.#whiteoutFiles.push(path);
  }

  build(): Analysis {
    const { packageLists, applications, systemFiles, secrets, licenses, customResources } = this.#lists;
    let os: OsInfo | undefined;
    for (const found of this.#os.sort((a, b) => compare(a.path, b.path))) {
      os = mergeOs(os, found.os);
    }
    return {
      opaqueDirs: this.#opaqueDirs.sort(compare),
      whiteoutFiles: this.#whiteoutFiles.sort(compare),
      ...(os === undefined ? {} : { os }),
      ...(this.#repository === undefined ? {} : { repository: this.#repository }),
      ...(this.#buildInfo === undefined ? {} : { buildInfo: this.#buildInfo }),
      packageLists: packageLists.sort((a, b) => compare(a.filePath, b.filePath)),
      applications: applications.sort((a, b) => compare(a.filePath, b.filePath) || compare(a.type, b.type)),
      systemFiles,
      secrets: secrets.sort((a, b) => compare(a.filePath, b.filePath)),
      licenses: licenses.sort((a, b) => compare(a.filePath, b.filePath) || compare(a.type, b.type)),
      digests: this.#digests,
      customResources: customResources.sort(
        (a, b) => compare(a.filePath, b.filePath) || compare(a.type, b.type),
      ),
    };
  }
}

/** Analyzers that Trivy's reports call otherwise; the name is part of a package's identifier. */
const trivyNames: Readonly<Record<string, string>> = {
  bitnami: 'sbom',
  conan: 'conan-lock',
  gradle: 'gradle-lockfile',
  sbt: 'sbt-lockfile',
  pub: 'pubspec-lock',
  hex: 'mix-lock',
};

function foundBy<T extends PackageList>(analyzer: string, list: T): T {
  const analyzedBy = trivyNames[analyzer] ?? analyzer;
  return { ...list, packages: list.packages.map((one) => ({ ...one, analyzedBy })) };
}

/** Licences of packages of languages go by the ids of SPDX where they are meant. */
function withLicenses(application: Application): Application {
  const packages = application.packages.map((one) => {
    if (one.licenses === undefined) {
      return one;
    }
    const { licenses: stated, ...rest } = one;
    const licenses = [...new Set(stated.map(normalizeLicense))].filter((name) => name !== '');
    return licenses.length === 0 ? rest : { ...rest, licenses };
  });
  return { ...application, packages };
}

/** Spreading into push ends at some ten thousand items. */
function append<T>(list: T[], items: readonly T[] | undefined): void {
  for (const item of items ?? []) {
    list.push(item);
  }
}

export function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
