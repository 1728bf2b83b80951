import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type JoinToken, parseJoinToken, serverUrl } from '@lanner/agent';
import { AppError } from '@lanner/core';
import { type CommandEnvironment, type OptionValues, textOption } from '../command.ts';

export interface AgentSettings {
  readonly dataFolder: string;
  /** Null when it is remembered. */
  readonly server: string | null;
  /** Null when the agent is enrolled already. */
  readonly token: JoinToken | null;
  readonly name: string;
  readonly spoolBytes: number;
  readonly spoolMs: number;
}

/** Throws AppError 'usage.invalid', 'file.read' or 'agent.enrolment'. */
export function readAgentSettings(
  values: OptionValues,
  { env, hostname }: Pick<CommandEnvironment, 'env' | 'hostname'>,
): AgentSettings {
  const token = tokenOf(values, env);
  return {
    dataFolder: textOption(values, 'data') ?? env['LANNER_AGENT_DATA'] ?? usualFolder(env),
    server: serverOf(values, env),
    token: token === null ? null : parseJoinToken(token),
    name: textOption(values, 'name') ?? hostname(),
    spoolBytes: amount(values, 'spool-mib', 256) * 2 ** 20,
    spoolMs: amount(values, 'spool-days', 7) * 86_400_000,
  };
}

function serverOf(values: OptionValues, env: CommandEnvironment['env']): string | null {
  const server = textOption(values, 'server') ?? env['LANNER_SERVER'] ?? null;
  return server === null ? null : serverUrl(server).origin;
}

function tokenOf(values: OptionValues, env: CommandEnvironment['env']): string | null {
  const path = textOption(values, 'token-file');
  if (path === undefined) {
    return textOption(values, 'token') ?? env['LANNER_JOIN_TOKEN'] ?? null;
  }
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new AppError('file.read', `${path} cannot be read: ${(error as Error).message}`, {
      cause: error,
      hint: 'Check the path given with --token-file.',
    });
  }
}

function usualFolder(env: CommandEnvironment['env']): string {
  return process.getuid?.() === 0
    ? '/var/lib/lanner-agent'
    : join(env['XDG_DATA_HOME'] ?? join(homedir(), '.local/share'), 'lanner-agent');
}

function amount(values: OptionValues, name: string, usual: number): number {
  const text = textOption(values, name);
  const value = text === undefined ? usual : Number(text);
  if (!Number.isFinite(value) || value <= 0) {
    throw new AppError('usage.invalid', `--${name} ${text ?? ''} is no amount`, {
      hint: `Give a number above 0, such as --${name} ${usual}.`,
    });
  }
  return value;
}
