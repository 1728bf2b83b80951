import { type AgentHealth, rulesStateOf } from '@lanner/api';
import { type CommandEnvironment, type CommandInput, flagOption } from '../command.ts';
import { tableText } from '../lib/table-text.ts';
import { missingArgument, runSubcommand, type Subcommand } from '../lib/subcommands.ts';
import { AdminClient } from './admin-client.ts';

interface ListedAgent {
  readonly id: string;
  readonly name: string;
  readonly state: string;
  readonly seenMs: number | null;
  readonly expiresMs: number;
  readonly health: AgentHealth | null;
}

const subcommands: Readonly<Record<string, Subcommand>> = {
  list: { usage: '[--json]', options: ['data', 'json'], run: listAgents },
  revoke: { usage: 'ID', options: ['data'], run: revokeAgent },
};

/** `lanner server agents`: without more words, the list. */
export function runAgents(environment: CommandEnvironment, input: CommandInput): Promise<number> {
  const positionals = input.positionals.length === 0 ? ['list'] : input.positionals;
  return runSubcommand('server agents', subcommands, environment, { ...input, positionals });
}

async function listAgents(environment: CommandEnvironment, { values }: CommandInput): Promise<number> {
  const client = new AdminClient(values, environment);
  const { agents, rulesRevision } = await client.ask<{
    agents: readonly ListedAgent[];
    rulesRevision: string | null;
  }>('GET', '/api/v1/agents');
  environment.out(
    flagOption(values, 'json')
      ? `${JSON.stringify(agents)}\n`
      : tableText(
          ['id', 'node', 'state', 'seen', 'sensor', 'rules', 'waiting', 'lost'],
          agents.map(({ id, name, state, seenMs, health }) => [
            id,
            name,
            state,
            seenMs === null ? 'never' : new Date(seenMs).toISOString(),
            health?.sensor ?? '',
            health === null ? '' : rulesStateOf(health.rules, rulesRevision),
            health === null ? '' : String(health.spool.waiting),
            health === null ? '' : String(lostOf(health)),
          ]),
          environment.outColour,
        ),
  );
  return 0;
}

function lostOf({ alertsLost, spool }: AgentHealth): number {
  return alertsLost + spool.droppedByAge + spool.droppedBySize + spool.damaged + spool.refused;
}

async function revokeAgent(
  environment: CommandEnvironment,
  { values, positionals: [id] }: CommandInput,
): Promise<number> {
  if (id === undefined) {
    throw missingArgument('server agents revoke', 'ID', 'the id of an agent');
  }
  await new AdminClient(values, environment).ask('DELETE', `/api/v1/agents/${encodeURIComponent(id)}`);
  return 0;
}
