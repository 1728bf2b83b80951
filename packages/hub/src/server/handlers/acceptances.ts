import type { DocumentStore, StoredDocument } from '../../store/document-store.ts';
import type { Acceptance, FindingStore } from '../../store/finding-store.ts';

type KeptAcceptance = Acceptance & { readonly id: string; readonly acceptedMs: number };

/**
 * Acceptances that end within a time, those that end first first, and how many open findings each is about. Those without
 * an end are among them when the time has none either.
 */
export async function acceptancesWithin(
  findings: FindingStore,
  documents: DocumentStore,
  { fromMs, toMs = Infinity }: { readonly fromMs: number; readonly toMs?: number },
): Promise<readonly (KeptAcceptance & { readonly findings: number })[]> {
  const acceptances = (await documents.list('acceptance'))
    .map(acceptanceShape)
    .filter(({ untilMs }) => (untilMs ?? Infinity) > fromMs && (untilMs ?? Infinity) <= toMs)
    .sort((a, b) => (a.untilMs ?? Infinity) - (b.untilMs ?? Infinity) || (a.id < b.id ? -1 : 1));
  const listed = [];
  for (const each of acceptances) {
    const { findingId, artifact, packageName } = each;
    const count = await findings.count({
      ids: [findingId],
      ...(artifact === null ? {} : { artifacts: [artifact] }),
      ...(packageName === null ? {} : { packageNames: [packageName] }),
    });
    listed.push({ ...each, findings: count });
  }
  return listed;
}

export function acceptanceShape({ id, value, updatedMs }: StoredDocument): KeptAcceptance {
  return { id, ...(value as Acceptance), acceptedMs: updatedMs };
}
