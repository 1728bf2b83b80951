import type { ArtifactFile } from '../analyzer.ts';
import type { Application, Contribution, Package } from '../model/index.ts';
import { readSbom } from '../sbom/index.ts';
import { known } from './known.ts';

/** What belongs to a file and what belongs to a folder. */
interface Places {
  /** Where packages without a place of their own are said to be; `inside` is what the document says. */
  readonly packagePath: (inside: string | undefined) => string;
  readonly applicationPath: (application: Application) => string;
}

/** The packages in an SBOM that lies in an artifact; null when there are none. Throws AppError 'artifact.parse'. */
export function embeddedSbom(
  file: ArtifactFile,
  { packagePath, applicationPath }: Places,
): Contribution | null {
  const { packageLists, applications } = readSbom(file.bytes());
  const place = (one: Package): Package => ({ ...one, filePath: packagePath(one.filePath) });
  const found = known<Contribution>({
    packageLists: packageLists.map(({ packages }) => ({ filePath: file.path, packages })),
    applications: applications.map((application) => {
      const filePath = applicationPath(application);
      // Either the application or its packages have a place.
      const packages = filePath === '' ? application.packages.map(place) : application.packages;
      return { ...application, filePath, packages };
    }),
  });
  return Object.keys(found).length === 0 ? null : found;
}
