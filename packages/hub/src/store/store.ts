import type { AlertStore } from './alert-store.ts';
import type { DeliveryStore } from './delivery-store.ts';
import type { AuditLog, DocumentStore } from './document-store.ts';
import type { EvidenceStore, FindingStore } from './finding-store.ts';

/**
 * How long things are kept. Alerts beyond either limit go, oldest first; by age also findings that were fixed so long
 * ago, and artifacts that no scan has found for so long, with all that is known of them.
 */
export interface Retention {
  /** Milliseconds. */
  readonly maxAgeMs: number;
  /** Bytes of the whole store on disk. */
  readonly maxBytes: number;
}

export interface StoreHealth {
  /** degraded: reads work, writes do not (full or read-only disk). */
  readonly state: 'ok' | 'degraded' | 'failed';
  /** What is wrong and what to do; empty when ok. */
  readonly reason: string;
  readonly bytes: number;
  readonly alerts: number;
  /** Counted since the store was made. */
  readonly removedByAge: number;
  readonly removedBySize: number;
  /** Findings that retention has removed. */
  readonly removedFindings: number;
  /** Records that were found damaged and set aside. */
  readonly damaged: number;
  /** Writes that the disk did not take, since the store was opened. */
  readonly refusedWrites: number;
  readonly schemaVersion: number;
}

/** Everything that the server keeps, behind one port; `store.contract.ts` is what an implementation must pass. */
export interface Store {
  readonly alerts: AlertStore;
  readonly deliveries: DeliveryStore;
  readonly findings: FindingStore;
  readonly evidence: EvidenceStore;
  readonly documents: DocumentStore;
  readonly audit: AuditLog;
  health(): Promise<StoreHealth>;
  /** Removes what retention says, in small steps, and tidies up. Called once a minute by the server. */
  maintain(nowMs: number): Promise<void>;
  /** A whole copy in a folder that must not exist yet, consistent as of now, while everything goes on. */
  backup(folder: string): Promise<void>;
  /** Looks through everything; gives what is damaged, one line each. */
  check(): Promise<readonly string[]>;
  close(): Promise<void>;
}
