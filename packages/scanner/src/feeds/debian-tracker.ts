import { severityNumber } from '../db/build/details.ts';
import { memberOf } from '../db/build/ranges.ts';
import type { AdvisoryRecord, AdvisorySink } from '../db/build/sink.ts';
import { defineFeed } from '../feed.ts';
import { isObject, type JsonObject, present, textOf } from '../lib/json.ts';
import { vulnerabilityStatuses } from '../model/index.ts';

const source = {
  id: 'debian',
  name: 'Debian Security Tracker',
  url: 'https://salsa.debian.org/security-tracker-team/security-tracker',
};
/** Releases by their code names; unstable has no advisories of its own. */
const releases: Readonly<Record<string, string>> = {
  jessie: '8',
  stretch: '9',
  buster: '10',
  bullseye: '11',
  bookworm: '12',
  trixie: '13',
  forky: '14',
};
const urgencies: ReadonlyMap<string, string> = new Map(
  Object.entries({
    unimportant: 'LOW',
    low: 'LOW',
    'low**': 'LOW',
    medium: 'MEDIUM',
    'medium**': 'MEDIUM',
    high: 'HIGH',
    'high**': 'HIGH',
  }),
);

export const feed = defineFeed({
  id: 'debian-tracker',
  doc: "The JSON of Debian's security tracker: packages, their vulnerabilities, and the state in each release.",
  accepts({ path, document }) {
    if (!path.endsWith('.json')) {
      return false;
    }
    const [issue] = Object.values(firstPackage(document()));
    return isObject(issue) && isObject(issue['releases']);
  },
  read({ document }, sink) {
    for (const [name, issues] of Object.entries(document() as JsonObject)) {
      for (const [id, issue] of Object.entries(isObject(issues) ? issues : {})) {
        if (isObject(issue)) {
          importIssue(name, id, issue, sink);
        }
      }
    }
  },
});

function firstPackage(document: unknown): JsonObject {
  const [issues] = isObject(document) ? Object.values(document) : [];
  return isObject(issues) ? issues : {};
}

function importIssue(name: string, id: string, issue: JsonObject, sink: AdvisorySink): void {
  let reason: string | null = 'is about no release that is matched';
  for (const [codename, state] of Object.entries(memberOf(issue, 'releases'))) {
    const release = Object.hasOwn(releases, codename) ? releases[codename] : undefined;
    if (release === undefined || !isObject(state)) {
      continue;
    }
    const record = recordOf(state);
    if (record === null) {
      reason = reason === null ? null : 'affects no release';
      continue;
    }
    sink.advisory(`debian ${release}`, source, name, id, record);
    reason = null;
  }
  if (reason !== null) {
    sink.rejected(`${name} ${id}`, reason);
    return;
  }
  sink.detail(id, source.id, present({ description: textOf(issue['description']) }));
  sink.imported();
}

/** null for a release that is not affected. */
function recordOf(state: JsonObject): AdvisoryRecord | null {
  const fixed = textOf(state['fixed_version']);
  const severity = severityNumber(urgencies.get(textOf(state['urgency']) ?? ''));
  if (state['status'] === 'resolved') {
    // Version 0 means that the package never had the vulnerability.
    return fixed === undefined || fixed === '0' ? null : present({ FixedVersion: fixed, Severity: severity });
  }
  return present({ Status: vulnerabilityStatuses.indexOf(statusOf(state)), Severity: severity });
}

function statusOf(state: JsonObject): 'affected' | 'will_not_fix' | 'fix_deferred' {
  if (textOf(state['nodsa']) === undefined) {
    return 'affected';
  }
  switch (state['nodsa_reason']) {
    case 'ignored':
      return 'will_not_fix';
    case 'postponed':
      return 'fix_deferred';
    default:
      return 'affected';
  }
}
