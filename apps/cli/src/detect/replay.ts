import { type CompiledRuleset, eventId, EventView, type LoadedRule } from '@lanner/engine';
import { latin1, replayCapture, setEventSource, StateTables } from '@lanner/sensor';

// Only these may come from another source than syscalls.
const pluginEvent = eventId('PLUGINEVENT_E');
const asyncEvent = eventId('ASYNCEVENT_E');

export interface DetectionRun {
  /** Exchanged by a reload; read anew for each event. */
  ruleset: CompiledRuleset<LoadedRule>;
  readonly onAlert: (rule: LoadedRule, event: EventView) => void;
  /** Awaited between stretches of events; the place to wait for slow outputs and to exchange rules. */
  readonly pause: () => Promise<void> | undefined;
  readonly signal: AbortSignal;
  /** The state of a run of syscalls, for its counters. */
  state: StateTables | null;
  /** Events so far; of a replay, at the last pause. */
  events: number;
}

export interface RunFigures {
  readonly events: number;
  readonly complete: boolean;
  /** When the first event came, in ms since the process started; null without events. */
  readonly firstEventMs: number | null;
}

export interface SystemOptions {
  readonly hostname: string;
  readonly maxThreads: number;
  /** Seconds that local time is ahead of UTC. */
  readonly utcOffsetS: number;
}

/** Replays a capture of syscalls against the rules. Throws AppError of the capture's reader. */
export async function replaySyscalls(
  path: string,
  run: DetectionRun,
  system: SystemOptions,
): Promise<RunFigures> {
  const state = new StateTables(system);
  run.state = state;
  const event = new EventView(state, latin1);
  let num = 0;
  let firstEventMs: number | null = null;
  const { onAlert } = run;
  const report = (rule: LoadedRule): void => {
    onAlert(rule, event);
  };
  const { events, complete } = await replayCapture(path, {
    event,
    sink: state.sink,
    onEvent() {
      if (num === 0) {
        firstEventMs = performance.now();
      }
      event.num = ++num;
      if (event.type === pluginEvent || event.type === asyncEvent || event.source !== 'syscall') {
        setEventSource(event);
      }
      state.apply(event);
      if (state.isStarted) {
        run.ruleset.match(event, report);
      }
    },
    afterChunk() {
      run.events = num;
      return run.pause();
    },
    signal: run.signal,
  });
  run.events = num;
  return { events, complete, firstEventMs };
}
