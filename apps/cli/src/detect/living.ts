import { budgetOf } from '../live/live-settings.ts';
import { type DetectContext, finish, reportRules, startBeside } from './context.ts';
import type { LiveEvents } from './event-source.ts';
import { abandonLive, liveScope, openLive, prepareLive, receiveBeside, runLive } from './live.ts';
import type { Loaded } from './reload.ts';
import { limitTime } from './run-options.ts';

/** Detects on the living machine. */
export async function runLiveRules(
  context: DetectContext,
  source: LiveEvents,
  loaded: Loaded,
): Promise<number> {
  const { values, environment, settings, log, host } = context;
  const limited = limitTime(values, environment);
  const scope = liveScope(values, environment);
  const budget = budgetOf(values);
  const live = await prepareLive(settings, limited, log, { host, audit: source.audit });
  const { detection } = live;
  try {
    const report = await detection.exchange(loaded.program);
    reportRules(report, report.enabled, loaded, log);
    await openLive(live, settings, scope, budget);
    log.info('driver', {
      driver: source.engine ?? '',
      state: 'running',
      scope: scope === null ? 'machine' : 'selected',
      rules: report.enabled,
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
