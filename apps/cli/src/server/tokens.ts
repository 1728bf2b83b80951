import { AppError } from '@lanner/core';
import { type CommandEnvironment, type CommandInput, flagOption, textOption } from '../command.ts';
import { missingArgument, runSubcommand, type Subcommand } from '../lib/subcommands.ts';
import { tableText } from '../lib/table-text.ts';
import { AdminClient } from './admin-client.ts';

interface Token {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly expiresMs: number | null;
  readonly lastUsedMs: number | null;
}

const subcommands: Readonly<Record<string, Subcommand>> = {
  create: {
    usage: '[--scope SCOPE] [--name NAME] [--hours HOURS]',
    options: ['data', 'scope', 'name', 'hours', 'json'],
    run: createToken,
  },
  list: { usage: '[--json]', options: ['data', 'json'], run: listTokens },
  revoke: { usage: 'ID', options: ['data'], run: revokeToken },
};

/** `lanner server token`: without more words, a join token. */
export function runTokens(environment: CommandEnvironment, input: CommandInput): Promise<number> {
  const positionals = input.positionals.length === 0 ? ['create'] : input.positionals;
  return runSubcommand('server token', subcommands, environment, { ...input, positionals });
}

async function createToken(environment: CommandEnvironment, { values }: CommandInput): Promise<number> {
  const { out, err, now, hostname } = environment;
  const scope = textOption(values, 'scope') ?? 'agent';
  const name = textOption(values, 'name') ?? (scope === 'agent' ? 'join' : scope);
  const hours = hoursOf(textOption(values, 'hours') ?? (scope === 'agent' ? '1' : undefined));
  const client = new AdminClient(values, environment);
  const place =
    scope === 'agent'
      ? await client.ask<{ fingerprint: string | null; port: number | null }>('GET', '/api/v1/agents')
      : null;
  if (place !== null && place.fingerprint === null) {
    throw new AppError('agent.enrolment', 'this server takes no agents', {
      hint: 'Start it with --agents, such as lanner server --agents 0.0.0.0:2803.',
    });
  }
  const expiresMs = hours === null ? null : now().getTime() + hours * 3_600_000;
  const { token, secret } = await client.ask<{ token: Token; secret: string }>('POST', '/api/v1/tokens', {
    name,
    scopes: [scope],
    expiresMs,
  });
  const printed = place === null ? secret : `${secret}.${place.fingerprint ?? ''}`;
  out(flagOption(values, 'json') ? `${JSON.stringify({ ...token, secret: printed })}\n` : `${printed}\n`);
  if (place !== null && !flagOption(values, 'json')) {
    err(
      `On the new node${hours === null ? '' : `, within ${hours} h`}:\n` +
        `  lanner agent --server https://${hostname()}:${place.port ?? 2803} --token ${printed}\n`,
    );
  }
  return 0;
}

/** Null for ever. */
function hoursOf(text: string | undefined): number | null {
  const hours = Number(text);
  if (text !== undefined && !(hours > 0 && hours <= 1e6)) {
    throw new AppError('usage.invalid', `--hours ${text} is no number of hours`, {
      hint: 'Give a number above 0, such as --hours 24.',
    });
  }
  return text === undefined ? null : hours;
}

async function listTokens(environment: CommandEnvironment, { values }: CommandInput): Promise<number> {
  const client = new AdminClient(values, environment);
  const { tokens } = await client.ask<{ tokens: readonly Token[] }>('GET', '/api/v1/tokens');
  environment.out(
    flagOption(values, 'json')
      ? `${JSON.stringify(tokens)}\n`
      : tableText(
          ['id', 'name', 'scopes', 'expires', 'last used'],
          tokens.map(({ id, name, scopes, expiresMs, lastUsedMs }) => [
            id,
            name,
            scopes.join(','),
            expiresMs === null ? 'never' : new Date(expiresMs).toISOString(),
            lastUsedMs === null ? 'never' : new Date(lastUsedMs).toISOString(),
          ]),
          environment.outColour,
        ),
  );
  return 0;
}

async function revokeToken(
  environment: CommandEnvironment,
  { values, positionals: [id] }: CommandInput,
): Promise<number> {
  if (id === undefined) {
    throw missingArgument('server token revoke', 'ID', 'the id of a token');
  }
  await new AdminClient(values, environment).ask('DELETE', `/api/v1/tokens/${encodeURIComponent(id)}`);
  return 0;
}
