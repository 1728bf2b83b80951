import type { DeclaredRepository } from './repository.ts';

export interface PomCoordinates {
  readonly groupId: string;
  readonly artifactId: string;
  readonly version: string;
}

/** A POM that is not on disk, and where it may be besides the usual places. Plain data: it goes to another process. */
export interface WantedPom extends PomCoordinates {
  readonly repositories: readonly DeclaredRepository[];
}

/** `org/example/name/1.0/name-1.0.pom`; a wanted version cannot lead out of the repository. */
export function repositoryPath({ groupId, artifactId, version }: PomCoordinates): string {
  const parts = [...groupId.split('.'), artifactId, version, `${artifactId}-${version}.pom`];
  return parts.map((part) => part.replaceAll(/[/\\]|^\.+$/g, '_')).join('/');
}
