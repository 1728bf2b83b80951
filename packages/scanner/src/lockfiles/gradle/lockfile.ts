import { numberedLines, oneLine } from '../lines.ts';
import { mergePackages, type FoundPackage } from '../packages.ts';

/** One library a line: `group:artifact:version=classpath,classpath`. */
export function parseGradleLockfile(text: string): FoundPackage[] {
  const packages: FoundPackage[] = [];
  for (const [line, number] of numberedLines(text)) {
    const [, name, version, classpaths = ''] = /^\s*([^#:=]+:[^:=]+):([^:=]+)=(.*)$/.exec(line) ?? [];
    if (name !== undefined && version !== undefined) {
      packages.push({
        id: `${name}:${version}`,
        name,
        version,
        dev: isOnlyForTests(classpaths),
        locations: [oneLine(number)],
      });
    }
  }
  return mergePackages(packages);
}

function isOnlyForTests(classpaths: string): boolean {
  return classpaths.split(',').every((classpath) => classpath.trim().startsWith('test'));
}
