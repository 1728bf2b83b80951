import { AppError } from '@lanner/core';
import { type CommandEnvironment, type CommandInput, textOption } from '../command.ts';
import { checkConfig } from '../detect/checks.ts';
import { closeGraceMs } from '../detect/ending.ts';
import { readSettings } from '../detect/settings.ts';
import { openAlertStream } from '../live/alert-stream.ts';
import { openSettings } from '../live/live-settings.ts';
import type { OpenSettings } from '../live/protocol.ts';
import type { ScopeSelection } from '../live/sensor-port.ts';
import { scopeOrCommand, startWatch, watchCommand, watchScope } from '../live/watch.ts';

/** Records what a command does, or what runs already, into a capture file. Gives the exit code of the command. */
export async function recordCapture(
  environment: CommandEnvironment,
  { values, positionals }: CommandInput,
): Promise<number> {
  const path = textOption(values, 'output') ?? '';
  const settings = readSettings(values, environment.env, environment.log, []);
  checkConfig(settings.config);
  const scope = scopeOrCommand(values, environment, 'capture', positionals);
  const open = (own: ScopeSelection): OpenSettings => ({
    ...openSettings(settings.config, own),
    record: { mode: 'everything', path, durationMs: 0, maxBytes: 0 },
  });
  const hub = openAlertStream(textOption(values, 'alerts') ?? '/dev/null', environment.err, environment.log);
  try {
    const watch = await startWatch(environment, settings, hub);
    const { figures, code } =
      scope === null
        ? await watchCommand(positionals, watch, open, environment)
        : await watchScope(watch, open(scope), environment);
    const [failure] = watch.session.captures.failed;
    if (failure !== undefined) {
      throw new AppError('file.write', `${failure.path} cannot be written: ${failure.reason}`);
    }
    const lost = figures.kernel.drops + figures.omittedEvents;
    if (lost > 0) {
      environment.log.error('the capture is not complete', { lost });
    }
    if (environment.errIsTerminal) {
      environment.err(
        `lanner: ${figures.events} events in ${path}; ${watch.counts.total} alerts were raised meanwhile\n`,
      );
    }
    return code;
  } finally {
    await hub.close(closeGraceMs);
  }
}
