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
import type { AuditEndpoint } from './audit-endpoint.ts';
import { AuditBeside } from './audit-beside.ts';
import { DropMonitor, dropSettings } from './drops.ts';
import { aborted, closeGraceMs } from './ending.ts';
import { LiveDetection } from './live-detection.ts';
import type { DetectHost } from './host.ts';
import { openOutputs } from './outputs.ts';
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
  readonly fail: (error: Error) => void;
  /** Ends when audit events are no longer received. */
  received: Promise<void>;
  /** Ends the receiving before the run's signal. */
  readonly ending: AbortController;
}

export interface BesideLive {
  readonly host: DetectHost;
  /** Where audit events are received as well; null: nowhere. */
  readonly audit: AuditEndpoint | null;
}

/** Opens the outputs and starts the thread for ring, state and rules; no rules are loaded yet. */
export async function prepareLive(
  settings: DetectSettings,
  environment: CommandEnvironment,
  log: Log,
  { host, audit }: BesideLive,
): Promise<PreparedLive> {
  const { config, json } = settings;
  const system = systemSettings(config, environment);
  const printing = { json, hostname: system.hostname, utcOffsetS: system.utcOffsetS };
  const hub = await openOutputs(config, nodeEffects(log, environment.outTaken), log, {
    further: host.outputs,
  });
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
  const ending = new AbortController();
  const signal = AbortSignal.any([environment.signal, ending.signal]);
  const detection = new LiveDetection({
    ...system,
    containers: runtimeContainers(system.hostRoot, containerSettings(config), log),
    hub,
    printing,
    drops,
    audit:
      audit === null
        ? null
        : (counts) => new AuditBeside({ endpoint: audit, hub, counts, signal, system, log }),
    log,
    ...(host.onRules === undefined ? {} : { onRules: host.onRules }),
    ...(host.startEngine === undefined ? {} : { start: host.startEngine }),
  });
  detection.session.ended.catch(fail);
  return { detection, failure, fail, received: Promise.resolve(), ending };
}

/** The kernel checks the programs while the rules are loaded. */
export function prepareSensor({ detection }: PreparedLive, { config }: DetectSettings): Promise<void> {
  return detection.session.prepare(ringSettings(config));
}

/** Begins to receive audit events, when the run has them. That it cannot ends the run. */
export function receiveBeside(live: PreparedLive): void {
  live.received = live.detection.audit?.receive() ?? live.received;
  live.received.catch(live.fail);
}

/** Reads the machine's events until the signal, then all that has happened until then, and closes the outputs. */
export async function runLive(
  { detection, failure, received, ending }: PreparedLive,
  environment: CommandEnvironment,
  beforeClose: () => Promise<void>,
): Promise<RunResult> {
  const { session, hub, counts } = detection;
  try {
    await Promise.race([aborted(environment.signal), failure]);
    await received;
    const { events, droppedAlerts } = await session.stop();
    await beforeClose();
    await hub.close(closeGraceMs);
    return {
      events: events + (detection.audit?.events ?? 0),
      complete: true,
      firstEventMs: null,
      counts,
      dropped: hub.dropped + droppedAlerts,
    };
  } catch (error) {
    ending.abort();
    // What it failed with is what ended the run, if anything.
    await received.catch(() => undefined);
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
