import type { DocumentStore, StoredDocument } from '../../store/document-store.ts';
import type { Acceptance, FindingStore } from '../../store/finding-store.ts';

type KeptAcceptance = Acceptance & { readonly id: string; readonly acceptedMs: number };

/** Acceptances that last beyond a moment, those that end first first, and how many open findings each is about. */
export async function acceptancesSince(
  findings: FindingStore,
  documents: DocumentStore,
  sinceMs: number,
): Promise<readonly (KeptAcceptance & { readonly findings: number })[]> {
  const acceptances = (await documents.list('acceptance'))
    .map(acceptanceShape)
    .filter(({ untilMs }) => untilMs === null || untilMs > sinceMs)
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
