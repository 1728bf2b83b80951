import { AppError, silentLog } from '@lanner/core';
import type { OutputHub } from '@lanner/hub';
import { ProcessSource, procFiles } from '@lanner/sensor';
import type { CommandEnvironment, OptionValues } from '../command.ts';
import { containerSettings } from '../detect/container-settings.ts';
import { aborted } from '../detect/ending.ts';
import { findConfiguredRules, reportLoading, ruleProgram } from '../detect/rules.ts';
import type { DetectSettings } from '../detect/settings.ts';
import { RuleCounts } from '../detect/summary.ts';
import { forwardSignals } from './forward-signals.ts';
import { holdChild } from './held-child.ts';
import { blindMessage, internalMessage } from './internal-alerts.ts';
import { ringSettings, systemSettings } from './live-settings.ts';
import type { LiveAlert, LiveFigures, OpenSettings } from './protocol.ts';
import { runtimeContainers } from './runtime-containers.ts';
import { processesScope, readScope } from './scope.ts';
import type { ScopeSelection } from './sensor-port.ts';
import { LiveSession } from './session.ts';

/** A part of the machine under rules, whose alerts go to one place. */
export interface Watch {
  readonly session: LiveSession;
  readonly counts: RuleCounts;
}

export interface WatchEnd {
  readonly figures: LiveFigures;
  /** Exit code of the command; 0 without one. */
  readonly code: number;
}

/** What the options select of what runs already; null: a command is to be started. */
export function scopeOrCommand(
  values: OptionValues,
  { env, now }: CommandEnvironment,
  verb: string,
  command: readonly string[],
): ScopeSelection | null {
  const hostRoot = env['HOST_ROOT'] ?? '';
  const processes = new ProcessSource({ files: procFiles(`${hostRoot}/proc`), now: () => now().getTime() });
  const scope = readScope(values, { processes, cgroupRoot: `${hostRoot}/sys/fs/cgroup` });
  if ((scope === null) === (command.length === 0)) {
    throw new AppError(
      'usage.invalid',
      scope === null
        ? `${verb} needs a command, or a process, control group or container to watch`
        : `${verb} starts a command or watches what runs already, not both`,
      { hint: `Run lanner help ${verb} for examples.` },
    );
  }
  return scope;
}

/** Loads the rules into a session of their own; alerts go to `hub`. Throws AppError for rules that are not accepted. */
export async function startWatch(
  environment: CommandEnvironment,
  settings: DetectSettings,
  hub: OutputHub,
  onAlert: (alert: LiveAlert) => void = () => undefined,
): Promise<Watch> {
  const system = systemSettings(settings.config, environment);
  const counts = new RuleCounts();
  const session = new LiveSession({
    ...system,
    containers: runtimeContainers(system.hostRoot, containerSettings(settings.config), environment.log),
    log: environment.log,
    onAlert(rule, alert) {
      counts.add(rule);
      hub.send({ line: alert.line, priority: rule.priority });
      onAlert(alert);
    },
    onFigures: () => undefined,
    onBlind(interval) {
      hub.send(internalMessage(blindMessage(interval), { ...system, json: settings.json }));
    },
  });
  const found = findConfiguredRules(settings);
  try {
    await session.prepare(ringSettings(settings.config));
    const report = await session.exchange(ruleProgram(found.files, settings, undefined, environment));
    reportLoading(report, found, silentLog);
  } catch (error) {
    await session.abandon();
    throw error;
  }
  return { session, counts };
}

/** Watches a command from its first instruction to its end, with all that it starts. */
export async function watchCommand(
  command: readonly string[],
  { session }: Watch,
  open: (scope: ScopeSelection) => OpenSettings,
  environment: CommandEnvironment,
): Promise<WatchEnd> {
  const child = holdChild(command, environment.env);
  const stopForwarding = forwardSignals(child.kill);
  try {
    // The scope holds before the command runs its first instruction.
    await session.open({ ...open(processesScope([child.pid])), heldPid: child.pid });
    child.release();
    const code = await Promise.race([child.exit, failed(session)]);
    return { figures: await session.stop(), code };
  } catch (error) {
    // A command that cannot be watched must not run on unseen.
    child.kill('SIGKILL');
    await session.abandon();
    throw error;
  } finally {
    stopForwarding();
  }
}

/** Watches what runs already until the signal. */
export async function watchScope(
  { session }: Watch,
  open: OpenSettings,
  { signal }: CommandEnvironment,
): Promise<WatchEnd> {
  try {
    await session.open(open);
    await Promise.race([aborted(signal), failed(session)]);
    return { figures: await session.stop(), code: 0 };
  } catch (error) {
    await session.abandon();
    throw error;
  }
}

/** Never resolves: it rejects when the thread fails, and when it ends before it was asked to. */
async function failed(session: LiveSession): Promise<never> {
  await session.ended;
  throw new Error('the thread of the sensor ended before it was asked to');
}
