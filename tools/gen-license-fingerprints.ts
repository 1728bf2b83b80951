/**
 * Makes the fingerprints of licences from their texts: node tools/gen-license-fingerprints.ts FOLDER, where FOLDER is
 * `licenses` of the npm package spdx-license-list, which is not installed otherwise.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import categories from '../packages/scanner/src/licenses/categories.json' with { type: 'json' };
import { gap, shinglesOf, wordsOf } from '../packages/scanner/src/licenses/shingles.ts';

const target = new URL('../packages/scanner/src/licenses/fingerprints.json', import.meta.url);
/** Shingles that are kept of each licence. */
const sampleSize = 96;
/** The licence itself is named there. */
const headingLength = 200;
/** Fewer say nothing. */
const smallest = 20;

const judged = new Set<string>(Object.values(categories).flat());
const more = new Set(['GFDL-1.1', 'GFDL-1.2', 'GFDL-1.3']);
/** Their texts are those of others. */
const twins = /-only$|-or-later$|\+$|-with-|-(?:no-)?RFN$|-no-copyleft-exception$|-Combined-Work-Exception$/;
/** Who gives the licence is named in many ways. */
const authors =
  /<[^<>\n]{1,80}>|\[[^[\]\n]{1,80}\]|_{3,}|\bISC\b|\b(?:copyright (?:holder|owner)|author|regent|contributor)s?\b/gi;
/** What is behind the terms, or is the text of another licence. */
const behindTerms =
  /^\s*(?:END OF TERMS AND CONDITIONS|How to Apply These Terms|GNU GENERAL PUBLIC LICENSE\s+Version 3)/im;

interface LicenseText {
  readonly osiApproved: boolean;
  readonly licenseText: string;
}

function fingerprint(folder: string, name: string) {
  const { osiApproved, licenseText } = JSON.parse(
    readFileSync(join(folder, `${name}.json`), 'utf8'),
  ) as LicenseText;
  // The names without `-only` and `-or-later` stand for both, as their texts are the same.
  if (twins.test(name) || !(osiApproved || judged.has(name) || more.has(name))) {
    return [];
  }
  const heading = licenseText.slice(0, headingLength);
  const [terms = ''] = licenseText.slice(headingLength).split(behindTerms);
  const words = wordsOf((heading + terms).replaceAll(authors, gap));
  const shingles = [...shinglesOf(words)].sort((a, b) => a - b);
  if (shingles.length < smallest) {
    return [];
  }
  const sample = Buffer.from(Uint32Array.from(shingles.slice(0, sampleSize)).buffer);
  return [{ name, size: shingles.length, sample: sample.toString('base64') }];
}

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  throw new Error('give the folder of the texts');
}
const licenses = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .map((file) => file.slice(0, -'.json'.length))
  .sort()
  .flatMap((name) => fingerprint(folder, name));
writeFileSync(target, `${JSON.stringify({ licenses }, null, 2)}\n`);
