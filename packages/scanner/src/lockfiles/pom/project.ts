import { child, childrenOf, childText, parseXml, type XmlElement } from '../../lib/xml.ts';
import { licenseIdByUrl } from '../../licenses/urls.ts';
import { type DeclaredRepository, repositoriesOf } from '../../maven/repository.ts';
import type { PomCoordinates } from '../../maven/wanted-pom.ts';
import type { LineRange } from '../../model/index.ts';

export type Coordinates = PomCoordinates;

export interface PomDependency extends Coordinates {
  readonly scope: string;
  readonly optional: string;
  /** `group:artifact`, each of which can be `*`. */
  readonly exclusions: readonly string[];
  /** Absent for what other files than the scanned one say. */
  readonly lines?: LineRange;
}

/** A POM as it is written: variables are not filled in, and nothing is inherited. */
export interface PomProject extends Coordinates {
  readonly parent: (Coordinates & { readonly relativePath: string | null }) | null;
  readonly properties: ReadonlyMap<string, string>;
  readonly dependencies: readonly PomDependency[];
  readonly managed: readonly PomDependency[];
  readonly modules: readonly string[];
  readonly licenses: readonly string[];
  readonly repositories: readonly DeclaredRepository[];
}

/** Throws AppError 'artifact.parse'. */
export function parsePom(text: string): PomProject {
  const project = parseXml(text);
  const parent = child(project, 'parent');
  return {
    ...coordinates(project),
    parent:
      parent === undefined
        ? null
        : { ...coordinates(parent), relativePath: child(parent, 'relativePath')?.text ?? null },
    properties: new Map(child(project, 'properties')?.children.map(({ name, text: value }) => [name, value])),
    dependencies: dependenciesOf(project),
    managed: dependenciesOf(child(project, 'dependencyManagement')),
    modules: childrenOf(child(project, 'modules'), 'module').map((module) => module.text),
    licenses: pomLicenses(project),
    repositories: repositoriesOf(project),
  };
}

function pomLicenses(project: XmlElement): string[] {
  return childrenOf(child(project, 'licenses'), 'license')
    .map((license) => pomLicenseName(childText(license, 'name'), childText(license, 'url')))
    .filter((name) => name !== '');
}

/** The name, or where there is none, the SPDX id of what lies at the address; empty when that is not known. */
export function pomLicenseName(name: string, url: string): string {
  return name.trim() || (licenseIdByUrl(url) ?? '');
}

function coordinates(element: XmlElement): Coordinates {
  return {
    groupId: childText(element, 'groupId'),
    artifactId: childText(element, 'artifactId'),
    version: childText(element, 'version'),
  };
}

function dependenciesOf(holder: XmlElement | undefined): PomDependency[] {
  return childrenOf(child(holder, 'dependencies'), 'dependency').map((element) => ({
    ...coordinates(element),
    scope: childText(element, 'scope'),
    optional: childText(element, 'optional'),
    exclusions: childrenOf(child(element, 'exclusions'), 'exclusion').map(
      (exclusion) => `${childText(exclusion, 'groupId')}:${childText(exclusion, 'artifactId')}`,
    ),
    lines: { startLine: element.startLine, endLine: element.endLine },
  }));
}
