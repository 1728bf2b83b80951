import { evaluationLimits, noteLimits, servedRulesLimits } from '@lanner/api';
import { z } from 'zod';

/** What agents send, checked: a node that was taken over may send anything. */

const count = z.number().min(0).max(Number.MAX_SAFE_INTEGER);
const key = z.string().max(1000);
const proof = z.string().max(200);
const revision = z.string().max(servedRulesLimits.revision);

export const EnrolShape = z.object({
  name: z
    .string()
    .min(1)
    .max(200)
    // eslint-disable-next-line no-control-regex -- those are what is refused
    .regex(/^[^\x00-\x1f\x7f]+$/, 'has control characters'),
  key,
  proof,
  version: z.string().max(50),
});

export const RenewShape = z.object({ key, proof });

export const HealthShape = z.object({
  version: z.string().max(50),
  startedMs: count,
  sensor: z.enum(['running', 'off', 'failed']),
  events: count,
  drops: count,
  alertsLost: count,
  blindRules: count,
  blindSeconds: count,
  spool: z.object({
    waiting: count,
    bytes: count,
    oldestMs: count.nullable(),
    droppedBySize: count,
    droppedByAge: count,
    damaged: count,
    refused: count,
  }),
  notes: z.array(z.string().max(noteLimits.characters)).max(noteLimits.count),
  rules: z
    .object({
      revision: revision.nullable(),
      unmatched: count,
      refused: z.object({ revision, reason: z.string().max(servedRulesLimits.reason) }).nullable(),
    })
    .nullable()
    // Agents of before take none.
    .default(null),
  evaluation: z
    .object({
      events: count,
      nsPerEvent: count,
      rules: z
        .array(z.object({ rule: z.string().max(evaluationLimits.name), share: z.number().min(0).max(1) }))
        .max(evaluationLimits.rules),
    })
    .nullable()
    // Agents of before time none.
    .default(null),
});

const text = z.string().max(10_000);

export const FindingsShape = z.object({
  artifact: z.object({
    key: z.string().min(1).max(1000),
    kind: z.enum(['image', 'host', 'filesystem']),
    names: z.array(text).max(100),
    system: text,
    packages: count,
    notes: z.array(text).max(100),
  }),
  findings: z
    .array(
      z.object({
        kind: z.enum(['vulnerability', 'secret', 'misconfiguration', 'license', 'end-of-life', 'update']),
        id: text,
        package: text,
        packageName: text,
        installedVersion: text,
        fixedVersion: text,
        severity: z.enum(['CRITICAL', 'HIGH', 'MEDIUM', 'LOW', 'UNKNOWN']),
        title: text,
        epss: z.number().min(0).max(1).nullable(),
        kev: z.boolean(),
        details: z.record(z.string(), z.unknown()),
      }),
    )
    .max(100_000),
  atMs: count,
});

/** A scan that is too long for one record. */
export const FindingsPartShape = FindingsShape.extend({
  part: z.object({ isLast: z.boolean(), total: z.number().int().min(0).max(1_000_000) }),
});
