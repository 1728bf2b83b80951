import { join } from 'node:path';
import type { Log } from '@lanner/core';
import type { EventIntake, MetricFamily, Store, Tokens } from '@lanner/hub';
import {
  AgentAuthority,
  agentFamilies,
  AgentIntake,
  AgentRegistry,
  type AgentsPart,
  type RulesPart,
  startAgentServer,
} from '@lanner/hub/http';
import { placeUrl } from './place-url.ts';
import type { ServerSettings } from './settings.ts';

export interface OpenAgents extends AgentsPart {
  readonly families: () => MetricFamily[];
  readonly close: () => Promise<void>;
}

/** How long an agent's certificate is good; it is renewed when two thirds of that are over. */
const certificateMs = 30 * 86_400_000;

/** Opens the port of the agents; null where `--agents` does not ask for it. */
export async function openAgents(
  store: Store,
  { agents: place, dataFolder }: Pick<ServerSettings, 'agents' | 'dataFolder'>,
  parts: {
    readonly tokens: Tokens;
    readonly intake: EventIntake;
    readonly rules: Pick<RulesPart, 'served'> | null;
    readonly now: () => number;
    readonly log: Log;
  },
): Promise<OpenAgents | null> {
  if (place === null) {
    return null;
  }
  const { tokens, rules, now, log } = parts;
  const authority = AgentAuthority.open(join(dataFolder, 'agents-authority.pem'), now());
  const registry = await AgentRegistry.load({ documents: store.documents, authority, now, certificateMs });
  const intake = new AgentIntake({
    alerts: store.alerts,
    findings: store.findings,
    intake: parts.intake,
    log,
  });
  const server = await startAgentServer({
    ...place,
    registry,
    tokens,
    intake,
    audit: store.audit,
    rules,
    now,
    log,
  });
  log.info('agents are taken', { address: placeUrl('https', place.address, server.port) });
  return {
    registry,
    port: () => server.port,
    rulesRevision: () => rules?.served().revision ?? null,
    families: () => agentFamilies(registry, intake, rules?.served().revision ?? null, now()),
    close: server.close,
  };
}
