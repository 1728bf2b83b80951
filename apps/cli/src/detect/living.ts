import { orEarly, unlessAborted } from '../lib/unless-aborted.ts';
import { budgetOf } from '../live/live-settings.ts';
import { type DetectContext, finish, reportRules, startBeside } from './context.ts';
import type { LiveEvents } from './event-source.ts';
import {
  abandonLive,
  liveScope,
  openLive,
  type PreparedLive,
  prepareLive,
  prepareSensor,
  receiveBeside,
  runLive,
} from './live.ts';
import type { Loaded } from './reload.ts';
import { limitTime } from './run-options.ts';

/** Detects on the living machine. A start that the signal ends is over at once. */
export function runLiveRules(context: DetectContext, source: LiveEvents, loaded: Loaded): Promise<number> {
  return orEarly(context.environment.signal, 0, () => watch(context, source, loaded));
}

async function watch(context: DetectContext, source: LiveEvents, loaded: Loaded): Promise<number> {
  const { values, environment, settings, log, host } = context;
  const limited = limitTime(values, environment);
  const scope = liveScope(values, environment);
  const budget = budgetOf(values);
  const live = await prepareLive(settings, limited, log, { host, audit: source.audit });
  const { detection } = live;
  try {
    const rules = await start(live, loaded, context, () => openLive(live, settings, scope, budget));
    log.info('driver', {
      driver: source.engine ?? '',
      state: 'running',
      scope: scope === null ? 'machine' : 'selected',
      rules,
    });
    receiveBeside(live);
  } catch (error) {
    await abandonLive(live);
    throw error;
  }
  host.onWatching?.(detection);
  const services = await startBeside(detection, source, loaded, context);
  const result = await runLive(live, limited, services.close);
  finish(result, detection.rules, context);
  return 0;
}

/**
 * Loads the rules and opens the sensor, which takes seconds on a busy machine. A limit of the run's time waits for it.
 * Gives how many rules run.
 */
async function start(
  live: PreparedLive,
  loaded: Loaded,
  { environment, settings, log }: DetectContext,
  open: () => Promise<void>,
): Promise<number> {
  const step = <T>(work: () => Promise<T>): Promise<T> => unlessAborted(environment.signal, work);
  await step(() => prepareSensor(live, settings));
  const report = await step(() => live.detection.exchange(loaded.program));
  reportRules(report, report.enabled, loaded, log);
  await step(open);
  return report.enabled;
}
