import { compactJson, findJsonMember, jsonElements, type JsonNode, jsonString } from '@lanner/engine';
import { type AuditPlace, type AuditProblem, sizeText } from './problem.ts';
import { timeNs } from './time.ts';

/** One audit event, ready to become an event. */
export interface AuditRecord {
  /** As compact JSON, its members and their order as they were. */
  readonly json: string;
  readonly ts: bigint;
}

export interface RecordLimits {
  /** Longest audit event in bytes, as compact JSON. */
  readonly eventBytes: number;
}

const notAudit = 'Only events of audit.k8s.io are read: an Event, an EventList, or an array of them.';

/**
 * The audit events of a document: itself, the items of an EventList, or what an array holds of both; and what is wrong
 * with those that cannot be used. A remnant of a broken document counts only when it looks like an audit event.
 */
export function* recordsOf(
  root: JsonNode,
  place: AuditPlace,
  limits: RecordLimits,
  isRemnant = false,
): Generator<AuditRecord | AuditProblem, void> {
  if (root.kind === 'array') {
    let item = 0;
    for (const element of jsonElements(root)) {
      item++;
      yield* recordsOf(element, { ...place, item }, limits, isRemnant);
    }
    return;
  }
  const kind = memberText(root, 'kind');
  const items = kind === 'EventList' ? findJsonMember(root, 'items') : null;
  if (items?.kind === 'array') {
    let item = 0;
    for (const element of jsonElements(items)) {
      item++;
      yield toRecord(element, { ...place, item }, limits);
    }
  } else if (kind === 'Event' || (isRemnant && findJsonMember(root, 'auditID') !== null)) {
    yield toRecord(root, place, limits);
  } else if (!isRemnant) {
    // Falco's words, which people look for in logs.
    yield { place, problem: 'data not recognized as a k8s audit event', hint: notAudit };
  }
}

function toRecord(value: JsonNode, place: AuditPlace, limits: RecordLimits): AuditRecord | AuditProblem {
  const time = memberText(value, 'stageTimestamp');
  if (time === null) {
    return { place, problem: 'an audit event without stageTimestamp', hint: notAudit };
  }
  const ts = timeNs(time);
  if (ts === null) {
    return {
      place,
      problem: 'an audit event whose stageTimestamp is not a time',
      hint: 'Write it like 2024-05-01T12:00:00.000000Z.',
    };
  }
  const json = compactJson(value);
  if (json.length > limits.eventBytes) {
    return {
      place,
      problem: `an audit event of more than ${sizeText(limits.eventBytes)}`,
      hint: "Raise maxEventSize in the plugin's init_config, or log less of such requests with the audit policy.",
    };
  }
  return { json, ts };
}

function memberText(value: JsonNode, key: string): string | null {
  const member = findJsonMember(value, key);
  return member && jsonString(member);
}
