import { type DetectContext, finish, reportRules, startBeside } from './context.ts';
import type { LocalSource } from './event-source.ts';
import type { Loaded } from './reload.ts';
import { loadProgram } from './rule-program.ts';
import { limitTime } from './run-options.ts';
import { prepareDetection, runDetection } from './run.ts';

/** Detects in this thread: in a capture, or in what a webhook takes. `source` is null when rules are only checked. */
export async function runLocalRules(
  context: DetectContext,
  source: LocalSource | null,
  loaded: Loaded,
): Promise<number> {
  const { values, environment, settings, log } = context;
  const program = loadProgram(loaded.program);
  const enabled = program.set.enabled.length;
  reportRules(program.set, enabled, loaded, log);
  if (source === null) {
    log.info('configuration and rules are valid; not looking at events (--dry-run)', { rules: enabled });
    return 0;
  }
  const limited = limitTime(values, environment);
  const detection = await prepareDetection(program, source, settings, limited, log);
  log.info('driver', { ...driverOf(source), rules: enabled });
  const services = await startBeside(detection, source, loaded, context);
  // Services end before the outputs do: a last snapshot must not open them again.
  const result = await runDetection(detection, source, settings, limited, log, services.close);
  finish(result, detection.rules, context);
  return 0;
}

/** What `grep driver` in a log finds: which engine delivers events, and whether it does. */
function driverOf(source: LocalSource): Record<string, string> {
  switch (source.kind) {
    case 'replay':
      return { driver: 'replay', state: 'reading', capture: source.capture };
    case 'webhook':
      return { driver: 'nodriver', state: 'listening', source: source.name };
    case 'none':
      return { driver: 'nodriver', state: 'idle' };
  }
}
