import { createPublicKey, type KeyObject, randomBytes, verify } from 'node:crypto';
import { type AgentHealth, type EnrolRequest, enrolText, type RenewRequest, renewText } from '@lanner/api';
import { AppError } from '@lanner/core';
import type { DocumentStore } from '../store/document-store.ts';
import type { AgentAuthority, Issued } from './authority.ts';

/** An agent as the server keeps it. */
export interface Agent {
  readonly id: string;
  /** What people call its node. */
  readonly name: string;
  /** Name of the token that it joined with. */
  readonly joinedBy: string;
  readonly enrolledMs: number;
  /** Null while it may send. */
  readonly revokedMs: number | null;
  /**
   * Serial numbers of the certificates that are good: the one that is used, and one that was issued in its place and
   * not seen yet.
   */
  readonly serials: readonly string[];
  readonly expiresMs: number;
  /** Null before the first word of it. */
  readonly seenMs: number | null;
  readonly health: AgentHealth | null;
}

export interface RegistryOptions {
  readonly documents: DocumentStore;
  readonly authority: AgentAuthority;
  readonly now: () => number;
  /** How long a certificate is good. */
  readonly certificateMs: number;
}

const maxAgents = 10_000;
/** Between heartbeats that are written down; what is shown is always the last one. */
const saveEveryMs = 600_000;
const awayAfterMs = 60_000;

/** away: nothing was heard of it for a minute. */
export function stateOf(
  { revokedMs, seenMs }: Pick<Agent, 'revokedMs' | 'seenMs'>,
  nowMs: number,
): 'connected' | 'away' | 'revoked' {
  if (revokedMs !== null) {
    return 'revoked';
  }
  return seenMs !== null && nowMs - seenMs < awayAfterMs ? 'connected' : 'away';
}

/** Which agents there are, and which certificates they may use. What it says is on disk. */
export class AgentRegistry {
  readonly #options: RegistryOptions;
  readonly #agents = new Map<string, Agent>();
  readonly #savedMs = new Map<string, number>();
  readonly #onRevoked: ((id: string) => void)[] = [];
  #changes: Promise<unknown> = Promise.resolve();

  private constructor(options: RegistryOptions) {
    this.#options = options;
  }

  static async load(options: RegistryOptions): Promise<AgentRegistry> {
    const registry = new AgentRegistry(options);
    for (const { value } of await options.documents.list('agent')) {
      // Written by this class only.
      const agent = value as Agent;
      registry.#agents.set(agent.id, agent);
    }
    return registry;
  }

  /** Those that are revoked, too. */
  list(): Agent[] {
    return [...this.#agents.values()];
  }

  get authority(): AgentAuthority {
    return this.#options.authority;
  }

  /** Called when an agent may not send any more. */
  onRevoked(listener: (id: string) => void): void {
    this.#onRevoked.push(listener);
  }

  /** Throws AppError 'agent.enrolment' when the proof is none, or there are too many agents. */
  async enrol(
    input: Omit<EnrolRequest, 'version'>,
    token: { readonly name: string; readonly secret: string },
  ): Promise<{ readonly id: string; readonly issued: Issued }> {
    const { now, authority, certificateMs } = this.#options;
    const publicKey = provenKey(input.key, enrolText(token.secret, input.name, input.key), input.proof);
    await this.#makeRoom();
    const id = randomBytes(8).toString('hex');
    const issued = authority.issueClient(id, publicKey, now(), certificateMs);
    await this.#put({
      id,
      name: input.name,
      joinedBy: token.name,
      enrolledMs: now(),
      revokedMs: null,
      serials: [issued.serial],
      expiresMs: issued.toMs,
      seenMs: null,
      health: null,
    });
    return { id, issued };
  }

  /**
   * The agent of a certificate that this authority signed. With the first use of a new certificate the old one ends.
   * Throws AppError 'access.denied'.
   */
  async authenticate(id: string, serial: string): Promise<Agent> {
    const agent = this.#agents.get(id);
    if (agent === undefined || agent.revokedMs !== null) {
      throw new AppError('access.denied', `the agent ${id} was revoked`, {
        hint: 'Enrol it again with a join token: lanner server token',
      });
    }
    const index = agent.serials.indexOf(serial);
    if (index < 0) {
      throw new AppError('access.denied', `the agent ${id} has a newer certificate than this`, {
        hint: 'Two machines use the same identity. Revoke it, and enrol each with a join token.',
      });
    }
    if (index > 0) {
      await this.#change(id, (current) => ({
        ...current,
        serials: current.serials.slice(Math.max(0, current.serials.indexOf(serial))),
      }));
    }
    return this.#agents.get(id) ?? agent;
  }

  /** A certificate for a new key; the old one is good until the new one is used. Throws AppError 'agent.enrolment'. */
  async renew(agent: Agent, input: RenewRequest): Promise<Issued> {
    const { now, authority, certificateMs } = this.#options;
    const publicKey = provenKey(input.key, renewText(agent.id, input.key), input.proof);
    const issued = authority.issueClient(agent.id, publicKey, now(), certificateMs);
    await this.#change(agent.id, (current) => ({
      ...current,
      serials: [...current.serials.slice(0, 1), issued.serial],
      expiresMs: issued.toMs,
    }));
    return issued;
  }

  /** False when there is no such agent. It may not send from this moment on. */
  async revoke(id: string): Promise<boolean> {
    const agent = this.#agents.get(id);
    if (agent === undefined) {
      return false;
    }
    if (agent.revokedMs === null) {
      const revoked = { ...agent, revokedMs: this.#options.now(), serials: [] };
      this.#agents.set(id, revoked);
      for (const listener of this.#onRevoked) {
        listener(id);
      }
    }
    // After what is being written of it, so that this is what stays; anew when the disk did not take it the last time.
    await this.#inTurn(async () => {
      const revoked = this.#agents.get(id);
      if (revoked !== undefined) {
        await this.#options.documents.put('agent', id, revoked);
      }
    });
    return true;
  }

  /** Remembers how an agent is. */
  async note(id: string, health: AgentHealth): Promise<void> {
    const agent = this.#agents.get(id);
    if (agent === undefined) {
      return;
    }
    const seenMs = this.#options.now();
    const seen = (current: Agent): Agent => ({ ...current, seenMs, health });
    if (seenMs - (this.#savedMs.get(id) ?? -Infinity) >= saveEveryMs) {
      this.#savedMs.set(id, seenMs);
      await this.#change(id, seen);
    } else if (agent.revokedMs === null) {
      this.#agents.set(id, seen(agent));
    }
  }

  /**
   * Changes an agent as it is when it is its turn: one after the other, so that what is on disk last is what was changed
   * last. One that was revoked does not change any more.
   */
  #change(id: string, update: (agent: Agent) => Agent): Promise<void> {
    return this.#inTurn(async () => {
      const agent = this.#agents.get(id);
      if (agent !== undefined && agent.revokedMs === null) {
        await this.#put(update(agent));
      }
    });
  }

  /** After what was asked for before, whether or not that went well. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#changes.then(work);
    this.#changes = done.catch(() => undefined);
    return done;
  }

  async #put(agent: Agent): Promise<void> {
    await this.#options.documents.put('agent', agent.id, agent);
    // A revocation holds from the moment at which it is asked for.
    if ((this.#agents.get(agent.id)?.revokedMs ?? null) === null) {
      this.#agents.set(agent.id, agent);
    }
  }

  /** Forgets the agent that was revoked first: a certificate of an agent that nobody knows is refused as well. */
  async #makeRoom(): Promise<void> {
    if (this.#agents.size < maxAgents) {
      return;
    }
    const [oldest] = this.list()
      .filter(({ revokedMs }) => revokedMs !== null)
      .sort((a, b) => (a.revokedMs ?? 0) - (b.revokedMs ?? 0));
    if (oldest === undefined) {
      throw new AppError('agent.enrolment', `there are ${maxAgents} agents already`, {
        hint: 'Revoke those that are gone: lanner server agents',
      });
    }
    await this.#options.documents.remove('agent', oldest.id);
    this.#agents.delete(oldest.id);
    this.#savedMs.delete(oldest.id);
  }
}

/** Throws AppError 'agent.enrolment' for a key that is none of ours, or that whoever asks does not have. */
function provenKey(pem: string, text: string, proof: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPublicKey(pem);
  } catch (error) {
    throw new AppError('agent.enrolment', 'the key of the agent cannot be read', { cause: error });
  }
  if (key.asymmetricKeyType !== 'ec' || key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') {
    throw new AppError('agent.enrolment', 'the key of the agent is not of the curve P-256');
  }
  if (!verify('sha256', Buffer.from(text), key, Buffer.from(proof, 'base64url'))) {
    throw new AppError('agent.enrolment', 'whoever asks does not have the key');
  }
  return key;
}
