import { type CommandEnvironment, type CommandInput, textOption } from '../command.ts';
import { checkConfig } from '../detect/checks.ts';
import { closeGraceMs } from '../detect/ending.ts';
import { readSettings } from '../detect/settings.ts';
import { openAlertStream } from '../live/alert-stream.ts';
import { openSettings } from '../live/live-settings.ts';
import { scopeOrCommand, startWatch, watchCommand, watchScope } from '../live/watch.ts';
import { runSummary } from './summary.ts';

/** What `lanner run` does. Gives the exit code of the command. */
export async function run(
  environment: CommandEnvironment,
  { values, positionals }: CommandInput,
): Promise<number> {
  const settings = readSettings(values, environment.env, environment.log, []);
  checkConfig(settings.config);
  const { config } = settings;
  const scope = scopeOrCommand(values, environment, 'run', positionals);
  const hub = openAlertStream(textOption(values, 'alerts'), environment.err, environment.log);
  try {
    const watch = await startWatch(environment, settings, hub);
    const { figures, code } =
      scope === null
        ? await watchCommand(positionals, watch, (own) => openSettings(config, own), environment)
        : await watchScope(watch, openSettings(config, scope), environment);
    // All alerts stand before the summary.
    await hub.room();
    if (environment.errIsTerminal) {
      environment.err(runSummary(figures, watch.counts, watch.session.rules));
    }
    return code;
  } finally {
    await hub.close(closeGraceMs);
  }
}
