import type { CommandEnvironment, OptionValues } from '../command.ts';
import { falcoLog } from '../detect/falco-log.ts';
import { asksForJson } from './sensor.ts';

/** A configuration that asks for JSON gets log lines as JSON, too: `2>&1 | jq` goes on working. */
export function withJsonLog(environment: CommandEnvironment, values: OptionValues): CommandEnvironment {
  const { err: write, now, hostname } = environment;
  return asksForJson(values, environment)
    ? { ...environment, log: falcoLog({ json: true, level: 'info', write, now, hostname: hostname() }) }
    : environment;
}
