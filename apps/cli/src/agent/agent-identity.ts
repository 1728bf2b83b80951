import { enrol, type Identity, readIdentity, validityOf, writeIdentity } from '@lanner/agent';
import { AppError, type Log } from '@lanner/core';
import type { AgentSettings } from './settings.ts';

export interface IdentityContext {
  readonly path: string;
  readonly version: string;
  readonly now: () => number;
  readonly log: Log;
  /** Ends an enrolment that is under way. */
  readonly signal: AbortSignal;
}

/** Gives who the agent is, and becomes somebody where it is nobody yet. */
export type Identify = () => Promise<Identity>;

/**
 * Asked until it answers: a server that is away is asked again later. Throws AppError at once for what only people can
 * mend.
 */
export function identification(settings: AgentSettings, context: IdentityContext): Identify {
  const { path, version, now, log, signal } = context;
  const known = readIdentity(path);
  const { token, server, name } = settings;
  const isNew = known === null || (token !== null && token.id !== known.joinedWith);
  if (!isNew) {
    const identity = server === null ? known : { ...known, server };
    if (validityOf(identity).toMs <= now()) {
      throw new AppError('agent.enrolment', 'the certificate of this agent has expired', {
        hint: 'Enrol it again with a new join token: lanner server token',
      });
    }
    if (identity.server !== known.server) {
      writeIdentity(path, identity);
    }
    return () => Promise.resolve(identity);
  }
  const place = server ?? known?.server;
  if (token === null || place === undefined) {
    throw new AppError('usage.invalid', 'this machine is not enrolled at a server', {
      hint: 'Make a join token there (lanner server token), and give --server and --token once.',
    });
  }
  const become = async (): Promise<Identity> => {
    const identity = await enrol({ server: place, token, name, version, signal });
    writeIdentity(path, identity);
    log.info('agent is enrolled', { agent: identity.id, server: place, name });
    return identity;
  };
  let enrolled: Promise<Identity> | null = null;
  return () => {
    enrolled ??= become().catch((error: unknown) => {
      enrolled = null;
      throw error;
    });
    return enrolled;
  };
}
