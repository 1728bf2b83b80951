import { EventView } from '@lanner/engine';
import { latin1, replayCapture, type ContainerIdentity, StateTables } from '@lanner/sensor';
import { pipeline, type PipelineRules } from './pipeline.ts';

export interface DetectionRun extends PipelineRules {
  ruleset: PipelineRules['ruleset'];
  /** Awaited between stretches of events; the place to wait for slow outputs and to exchange rules. */
  readonly pause: () => Promise<void> | undefined;
  /** True when outputs have as much as should wait: `pause` before the next event that can wait. */
  isFull: boolean;
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

export interface SystemOptions extends ContainerIdentity {
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
  const take = pipeline(event, state, run);
  let firstEventMs: number | null = null;
  const { events, complete } = await replayCapture(path, {
    event,
    sink: state.sink,
    onEvent() {
      firstEventMs ??= performance.now();
      take();
      return run.isFull ? 'pause' : undefined;
    },
    onPause() {
      run.events = event.num;
      return run.pause();
    },
    signal: run.signal,
  });
  run.events = events;
  return { events, complete, firstEventMs };
}
