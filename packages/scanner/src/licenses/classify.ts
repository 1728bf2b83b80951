import { Buffer } from 'node:buffer';
import type { LicenseFileFinding } from '../model/index.ts';
import data from './fingerprints.json' with { type: 'json' };
import { noticesIn } from './notices.ts';
import { shinglesOf, wordsOf } from './shingles.ts';

/** What is kept of the text of a licence. */
interface Fingerprint {
  readonly name: string;
  /** Shingles of the whole text. */
  readonly size: number;
  /** The smallest shingles, rising: a sample that any two licences have in common as far as their texts are. */
  readonly sample: Uint32Array;
}

interface Candidate extends Fingerprint {
  readonly confidence: number;
}

/** Less sure ones are never of use. */
const leastConfidence = 0.75;
/** Of which a licence that is part of another one is not reported beside it. */
const coveredShare = 0.6;
/** Fewer do not tell. */
const leastShared = 3;

/** The licences that a text is or names. */
export interface Classified {
  /** Whether the text of the licences is there, or only a notice that names them. */
  readonly kind: 'text' | 'notice';
  /** Best first. */
  readonly findings: readonly LicenseFileFinding[];
}

export function classifyText(text: string): Classified {
  const words = wordsOf(text);
  const texts = licensesIn(shinglesOf(words)).map(({ name, confidence }) => finding(name, confidence));
  const named = new Set(texts.map(({ name }) => name));
  const notices = noticesIn(words).filter((name) => !named.has(name));
  return {
    kind: texts.length > 0 ? 'text' : 'notice',
    findings: [...texts, ...notices.map((name) => finding(name, 1))],
  };
}

function licensesIn(shingles: ReadonlySet<number>): readonly Candidate[] {
  const chosen: Candidate[] = [];
  for (const candidate of candidatesFor(shingles)) {
    if (!isCovered(candidate, chosen)) {
      chosen.push(candidate);
    }
  }
  return chosen;
}

function finding(name: string, confidence: number): LicenseFileFinding {
  return {
    name,
    confidence: Math.round(confidence * 100) / 100,
    link: `https://spdx.org/licenses/${name}.html`,
  };
}

function candidatesFor(shingles: ReadonlySet<number>): Candidate[] {
  const hits = new Map<Fingerprint, number>();
  const { all, byShingle } = index();
  for (const shingle of shingles) {
    for (const licence of byShingle.get(shingle) ?? []) {
      hits.set(licence, (hits.get(licence) ?? 0) + 1);
    }
  }
  return all
    .map((licence) => ({ ...licence, confidence: (hits.get(licence) ?? 0) / licence.sample.length }))
    .filter(({ confidence }) => confidence >= leastConfidence)
    .sort((a, b) => score(b) - score(a));
}

/** A longer text says more, unless too much of it is missing. */
function score({ confidence, size }: Candidate): number {
  return confidence ** 2 * size;
}

/** Whether what was found of a licence is there because better ones were: of several, each may have a part of it. */
function isCovered({ sample }: Fingerprint, better: readonly Fingerprint[]): boolean {
  const largest = Math.min(sample.at(-1) ?? 0, Math.max(0, ...better.map((one) => one.sample.at(-1) ?? 0)));
  const own = sample.filter((shingle) => shingle <= largest);
  const known = new Set(better.flatMap((one) => [...one.sample]));
  const shared = own.filter((shingle) => known.has(shingle)).length;
  return shared >= leastShared && shared / own.length >= coveredShare;
}

interface Index {
  readonly all: readonly Fingerprint[];
  readonly byShingle: ReadonlyMap<number, readonly Fingerprint[]>;
}

let made: Index | null = null;

function index(): Index {
  made ??= makeIndex();
  return made;
}

function makeIndex(): Index {
  const byShingle = new Map<number, Fingerprint[]>();
  const all = data.licenses.map(({ name, size, sample }) => {
    const bytes = Buffer.from(sample, 'base64');
    const numbers = Uint32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readUInt32LE(i * 4));
    const fingerprint = { name, size, sample: numbers };
    for (const shingle of numbers) {
      const known = byShingle.get(shingle);
      if (known === undefined) {
        byShingle.set(shingle, [fingerprint]);
      } else {
        known.push(fingerprint);
      }
    }
    return fingerprint;
  });
  return { all, byShingle };
}
