import { createFilter, EventView, type KernelFilter, type RuleCost } from '@lanner/engine';
import { latin1, replayCapture, StateTables } from '@lanner/sensor';

interface Count {
  offered: number;
  passed: number;
}

export interface CaptureCounts {
  events: number;
  passed: number;
  /** Dropped after questions about the event; the others of their type are dropped all. */
  tested: number;
  /** From the first event to the last. */
  seconds: number;
  /** By name of the event. */
  readonly types: ReadonlyMap<string, { readonly events: number; readonly passed: number }>;
  /** In the order of the rules. */
  readonly rules: readonly Readonly<Count>[];
}

/** What of a capture's events a filter passes, all rules together and each by itself. */
export async function countCapture(
  path: string,
  filter: KernelFilter,
  costs: readonly RuleCost[],
): Promise<CaptureCounts> {
  const state = new StateTables();
  const event = new EventView(state, latin1);
  const passes = createFilter(filter, { inContainer });
  const rules = costs.map((cost) => ({
    passes: createFilter(cost.filter, { inContainer }),
    verdicts: cost.filter.types.map(({ verdict }) => verdict),
    count: { offered: 0, passed: 0 },
  }));
  const types = new Map<string, { events: number; passed: number }>();
  const counts = {
    events: 0,
    passed: 0,
    tested: 0,
    seconds: 0,
    types,
    rules: rules.map(({ count }) => count),
  };
  await replayCapture(path, {
    event,
    sink: state.sink,
    onEvent() {
      state.apply(event);
      if (!state.isStarted || !event.info.categories.includes('SYSCALL')) {
        return;
      }
      const passed = passes(event) ? 1 : 0;
      const type = types.get(event.info.name) ?? { events: 0, passed: 0 };
      types.set(event.info.name, type);
      type.events++;
      type.passed += passed;
      counts.events++;
      counts.passed += passed;
      counts.tested += passed === 0 && filter.types[event.type]?.verdict === 'test' ? 1 : 0;
      counts.seconds = Number(event.ts - state.firstTs) / 1e9;
      for (const rule of rules) {
        if (rule.verdicts[event.type] !== 'drop') {
          rule.count.offered++;
          rule.count.passed += rule.passes(event) ? 1 : 0;
        }
      }
    },
  });
  return counts;
}

function inContainer({ thread }: EventView): boolean | null {
  return thread === null ? null : thread.containerId !== '';
}
