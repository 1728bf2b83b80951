import { SaxesParser } from 'saxes';
import { licenseIdByUrl } from '../../licenses/urls.ts';

/**
 * The licences in a pom.xml: their names as they are, otherwise the SPDX id of their address. What is wrong with the
 * document ends the reading.
 */
export function pomLicenses(document: Buffer): string[] {
  const found: { name: string; url: string }[] = [];
  const path: string[] = [];
  const problems: Error[] = [];
  const parser = new SaxesParser();
  parser.on('error', (problem) => problems.push(problem));
  parser.on('opentag', (tag) => {
    path.push(tag.name.replace(/^.*:/, ''));
    if (isAt(path, licensePath)) {
      found.push({ name: '', url: '' });
    }
  });
  parser.on('text', (text) => {
    const license = found.at(-1);
    const field = path.at(-1);
    if (
      license !== undefined &&
      (field === 'name' || field === 'url') &&
      isAt(path, [...licensePath, field])
    ) {
      license[field] += text;
    }
  });
  parser.on('closetag', () => path.pop());
  for (const part of partsOf(decoded(document))) {
    parser.write(part);
    if (problems.length > 0) {
      return [];
    }
  }
  return found
    .map(({ name, url }) => name.trim() || (licenseIdByUrl(url) ?? ''))
    .filter((license) => license !== '');
}

const licensePath = ['project', 'licenses', 'license'];

function isAt(path: readonly string[], wanted: readonly string[]): boolean {
  return path.length === wanted.length && wanted.every((name, i) => path[i] === name);
}

function decoded(document: Buffer): string {
  const declared = /^<\?xml[^>]*encoding=["']([\w-]+)["']/.exec(document.toString('latin1', 0, 200))?.[1];
  const isLatin1 = /^(?:iso-8859-1|latin-?1|windows-1252|us-ascii)$/i.test(declared ?? '');
  return document.toString(isLatin1 ? 'latin1' : 'utf8').replace(/^\uFEFF/, '');
}

/** In parts, so that an error at the start of a long document ends the reading there. */
function* partsOf(text: string): Generator<string> {
  const length = 64 * 1024;
  for (let at = 0; at < text.length; at += length) {
    yield text.slice(at, at + length);
  }
}
