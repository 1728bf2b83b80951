import ids from './spdx-ids.json' with { type: 'json' };
import { BoundedMap } from '../lib/bounded-map.ts';
import { trimOf } from '../lib/trim.ts';
import { licenseIdByUrl } from './urls.ts';
import aliases from './aliases.json' with { type: 'json' };
import families from './families.json' with { type: 'json' };
import { wordedLicense } from './worded.ts';

interface Family {
  readonly id: string;
  /** The first one is meant where none is named. */
  readonly versions: readonly string[];
  readonly names: readonly string[];
  /** Its ids end in `-only` or `-or-later`. */
  readonly gnu?: boolean;
  /** Without a version, any later one is meant too. */
  readonly anyLater?: boolean;
}

const byName = new Map<string, Family>(
  (families as readonly Family[]).flatMap((family) => family.names.map((name) => [name, family] as const)),
);

const idByAlias = new Map<string, string>(Object.entries(aliases));

/** Longer texts are no names. */
const maxName = 200;

/** The same few names come again with each package of a system. */
const known = new BoundedMap<string, string>(1000);

/**
 * The SPDX id of a licence that someone named freely: `Apache License, Version 2.0`, `GPLv3+`. Other names come back
 * as they are.
 */
export function normalizeLicense(text: string): string {
  const given = text.trim();
  if (given === '' || given.length > maxName) {
    return given;
  }
  const before = known.get(given);
  if (before !== undefined) {
    return before;
  }
  const found = normalizeName(given);
  known.set(given, found);
  return found;
}

function normalizeName(given: string): string {
  const name = given.replaceAll(/\s+/g, ' ');
  if (/^https?:/i.test(name)) {
    return licenseIdByUrl(name) ?? given;
  }
  const standard = standardName(name.toLowerCase());
  const alias = aliasOf(standard.name);
  if (alias !== null) {
    return printed(alias.id, standard.orLater || alias.orLater);
  }
  const worded = wordedLicense(name.toLowerCase());
  if (worded !== null) {
    return worded;
  }
  const whole = byName.get(plainWords(name.toLowerCase()));
  if (whole !== undefined) {
    return idOf(whole, '', false) ?? given;
  }
  const { words, version, orLater } = partsOf(name.toLowerCase());
  const family = byName.get(words);
  return (family === undefined ? null : idOf(family, version, orLater)) ?? idInBrackets(name) ?? given;
}

/** `CMU License (MIT-CMU)`: many names, such as those of Python's classifiers, say their id at the end. */
function idInBrackets(name: string): string | null {
  const id = /\(([^()]+)\)$/.exec(name)?.[1];
  return id === undefined ? null : spdxId(id);
}

interface StandardName {
  readonly name: string;
  readonly orLater: boolean;
}

/** Without the words that every name may have around it, the version after a hyphen: `apache-2.0`. */
function standardName(text: string): StandardName {
  let name = text
    .replaceAll('licence', 'license')
    .replace(/^the /, '')
    .replace(/ license$/, '')
    .replace(/ licensed$/, '')
    .replace(/-licensed?$/, '');
  if (!/^unlicensed?$/.test(name)) {
    name = name.replace(/licensed?$/, '');
  }
  const bare = name.replace(/(?:\+|[- ]or[- ]later)$/, '');
  return {
    orLater: bare !== name,
    name: bare
      .replace(/[- ]only$/, '')
      .replace(
        /([a-uw-z)])(?: license)?\s*[,(-]?\s*(?:version-?|ver\.?|v\.?|-)?\s*([1-9](?:\.\d)*)\)?$/,
        '$1-$2',
      ),
  };
}

/** What a name in its standard form stands for, when it does not follow from a family. */
function aliasOf(name: string): { readonly id: string; readonly orLater: boolean } | null {
  const alias = idByAlias.get(name) ?? shortName(name);
  if (alias !== undefined) {
    return { id: alias, orLater: false };
  }
  // Ids of GNU say whether later versions are meant.
  const gnu = spdxId(`${name}-only`);
  if (gnu !== null) {
    return { id: gnu.replace(/-only$/, ''), orLater: false };
  }
  const excepted = withNamedException(name);
  if (excepted !== null) {
    return excepted;
  }
  const id = spdxId(name);
  return id === null || /-(?:only|or-later)$/.test(id) ? null : { id, orLater: false };
}

/** Short names of Debian's copyright files (DEP-5) and others that are made like them. */
function shortName(name: string): string | undefined {
  const clauses = /^bsd-?([1-4])$/.exec(name)?.[1];
  const withoutInvariants = /^gfdl-niv-(1\.[1-3])$/.exec(name)?.[1];
  if (clauses !== undefined) {
    return `BSD-${clauses}-Clause`;
  }
  if (withoutInvariants !== undefined) {
    return `GFDL-${withoutInvariants}-no-invariants`;
  }
  // `MIT-style`, `Apache-like`: by its nature what it resembles.
  const model = /^(.+)[- ](?:like|style)$/.exec(name)?.[1];
  const family = model === undefined ? undefined : byName.get(model);
  return family === undefined ? undefined : (idOf(family, '', false) ?? undefined);
}

/** `gpl-2+ with autoconf exception`: the licences with an exception that have an id of their own. */
function withNamedException(name: string): { readonly id: string; readonly orLater: boolean } | null {
  const [, version, plus, exception] =
    /^gpl-([23])(?:\.0)?(\+)?(?: |-)with(?: |-)([a-z]+)(?: |-)exception$/.exec(name) ?? [];
  const id = spdxId(`gpl-${version}.0-with-${exception}-exception`);
  return id === null ? null : { id, orLater: plus !== undefined };
}

function printed(id: string, orLater: boolean): string {
  if (spdxId(`${id}-only`) !== null) {
    return `${id}-${orLater ? 'or-later' : 'only'}`;
  }
  return orLater ? `${id}+` : id;
}

/**
 * The licences of a field such as `GPL-1+ or Artistic, and BSD`. A text instead of names comes back as one that
 * starts with `text://`.
 */
export function splitLicenses(field: string): string[] {
  const text = field.trim();
  if (isLicenseText(text)) {
    return [`text://${text}`];
  }
  const licenses: string[] = [];
  for (const part of text.split(
    /,?[ _]+(?:or(?! [Ll]ater\b| [Ll]esser\b)|and(?! [Dd]istribution\b| [Dd]isclaimer\b))[ _]+|,\s*/,
  )) {
    const last = licenses.at(-1);
    if (last !== undefined && /^ver(?:sion)?(?: |$)/i.test(part)) {
      licenses[licenses.length - 1] = `${last}, ${part}`;
    } else if (part.trim() !== '') {
      licenses.push(part.trim());
    }
  }
  return licenses;
}

/** The licences of a field whose words may be names or versions: `MPL 2.0 GPL2+`. As Alpine has them. */
export function licensesOfWords(field: string): string[] {
  const licenses: string[] = [];
  let join = '';
  for (const word of field.split(/\s+/).map((one) => trimOf(one, '()'))) {
    if (word === '' || /^(?:and|or)$/i.test(word)) {
      continue;
    }
    const last = licenses.length - 1;
    if (/^with$/i.test(word)) {
      join = ' WITH ';
    } else if (last >= 0 && (join !== '' || /^\d+(?:\.\d+)+$/.test(word))) {
      licenses[last] = `${licenses[last] ?? ''}${join === '' ? ' ' : join}${word}`;
      join = '';
    } else {
      licenses.push(word);
    }
  }
  return licenses.map(normalizeLicense);
}

/** The SPDX id in its right case when a text is one; null otherwise. */
export function spdxId(text: string): string | null {
  return idsByLowerCase.get(text.toLowerCase()) ?? null;
}

const idsByLowerCase = new Map<string, string>(ids.map((id) => [id.toLowerCase(), id]));

function isLicenseText(text: string): boolean {
  const lower = text.toLowerCase();
  return textKeywords.some((keyword) => lower.includes(keyword));
}

/** Words that texts of licences have, and their names do not. */
const textKeywords = [
  ...['http://', 'https://', '(c)', 'as-is', ';', 'hereby', 'using'],
  ...['permission to use', 'permission is', 'use in source', 'use, copy, modify'],
];

/** What a name says besides the family: a version, and whether later ones are allowed. */
function partsOf(name: string): { words: string; version: string; orLater: boolean } {
  const orLater = /\+|[- ]or[- ]later\b|\bor any later\b|[>≥]/.test(name);
  const bare = name
    .replaceAll(/\(?https?:\S*/g, ' ')
    .replaceAll(/,? (?:january|february|june) \d{4}/g, ' ')
    .replaceAll(/[- ](?:or[- ]later|or any later|only)\b|[+>=≥]/g, ' ');
  // The version once more in brackets, as in `(CDDL-1.1)`, says nothing new.
  const version = /(?:^|[^\d.])(\d+(?:\.\d+)*)/.exec(bare)?.[1] ?? '';
  const words = bare.replaceAll(/(?:\b|(?<=[a-z]))v?(?:er|ersion)?[.: -]*\d+(?:\.\d+)*/g, ' ');
  return { words: plainWords(words), version, orLater };
}

/** Without brackets, commas and the words that every licence has. */
function plainWords(name: string): string {
  const words = name
    .replaceAll(/[(),:]/g, ' ')
    .replaceAll(/\blicen[cs]ed?\b|(?<=[a-z])(?<!\bun)licen[cs]ed?\b/g, ' ')
    .replaceAll(/(?:^|\s)(?:the|gnu|version|ver\.?|v\.?|-)(?=\s|$)/g, ' ')
    .split(' ')
    .map((word) => word.replaceAll(/^[-.]+|[-.]+$/g, ''))
    .filter((word) => word !== '');
  return [...new Set(words)].join(' ');
}

function idOf(
  { id, versions, gnu = false, anyLater = false }: Family,
  version: string,
  plus: boolean,
): string | null {
  const [first = ''] = versions;
  const known = version === '' ? first : versions.find((one) => sameVersion(one, version));
  if (known === undefined) {
    return null;
  }
  const numbered = known === '' ? id : `${id}-${known}`;
  const orLater = plus || (anyLater && version === '');
  if (gnu) {
    return `${numbered}-${orLater ? 'or-later' : 'only'}`;
  }
  return orLater && known !== '' ? `${numbered}+` : numbered;
}

/** `2` is `2.0`. */
function sameVersion(known: string, named: string): boolean {
  return known === named || known === `${named}.0`;
}
