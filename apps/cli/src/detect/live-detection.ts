import type { RuleEvaluation } from '@lanner/api';
import type { Log } from '@lanner/core';
import { eventTable, fromByteString } from '@lanner/engine';
import type { MetricFamily, OutputHub } from '@lanner/hub';
import type { DirectoryFigures } from '@lanner/runtimes';
import { blindMessage, internalMessage, type InternalPrinting } from '../live/internal-alerts.ts';
import type { BlindInterval } from '../live/blind.ts';
import type { LiveAlert, LiveFigures } from '../live/protocol.ts';
import { LiveSession, type SessionOptions } from '../live/session.ts';
import type { AuditBeside } from './audit-beside.ts';
import type { Detection, DetectionFigures } from './detection.ts';
import type { DropMonitor } from './drops.ts';
import type { Losses } from './host.ts';
import { ruleEvaluation } from './rule-evaluation.ts';
import type { RuleProgram, RuleReport, RuleSummary } from './rule-program.ts';
import { RuleCounts } from './summary.ts';

export type LiveDetectionOptions = Omit<SessionOptions, 'onAlert' | 'onFigures' | 'onBlind'> & {
  readonly hub: OutputHub;
  readonly printing: InternalPrinting;
  readonly drops: DropMonitor;
  /** Receives audit events beside; null: nobody does. */
  readonly audit: ((counts: RuleCounts) => AuditBeside) | null;
  readonly log: Log;
  /** Told of the rules that run. */
  readonly onRules?: (rules: readonly RuleSummary[]) => void;
};

/** Detection on the living machine: the rules run in the thread of the sensor, everything else is here. */
export class LiveDetection implements Detection {
  readonly counts: RuleCounts = new RuleCounts();
  readonly hub: OutputHub;
  readonly session: LiveSession;
  readonly audit: AuditBeside | null;
  readonly #options: LiveDetectionOptions;

  constructor(options: LiveDetectionOptions) {
    this.#options = options;
    this.hub = options.hub;
    this.audit = options.audit?.(this.counts) ?? null;
    this.session = new LiveSession({
      ...options,
      onAlert: (rule, alert) => {
        this.#onAlert(rule, alert);
      },
      onFigures: ({ kernel }) => {
        options.drops.note(kernel, options.now());
      },
      onFullCapture: (path) => {
        this.#onFullCapture(path);
      },
      onBlind: (interval) => {
        this.#onBlind(interval);
      },
    });
  }

  get rules(): readonly RuleSummary[] {
    return this.session.rules;
  }

  async exchange(program: RuleProgram): Promise<RuleReport> {
    const report = await this.session.exchange(program);
    if (report.results.every(({ successful }) => successful)) {
      this.audit?.exchange(program);
      this.#options.onRules?.(report.rules.filter(({ runs }) => runs));
    }
    return report;
  }

  figures(): DetectionFigures {
    const { figures } = this.session;
    const audited = this.audit?.events ?? 0;
    return figures === null
      ? { events: audited, state: null, kernel: null }
      : { events: figures.events + audited, state: figures.state, kernel: figures.kernel };
  }

  losses(): Losses {
    const { blind = [], droppedAlerts = 0 } = this.session.figures ?? {};
    let blindSeconds = 0;
    for (const [, { seconds }] of blind) {
      blindSeconds = Math.max(blindSeconds, seconds);
    }
    return { blindRules: blind.length, blindSeconds, droppedAlerts };
  }

  evaluation(): RuleEvaluation | null {
    return ruleEvaluation(this.session.figures?.ruleTimes ?? null);
  }

  families(): readonly MetricFamily[] {
    const { figures } = this.session;
    const { containerFigures } = this.session;
    return [
      ...(figures === null ? [] : liveFamilies(figures)),
      ...(containerFigures === null ? [] : containerFamilies(containerFigures)),
    ];
  }

  #onAlert(rule: RuleSummary, { line, inside }: LiveAlert): void {
    this.counts.add(rule);
    this.hub.send({ line, priority: rule.priority, ...(inside === undefined ? {} : { inside }) });
  }

  #onFullCapture(path: string): void {
    const message = {
      ts: BigInt(this.#options.now()) * 1_000_000n,
      rule: 'Falco internal: capture size limit reached',
      priority: 'Warning',
      output: `Falco internal: capture size limit reached. ${path} is as large as capture.max_file_size_mb allows.`,
      fields: { capture_file: path },
    } as const;
    this.hub.send(internalMessage(message, this.#options.printing));
  }

  #onBlind(interval: BlindInterval): void {
    const message = blindMessage(interval);
    this.#options.log.error('rules were blind', {
      rules: interval.rules.map(fromByteString),
      from: isoTime(interval.fromNs),
      to: isoTime(interval.toNs),
      lost: Object.fromEntries(interval.lost.map(([type, count]) => [nameOf(type), count])),
    });
    this.hub.send(internalMessage(message, this.#options.printing));
  }
}

function isoTime(ns: bigint): string {
  return new Date(Number(ns / 1_000_000n)).toISOString();
}

function nameOf(type: number): string {
  return eventTable[type]?.name ?? String(type);
}

/** What Falco has no metrics for. */
export function liveFamilies(
  figures: Pick<LiveFigures, 'blind' | 'lostByType' | 'droppedAlerts' | 'skippedLookups'>,
): MetricFamily[] {
  const { blind, lostByType, droppedAlerts, skippedLookups } = figures;
  const byName = new Map<string, number>();
  for (const [type, count] of lostByType) {
    byName.set(nameOf(type), (byName.get(nameOf(type)) ?? 0) + count);
  }
  return [
    family(
      'lanner_lost_events_total',
      'Events that were lost, by type.',
      [...byName].map(([event_type, value]) => ({ labels: { event_type }, value })),
    ),
    family(
      'lanner_rule_blind_seconds_total',
      'Time in which a rule could not see all events that it needs.',
      blind.map(([rule, { seconds }]) => ({ labels: { rule_name: fromByteString(rule) }, value: seconds })),
    ),
    family(
      'lanner_rule_blind_intervals_total',
      'Intervals in which a rule could not see all events that it needs.',
      blind.map(([rule, { intervals }]) => ({
        labels: { rule_name: fromByteString(rule) },
        value: intervals,
      })),
    ),
    family('lanner_alerts_dropped_total', 'Alerts that were raised and could not be handed on.', [
      { value: droppedAlerts },
    ]),
    family('lanner_skipped_process_lookups_total', 'Unknown threads for which there was no time to look.', [
      { value: skippedLookups },
    ]),
  ];
}

/** How the runtimes of containers answered. */
export function containerFamilies({ known, evictions, failures, refused }: DirectoryFigures): MetricFamily[] {
  const one = (value: number): MetricFamily['samples'] => [{ value }];
  const kept = 'Descriptions of containers that are kept for who asks again.';
  return [
    { name: 'lanner_container_descriptions', help: kept, type: 'gauge', samples: one(known) },
    family(
      'lanner_container_description_evictions_total',
      'Descriptions of containers that gave way to others.',
      one(evictions),
    ),
    family(
      'lanner_container_lookup_failures_total',
      'Questions that a runtime of containers did not answer.',
      one(failures),
    ),
    family(
      'lanner_container_lookups_refused_total',
      'Questions about containers that were not asked, as too many were underway.',
      one(refused),
    ),
  ];
}

function family(name: string, help: string, samples: MetricFamily['samples']): MetricFamily {
  return { name, help, type: 'counter', samples };
}
