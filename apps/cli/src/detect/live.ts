import type { Log } from '@lanner/core';
import { containerSettings } from './container-settings.ts';
import { ProcessSource, procFiles } from '@lanner/sensor';
import { nodeEffects } from '@lanner/hub';
import type { CommandEnvironment, OptionValues } from '../command.ts';
import { openSettings, ringSettings, systemSettings } from '../live/live-settings.ts';
import { internalMessage } from '../live/internal-alerts.ts';
import { runtimeContainers } from '../live/runtime-containers.ts';
import { readScope } from '../live/scope.ts';
import type { Budget } from '../live/shedder.ts';
import type { ScopeSelection } from '../live/sensor-port.ts';
import { DropMonitor, dropSettings } from './drops.ts';
import { aborted, closeGraceMs } from './ending.ts';
import { LiveDetection } from './live-detection.ts';
import { type FurtherOutputs, openOutputs } from './outputs.ts';
import type { RunResult } from './run.ts';
import type { DetectSettings } from './settings.ts';

/** The scope that `--scope` names; null: the whole machine. */
export function liveScope(values: OptionValues, { env, now }: CommandEnvironment): ScopeSelection | null {
  const hostRoot = env['HOST_ROOT'] ?? '';
  const processes = new ProcessSource({ files: procFiles(`${hostRoot}/proc`), now: () => now().getTime() });
  return readScope(values, { processes, cgroupRoot: `${hostRoot}/sys/fs/cgroup` });
}

export interface PreparedLive {
  readonly detection: LiveDetection;
  /** Rejects with what ends the run: losses that the configuration does not accept, or a failed thread. */
  readonly failure: Promise<never>;
}

/** Opens the outputs and starts the thread for ring, state and rules; no rules are loaded yet. */
export async function prepareLive(
  settings: DetectSettings,
  environment: CommandEnvironment,
  log: Log,
  further: FurtherOutputs,
): Promise<PreparedLive> {
  const { config, json } = settings;
  const system = systemSettings(config, environment);
  const printing = { json, hostname: system.hostname, utcOffsetS: system.utcOffsetS };
  const hub = await openOutputs(config, nodeEffects(log, environment.outTaken), log, further);
  let fail: (error: Error) => void = () => undefined;
  const failure = new Promise<never>((_resolve, reject) => {
    fail = reject;
  });
  // Whoever runs the detection waits for it, but perhaps not yet.
  failure.catch(() => undefined);
  const drops = new DropMonitor(dropSettings(config), {
    send: (message) => {
      hub.send(internalMessage(message, printing));
    },
    log,
    fail,
  });
  const detection = new LiveDetection({
    ...system,
    containers: runtimeContainers(system.hostRoot, containerSettings(config), log),
    hub,
    printing,
    drops,
    log,
  });
  detection.session.ended.catch(fail);
  // The kernel checks the programs while the rules are loaded.
  await detection.session.prepare(ringSettings(config));
  return { detection, failure };
}

/** Reads the machine's events until the signal, then all that has happened until then, and closes the outputs. */
export async function runLive(
  { detection, failure }: PreparedLive,
  environment: CommandEnvironment,
  beforeClose: () => Promise<void>,
): Promise<RunResult> {
  const { session, hub, counts } = detection;
  try {
    await Promise.race([aborted(environment.signal), failure]);
    const { events, droppedAlerts } = await session.stop();
    await beforeClose();
    await hub.close(closeGraceMs);
    return { events, complete: true, firstEventMs: null, counts, dropped: hub.dropped + droppedAlerts };
  } catch (error) {
    await session.abandon();
    await beforeClose();
    await hub.close(closeGraceMs);
    throw error;
  }
}

/** Opens the sensor for rules that have been loaded. */
export function openLive(
  { detection }: PreparedLive,
  { config }: DetectSettings,
  scope: ScopeSelection | null,
  budget: Budget,
): Promise<void> {
  return detection.session.open(openSettings(config, scope, budget));
}

/** Ends what could not be started. */
export async function abandonLive({ detection }: PreparedLive): Promise<void> {
  await detection.session.abandon();
  await detection.hub.close(0);
}
