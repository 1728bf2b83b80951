import { numberedLines, oneLine } from './lines.ts';
import { packageId, type FoundPackage } from './packages.ts';

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
  // A gem that is built for several platforms is listed for each: the last one counts.
  const byName = new Map(gems.map((gem) => [gem.name, gem]));
  const needsOf = new Map(
    gems
      .filter(({ needs }) => needs.length > 0)
      .map(({ name, version, needs }) => [packageId(name, version), needs]),
  );
  return [...byName.values()].map(({ name, version, line }) => {
    const id = packageId(name, version);
    return {
      id,
      name,
      version,
      relationship: direct.has(name) ? 'direct' : 'indirect',
      locations: [oneLine(line)],
      dependsOn: (needsOf.get(id) ?? []).flatMap((need) => {
        const needed = byName.get(need);
        return needed === undefined ? [] : [packageId(need, needed.version)];
      }),
    };
  });
}

function firstWord(line: string): string {
  return line.trim().split(' ', 1)[0] ?? '';
}

/** `1.13.6-x86_64-linux` is version 1.13.6 built for a platform. */
function withoutPlatform(version: string): string {
  return version.split('-', 1)[0] ?? version;
}
