import { exactJson } from '@lanner/api';
import { auditKept } from '../store/retention-rules.ts';
import type { Retention, Store, StoreHealth } from '../store/store.ts';
import { MemoryAlerts } from './memory-alerts.ts';
import { MemoryDeliveries } from './memory-deliveries.ts';
import { MemoryAudit, MemoryDocuments } from './memory-documents.ts';
import { MemoryEvidence, MemoryFindings } from './memory-findings.ts';

export interface MemoryStoreOptions {
  readonly retention?: Retention;
  readonly now?: () => number;
}

/** A plain store that says what a real one must answer: short and slow, for tests. */
export function openMemoryStore(options: MemoryStoreOptions = {}): Promise<Store> {
  const { retention = { maxAgeMs: Infinity, maxBytes: Infinity }, now = () => Date.now() } = options;
  const alerts = new MemoryAlerts();
  const deliveries = new MemoryDeliveries(alerts);
  const documents = new MemoryDocuments(now);
  const findings = new MemoryFindings(documents, now);
  const evidence = new MemoryEvidence();
  const audit = new MemoryAudit();
  let removedByAge = 0;
  let removedBySize = 0;
  let removedFindings = 0;
  const bytes = (): number => {
    let sum = 0;
    for (const alert of alerts.all) {
      sum += exactJson(alert).length;
    }
    return sum;
  };
  return Promise.resolve({
    alerts,
    deliveries,
    documents,
    findings,
    evidence,
    audit,
    health: (): Promise<StoreHealth> =>
      Promise.resolve({
        state: 'ok',
        reason: '',
        bytes: bytes(),
        alerts: alerts.all.length,
        removedByAge,
        removedBySize,
        removedFindings,
        damaged: 0,
        refusedWrites: 0,
        schemaVersion: 1,
      }),
    maintain(nowMs) {
      const first = alerts.all.findIndex(({ receivedMs }) => receivedMs >= nowMs - retention.maxAgeMs);
      const old = alerts.removeOldest(first === -1 ? alerts.all.length : first);
      removedByAge += old.length;
      deliveries.overtake(old);
      while (alerts.all.length > 0 && bytes() > retention.maxBytes) {
        const removed = alerts.removeOldest(Math.ceil(alerts.all.length / 10));
        removedBySize += removed.length;
        deliveries.overtake(removed);
      }
      const horizonMs = nowMs - retention.maxAgeMs;
      const { removed, artifacts } = findings.tidy(nowMs, horizonMs);
      removedFindings += removed;
      evidence.tidy(horizonMs, artifacts);
      audit.tidy(Math.min(horizonMs, nowMs - auditKept.ageMs));
      return Promise.resolve();
    },
    backup: () => Promise.reject(new Error('a store in memory has no folder')),
    check: () => Promise.resolve([]),
    close: () => Promise.resolve(),
  });
}
