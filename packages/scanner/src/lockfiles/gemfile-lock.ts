import { numberedLines, oneLine } from './lines.ts';
import { compareText, mergePackages, packageId, type FoundPackage } from './packages.ts';

interface Gem {
  readonly name: string;
  readonly version: string;
  readonly line: number;
  readonly needs: string[];
}

/** Gems under a `specs:` heading with an indentation of four, what they need with six, direct ones in DEPENDENCIES. */
export function parseGemfileLock(text: string): FoundPackage[] {
  const gems: Gem[] = [];
  const direct = new Set<string>();
  let section = '';
  for (const [line, number] of numberedLines(text)) {
    const indent = line.length - line.trimStart().length;
    const name = firstWord(line);
    if (indent === 0) {
      section = line.trim();
    } else if (section === 'DEPENDENCIES' && indent === 2) {
      direct.add(name.replace(/!$/, ''));
    } else if (indent === 4) {
      const version = /\(([^()]+)\)/.exec(line)?.[1];
      if (version !== undefined && name !== '') {
        gems.push({ name, version: withoutPlatform(version), line: number, needs: [] });
      }
    } else if (indent === 6 && name !== '') {
      gems.at(-1)?.needs.push(name);
    }
  }
  const versions = new Map(gems.map(({ name, version }) => [name, version]));
  return mergePackages(
    gems.map(({ name, version, line, needs }) => ({
      id: packageId(name, version),
      name,
      version,
      relationship: direct.has(name) ? 'direct' : 'indirect',
      locations: [oneLine(line)],
      dependsOn: needs
        .map((need) => packageId(need, versions.get(need) ?? ''))
        .filter((id) => id.includes('@'))
        .sort(compareText),
    })),
  );
}

function firstWord(line: string): string {
  return line.trim().split(' ', 1)[0] ?? '';
}

/** `1.13.6-x86_64-linux` is version 1.13.6 built for a platform. */
function withoutPlatform(version: string): string {
  return version.split('-', 1)[0] ?? version;
}
