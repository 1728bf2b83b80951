import { AppError } from '@lanner/core';
import { parse } from 'smol-toml';
import { cvss3Score } from '../db/build/cvss.ts';
import { complement, type Interval, intervalOf } from '../db/build/intervals.ts';
import { memberOf } from '../db/build/ranges.ts';
import type { AdvisoryRecord } from '../db/build/sink.ts';
import { defineFeed } from '../feed.ts';
import { isObject, type JsonObject, present, textOf, textsOf } from '../lib/json.ts';

const source = {
  id: 'osv',
  name: 'RustSec Advisory Database',
  url: 'https://github.com/RustSec/advisory-db',
};
const fence = /^\s*```toml\r?\n([\s\S]*?)\r?\n```\r?\n?([\s\S]*)$/;

export const feed = defineFeed({
  id: 'rustsec',
  doc: 'Advisories of the RustSec database as they are in its repository: Markdown with a head in TOML.',
  accepts: ({ path, text }) => path.endsWith('.md') && fence.test(text) && text.includes('[advisory]'),
  read({ path, text }, sink) {
    const [, head = '', body = ''] = fence.exec(text) ?? [];
    const record = parseHead(path, head);
    const advisory = memberOf(record, 'advisory');
    const [id, name] = [textOf(advisory['id']), textOf(advisory['package'])];
    if (id === undefined || name === undefined) {
      throw new AppError('advisory.invalid', `${path} lacks an id or a package`);
    }
    if (textOf(advisory['withdrawn']) !== undefined) {
      sink.rejected(id, 'withdrawn');
      return;
    }
    const versions = versionsOf(memberOf(record, 'versions'));
    if (versions === null) {
      sink.rejected(id, 'names versions that cannot be read');
      return;
    }
    const aliases = textsOf(advisory['aliases']);
    const cves = aliases.filter((alias) => alias.startsWith('CVE-'));
    const ids = cves.length === 0 ? [id] : cves;
    const others = [id, ...aliases].filter((one) => !ids.includes(one));
    for (const vulnerabilityId of ids) {
      sink.advisory(`cargo::${source.name}`, source, name.toLowerCase(), vulnerabilityId, {
        ...versions,
        ...(others.length === 0 ? {} : { VendorIDs: others }),
      });
      sink.detail(vulnerabilityId, source.id, detailOf(advisory, body));
    }
    sink.imported();
  },
});

function parseHead(path: string, text: string): JsonObject {
  try {
    return parse(text);
  } catch (error) {
    throw new AppError('advisory.invalid', `the head of ${path} is no TOML: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

/** What is neither patched nor unaffected is vulnerable; null when a requirement cannot be read. */
function versionsOf(versions: JsonObject): AdvisoryRecord | null {
  const patched = textsOf(versions['patched']).map(intervalOf);
  const unaffected = textsOf(versions['unaffected']).map(intervalOf);
  const sound = [...patched, ...unaffected].filter((interval) => interval !== null);
  if (sound.length !== patched.length + unaffected.length) {
    return null;
  }
  const fixes = patched.flatMap((interval) => interval?.from ?? []);
  const vulnerable = complement(sound).map(intervalText);
  return {
    // Nothing is vulnerable where all is sound; an empty list would mean the opposite.
    VulnerableVersions: vulnerable.length === 0 ? ['<0.0.0-0'] : vulnerable,
    ...(fixes.length === 0 ? {} : { PatchedVersions: fixes }),
  };
}

function intervalText({ from, to }: Interval): string {
  if (to === null) {
    return `>=${from ?? '0'}`;
  }
  return from === null ? `<${to}` : `>=${from}, <${to}`;
}

function detailOf(
  advisory: JsonObject,
  body: string,
): Parameters<Parameters<typeof feed.read>[1]['detail']>[2] {
  const [, title, description = body] = /^\s*#\s+(.+)\r?\n([\s\S]*)$/.exec(body) ?? [];
  const vector = textOf(advisory['cvss']);
  const references = [advisory['url'], ...textsOf(advisory['references'])].flatMap(
    (url) => textOf(url) ?? [],
  );
  const date: unknown = advisory['date'];
  return present({
    title: textOf(title?.trim()),
    description: textOf(description.trim()),
    cvssVectorV3: vector,
    cvssScoreV3: vector === undefined ? undefined : (cvss3Score(vector) ?? undefined),
    references: references.length === 0 ? undefined : references,
    publishedDate: isObject(date) ? undefined : textOf(date),
  });
}
