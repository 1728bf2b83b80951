import { AppError } from '@lanner/core';
import { type CommandEnvironment, type CommandInput, flagOption, type OptionValues } from '../command.ts';
import { checkConfig } from './checks.ts';
import { type DetectContext, loadedFrom } from './context.ts';
import { openDetectLog } from './detect-log.ts';
import { chooseSource } from './event-source.ts';
import { heldLog, type HeldLog } from './held-log.ts';
import type { DetectHost } from './host.ts';
import { infoOption } from './info-options.ts';
import { withoutPrintShorthand } from './run-options.ts';
import { type DetectSettings, readSettings } from './settings.ts';

/** What `lanner detect` does; apart from the command, so that other commands start without it. */
export async function detect(
  environment: CommandEnvironment,
  { values: given, positionals }: CommandInput,
  host: DetectHost = {},
): Promise<number> {
  if (positionals[0] !== undefined) {
    throw new AppError('usage.invalid', `detect does not know what to do with '${positionals[0]}'`, {
      hint: 'Captures are given with --capture FILE, rules with -r FILE.',
    });
  }
  const { values, ignored } = withoutPrintShorthand(given);
  const held = heldLog();
  const settings = readOrTell(values, environment, held);
  const { log, close } = openDetectLog(settings, values, environment, host.log);
  held.release(log);
  if (ignored !== null) {
    log.warn('print option has no effect', { option: `-p${ignored}`, hint: 'Use append_output instead.' });
  }
  try {
    const context = { values, environment, settings, log, host };
    const printed = infoOption(values);
    return printed === undefined
      ? await runRules(context)
      : (await import('./info.ts')).runInfo(printed, context);
  } finally {
    close();
  }
}

// Settings that are not accepted do not say where log lines go.
function readOrTell(values: OptionValues, environment: CommandEnvironment, held: HeldLog): DetectSettings {
  try {
    const settings = readSettings(values, environment.env, held);
    checkConfig(settings.config);
    return settings;
  } catch (error) {
    held.release(environment.log);
    throw error;
  }
}

// Each way is loaded alone: the living machine needs no rules in this thread, a capture no kernel.
async function runRules(context: DetectContext): Promise<number> {
  const { values, environment, settings, host } = context;
  const loaded = loadedFrom(settings, values, environment, host);
  const source = flagOption(values, 'dry-run') ? null : chooseSource(settings, values);
  if (source?.kind === 'live') {
    return (await import('./living.ts')).runLiveRules(context, source, loaded);
  }
  return (await import('./local.ts')).runLocalRules(context, source, loaded);
}
