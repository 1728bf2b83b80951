import type { Log } from '@lanner/core';
import { EventView } from '@lanner/engine';
import { startWebServer } from '@lanner/hub';
import { latin1, StateTables } from '@lanner/sensor';
import type { AuditEndpoint } from './audit-endpoint.ts';
import { auditReceiver } from './audit-receiver.ts';
import { aborted } from './ending.ts';
import { pipeline } from './pipeline.ts';
import type { DetectionRun, RunFigures, SystemOptions } from './replay.ts';

/** Takes audit events from the webhook until the run's signal; all of what was taken has then been matched. */
export async function receiveAudit(
  endpoint: AuditEndpoint,
  run: DetectionRun,
  system: SystemOptions,
  log: Log,
): Promise<RunFigures> {
  const event = new EventView(new StateTables(system), latin1);
  const take = pipeline(event, null, run);
  let firstEventMs: number | null = null;
  const { address, port, path, tlsFile, token } = endpoint;
  const receive = auditReceiver({
    ...endpoint,
    event,
    onEvent() {
      firstEventMs ??= performance.now();
      take();
      run.events = event.num;
    },
    pause: run.pause,
    log,
  });
  const server = await startWebServer({
    address,
    port,
    tlsFile,
    routes: {},
    receivers: { [path]: receive },
    log,
  });
  if (token === null && address !== '127.0.0.1' && address !== '::1') {
    log.warn('audit webhook takes events from anybody who reaches it', {
      hint: 'Start with --k8s-audit-token-file FILE.',
    });
  }
  log.info('audit webhook is listening', { address, port: server.port, path, tls: tlsFile !== null });
  await aborted(run.signal);
  await server.close();
  return { events: run.events, complete: true, firstEventMs };
}

/** Waits for the signal; what `engine.kind: nodriver` does. */
export async function receiveNothing({ signal }: DetectionRun): Promise<RunFigures> {
  // A signal alone does not keep the process alive.
  const alive = setInterval(() => undefined, 60_000);
  await aborted(signal);
  clearInterval(alive);
  return { events: 0, complete: true, firstEventMs: null };
}
