import type { FalcoConfig } from '@lanner/api';
import { AppError, type Log } from '@lanner/core';
import type { KernelCounters } from '@lanner/hub';
import type { InternalMessage } from '../live/internal-alerts.ts';

/** `syscall_event_drops` of the configuration. */
export interface DropSettings {
  /** Share of events lost from which on something is done. */
  readonly threshold: number;
  readonly actions: readonly string[];
  /** Actions a second on average, and at once. */
  readonly rate: number;
  readonly maxBurst: number;
  /** Act as if events had been lost, to try the actions. */
  readonly simulate: boolean;
}

export interface DropContext {
  readonly send: (message: InternalMessage) => void;
  readonly log: Log;
  /** Ends the run with this error. */
  readonly fail: (error: AppError) => void;
}

type Counted = Pick<
  KernelCounters,
  'events' | 'drops' | 'bugDrops' | 'pageFaultDrops' | 'scratchMapDrops' | 'bufferDrops'
>;

export function dropSettings(config: FalcoConfig): DropSettings {
  return {
    threshold: config.number('syscall_event_drops.threshold'),
    actions: config.texts('syscall_event_drops.actions'),
    rate: config.number('syscall_event_drops.rate'),
    maxBurst: config.number('syscall_event_drops.max_burst'),
    simulate: config.flag('syscall_event_drops.simulate_drops'),
  };
}

/** What Falco does about lost events, looked at once a second. Counts are those since the start. */
export class DropMonitor {
  /** Times at which something was done. */
  acted = 0;
  #previous: Counted | null = null;
  #tokens: number;
  #lastMs: number | null = null;
  readonly #settings: DropSettings;
  readonly #context: DropContext;

  constructor(settings: DropSettings, context: DropContext) {
    this.#settings = settings;
    this.#context = context;
    this.#tokens = settings.maxBurst;
  }

  note(counted: Counted, nowMs: number): void {
    const delta = deltaOf(counted, this.#previous, this.#settings.simulate);
    this.#previous = counted;
    this.#fill(nowMs);
    if (delta.drops <= 0) {
      return;
    }
    const ratio = delta.events > 0 ? delta.drops / delta.events : delta.drops;
    if (ratio <= this.#settings.threshold) {
      return;
    }
    if (this.#tokens < 1) {
      this.#context.log.debug('events were lost; too soon for another action', { drops: delta.drops });
      return;
    }
    this.#tokens--;
    this.acted++;
    this.#act(delta, nowMs);
  }

  #fill(nowMs: number): void {
    const seconds = this.#lastMs === null ? 0 : Math.max(0, nowMs - this.#lastMs) / 1000;
    this.#lastMs = nowMs;
    this.#tokens = Math.min(this.#settings.maxBurst, this.#tokens + seconds * this.#settings.rate);
  }

  #act(delta: Counted, nowMs: number): void {
    const { actions } = this.#settings;
    const output = `${dropRule}. ${delta.drops} system calls dropped in last second.`;
    if (actions.includes('log')) {
      this.#context.log.error(output);
    }
    if (actions.includes('alert')) {
      this.#context.send({
        ts: BigInt(Math.round(nowMs)) * 1_000_000n,
        rule: dropRule,
        priority: 'Debug',
        output,
        fields: fieldsOf(delta),
      });
    }
    if (actions.includes('exit')) {
      this.#context.fail(
        new AppError('sensor.drops', output, {
          hint: 'syscall_event_drops.actions says exit. Give the sensor a larger ring (engine.modern_ebpf.buf_size_preset).',
        }),
      );
    }
  }
}

const dropRule = 'Falco internal: syscall event drop';

function deltaOf(counted: Counted, previous: Counted | null, simulate: boolean): Counted {
  const difference = (key: 'events' | 'drops' | 'bugDrops' | 'pageFaultDrops' | 'scratchMapDrops'): number =>
    counted[key] - (previous?.[key] ?? 0);
  const events = difference('events');
  return {
    events,
    // All of them, so that any threshold is passed.
    drops: simulate ? Math.max(events, 1) : difference('drops'),
    bugDrops: difference('bugDrops'),
    pageFaultDrops: difference('pageFaultDrops'),
    scratchMapDrops: difference('scratchMapDrops'),
    bufferDrops: Object.fromEntries(
      Object.entries(counted.bufferDrops).map(([kind, count]) => [
        kind,
        count - (previous?.bufferDrops[kind] ?? 0),
      ]),
    ),
  };
}

/** Falco writes numbers as texts here. */
function fieldsOf(delta: Counted): Record<string, string> {
  return {
    ebpf_enabled: '1',
    n_drops: String(delta.drops),
    n_drops_bug: String(delta.bugDrops),
    n_drops_buffer_total: String(delta.drops),
    ...Object.fromEntries(
      Object.entries(delta.bufferDrops).map(([kind, count]) => [
        `n_drops_buffer_${kind}_exit`,
        String(count),
      ]),
    ),
    n_drops_page_faults: String(delta.pageFaultDrops),
    n_drops_scratch_map: String(delta.scratchMapDrops),
    n_evts: String(delta.events),
  };
}
