import { promisify } from 'node:util';
import { constants, zstdCompress } from 'node:zlib';
import {
  type AgentAnswer,
  type AgentHealth,
  agentPaths,
  batchRecord,
  noteLimits,
  type ServedRules,
  spoolHeader,
} from '@lanner/api';
import { AppError, type Log } from '@lanner/core';
import { waitAfter } from './backoff.ts';
import { AgentClient, parse, refusal, type ServerAnswer } from './client.ts';
import { renew } from './enrolment.ts';
import { type Identity, validityOf } from './identity.ts';
import { orAborted } from './lib/or-aborted.ts';
import { parseServedRules } from './served-rules.ts';
import type { SpoolRecord } from './spool/record.ts';
import type { Spool } from './spool/spool.ts';

/** Whoever runs the rules that the server has for agents. */
export interface RulesTaker {
  /** Whether it wants a set: not when it runs or has refused it, or is not ready yet. */
  readonly wants: (revision: string) => boolean;
  /** Runs a set, or remembers why not. */
  readonly take: (set: ServedRules) => Promise<void>;
}

export interface LinkOptions {
  readonly spool: Spool;
  /** Who the agent is; asked for until it is there. Rejects with AppError when it is not yet. */
  readonly identify: () => Promise<Identity>;
  /** Remembers a new certificate. Throws AppError when it cannot: the old one is used on then. */
  readonly keep: (identity: Identity) => void;
  readonly health: () => Omit<AgentHealth, 'spool'>;
  readonly now: () => number;
  readonly random: () => number;
  /** Ends early when the signal is aborted; never rejects. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  readonly log: Log;
  /** Absent where the agent takes no rules. */
  readonly rules?: RulesTaker;
  /** Another one than ours, for tests. */
  readonly protocol?: number;
  readonly heartbeatMs?: number;
}

export interface LinkStats {
  /** refused: the server said that this agent may not send, or does not understand it. */
  readonly state: 'starting' | 'connected' | 'away' | 'refused';
  readonly sent: number;
  /** Records that the server did not want. */
  readonly refused: number;
  readonly failures: number;
  /** When the certificate ends, ms since the epoch; null before there is one. */
  readonly certificateEndsMs: number | null;
}

const usualHeartbeatMs = 15_000;
const most = { records: 4000, bytes: 512 * 2 ** 10 } as const;
const pack = promisify(zstdCompress);

/** The way to the server: sends what is spooled in order, tells how the agent is, and renews its certificate in time. */
export class AgentLink {
  readonly #options: LinkOptions;
  #identity: Identity | null = null;
  #client: AgentClient | null = null;
  #state: LinkStats['state'] = 'starting';
  #sent = 0;
  #refused = 0;
  #failures = 0;
  #told: string | null = null;
  #renewalTold: string | null = null;
  #rulesTold: string | null = null;
  /** Of the rules that the server has, as it said last. */
  #servedRevision: string | null = null;
  /** Records of a batch; fewer after the server did not want one, down to one. */
  #records: number = most.records;
  #greeted = false;
  #wake: () => void = () => undefined;
  /** The server answers, and takes no batches: a heartbeat that arrives does not mean that all is well. */
  #isHeld = false;

  constructor(options: LinkOptions) {
    this.#options = options;
  }

  /** Runs until the signal is aborted. What is spooled then waits for the next start. */
  async run(signal: AbortSignal): Promise<void> {
    // A server that does not answer is not waited for.
    const stop = (): void => this.#client?.close();
    signal.addEventListener('abort', stop, { once: true });
    await Promise.all([this.#sendAll(signal), this.#beatAll(signal)]);
    stop();
  }

  /** Says now how the agent is, as it has changed. */
  beatSoon(): void {
    this.#wake();
  }

  stats(): LinkStats {
    return {
      state: this.#state,
      sent: this.#sent,
      refused: this.#refused,
      failures: this.#failures,
      certificateEndsMs: this.#identity === null ? null : validityOf(this.#identity).toMs,
    };
  }

  async #sendAll(signal: AbortSignal): Promise<void> {
    const { spool, sleep, random } = this.#options;
    while (!signal.aborted) {
      const appended = spool.appended();
      let waitMs: number | null;
      try {
        if (!this.#greeted) {
          await this.#beat();
        }
        const records = await spool.read({ records: this.#records, bytes: most.bytes });
        if (records.length === 0) {
          this.#isHeld = false;
          await orAborted(appended, signal);
          continue;
        }
        waitMs = await this.#sendBatch(records);
      } catch (error) {
        waitMs = this.#lost(error, signal);
      }
      if (waitMs !== null) {
        await sleep(waitMs === 0 ? waitAfter(this.#failures, random) : waitMs, signal);
      }
    }
  }

  /** Gives how long to wait before the next; null for not at all. */
  async #sendBatch(records: readonly SpoolRecord[]): Promise<number | null> {
    const { spool } = this.#options;
    const text = records.map(({ number, kind, payload }) => batchRecord(number, kind, payload)).join('');
    const body = await pack(text, { params: { [constants.ZSTD_c_compressionLevel]: 1 } });
    const client = await this.#connect();
    const answer = await client.post(agentPaths.batch, body, {
      'content-encoding': 'zstd',
      [spoolHeader]: spool.id,
    });
    if (answer.status === 400 || answer.status === 413) {
      this.#unwanted(records, answer);
      return null;
    }
    if (answer.status !== 200) {
      this.#isHeld = true;
      return this.#failed(refusal(answer), answer);
    }
    this.#isHeld = false;
    const last = lastOf(answer);
    const sent = records.at(-1)?.number ?? 0;
    if (last < sent) {
      throw new AppError('agent.unreachable', 'the server did not keep all of a batch');
    }
    this.#records = Math.min(most.records, this.#records * 2);
    this.#sent += records.length;
    this.#arrived(last);
    return null;
  }

  /** Fewer records next time; one that is not wanted alone would stop all that come after it. */
  #unwanted(records: readonly SpoolRecord[], answer: ServerAnswer): void {
    const { spool, log } = this.#options;
    if (records.length > 1) {
      this.#records = Math.ceil(records.length / 2);
      return;
    }
    const [record] = records;
    this.#refused++;
    log.error('server does not want a record', { kind: record?.kind ?? '', reason: refusal(answer).message });
    spool.acknowledge(record?.number ?? 0);
  }

  #arrived(last: number): void {
    const { spool, log } = this.#options;
    // Before the first word of this process the server can have nothing that it appended.
    const known = this.#greeted ? spool.last : spool.lastBefore;
    if (last > known) {
      log.warn(
        'spool is older than what the server has of it; it is numbered anew, and some may arrive twice',
        {
          server: last,
          spool: known,
        },
      );
      spool.renew();
    } else {
      spool.acknowledge(last);
    }
    if (!this.#isHeld) {
      this.#isWell();
    }
  }

  #isWell(): void {
    const { spool, log } = this.#options;
    if (this.#state !== 'connected') {
      log.info('agent is connected', {
        server: this.#identity?.server ?? '',
        waiting: spool.stats().waiting,
      });
    }
    this.#state = 'connected';
    this.#failures = 0;
    this.#told = null;
  }

  async #beatAll(signal: AbortSignal): Promise<void> {
    const { spool } = this.#options;
    for (await this.#untilBeat(signal); !signal.aborted; await this.#untilBeat(signal)) {
      try {
        await spool.expire();
        if (this.#identity !== null && this.#greeted) {
          await this.#beat();
          await this.#renewInTime();
          await this.#fetchRules();
        }
      } catch (error) {
        this.#lost(error, signal);
      }
    }
  }

  async #untilBeat(signal: AbortSignal): Promise<void> {
    const { heartbeatMs = usualHeartbeatMs, sleep } = this.#options;
    const woken = new AbortController();
    this.#wake = () => {
      woken.abort();
    };
    await sleep(heartbeatMs, AbortSignal.any([signal, woken.signal]));
  }

  /** Tells how the agent is, and hears what the server has. */
  async #beat(): Promise<void> {
    const { spool, health } = this.#options;
    const { id } = spool;
    const client = await this.#connect();
    const { notes, ...state } = health();
    const answer = await client.postJson(
      agentPaths.heartbeat,
      {
        ...state,
        notes: notes.slice(0, noteLimits.count).map((note) => note.slice(0, noteLimits.characters)),
        spool: { ...spool.stats(), refused: this.#refused },
      },
      { [spoolHeader]: id },
    );
    if (answer.status !== 200) {
      throw refusal(answer);
    }
    const { rules } = (parse(answer.body) ?? {}) as Partial<AgentAnswer>;
    this.#servedRevision = typeof rules === 'string' ? rules : null;
    // Batches that are under way were not counted in.
    if (id === spool.id) {
      this.#arrived(lastOf(answer));
    }
    this.#greeted = true;
  }

  /** When two thirds of its time are over. */
  async #renewInTime(): Promise<void> {
    const identity = this.#identity;
    if (identity === null) {
      return;
    }
    const { fromMs, toMs } = validityOf(identity);
    if (this.#options.now() >= toMs - (toMs - fromMs) / 3) {
      await this.#renew(identity);
    }
  }

  /** What goes wrong is told once, and tried again with the next heartbeat: the old certificate is good meanwhile. */
  async #renew(identity: Identity): Promise<void> {
    const { keep, log } = this.#options;
    try {
      const renewed = await renew(identity, await this.#connect());
      // Kept before it is used: with its first use the old one ends.
      keep(renewed);
      this.#use(renewed);
      this.#renewalTold = null;
      log.info('certificate was renewed', { until: untilOf(renewed) });
    } catch (error) {
      if (!(error instanceof AppError)) {
        throw error;
      }
      if (this.#renewalTold !== error.message) {
        this.#renewalTold = error.message;
        log.error('certificate could not be renewed', { ...reasonOf(error), until: untilOf(identity) });
      }
    }
  }

  /** When the server has others than those that run here. What goes wrong is told once, and tried again. */
  async #fetchRules(): Promise<void> {
    const { rules, log } = this.#options;
    const revision = this.#servedRevision;
    if (rules === undefined || revision === null || !rules.wants(revision)) {
      return;
    }
    try {
      const client = await this.#connect();
      const answer = await client.get(agentPaths.rules);
      if (answer.status !== 200) {
        throw refusal(answer);
      }
      await rules.take(parseServedRules(parse(answer.body)));
      this.#rulesTold = null;
      // What became of them is told at once.
      await this.#beat();
    } catch (error) {
      if (!(error instanceof AppError)) {
        throw error;
      }
      if (this.#rulesTold !== error.message) {
        this.#rulesTold = error.message;
        log.error('rules of the server could not be fetched; those of before run on', reasonOf(error));
      }
    }
  }

  async #connect(): Promise<AgentClient> {
    if (this.#client !== null) {
      return this.#client;
    }
    const identity = await this.#options.identify();
    return this.#use(identity);
  }

  #use(identity: Identity): AgentClient {
    const { protocol } = this.#options;
    // Questions that are under way end by themselves.
    const before = this.#client;
    setTimeout(() => before?.close(), 60_000).unref();
    this.#identity = identity;
    this.#client = new AgentClient(identity.server, { authority: identity.authority, identity }, protocol);
    return this.#client;
  }

  /** The same as `#failed`, but for what was given up as the agent ends. */
  #lost(error: unknown, signal: AbortSignal): number | null {
    return signal.aborted && error instanceof AppError ? null : this.#failed(error, null);
  }

  /** Says what is wrong once, and gives how long to wait. */
  #failed(error: unknown, answer: ServerAnswer | null): number {
    const { log, random, spool } = this.#options;
    if (!(error instanceof AppError)) {
      throw error;
    }
    this.#failures++;
    const isRefused = ['access.denied', 'agent.protocol', 'agent.enrolment'].includes(error.code);
    this.#state = isRefused ? 'refused' : 'away';
    if (this.#told !== error.message) {
      this.#told = error.message;
      log[isRefused ? 'error' : 'warn']('server takes nothing; alerts wait in the spool', {
        ...reasonOf(error),
        waiting: spool.stats().waiting,
      });
    }
    return waitAfter(this.#failures, random, { askedMs: answer?.retryAfterMs ?? null, isRefused });
  }
}

function reasonOf({ message, hint }: AppError): Record<string, string> {
  return { reason: message, ...(hint === undefined ? {} : { hint }) };
}

function untilOf(identity: Identity): string {
  return new Date(validityOf(identity).toMs).toISOString();
}

/** Throws AppError 'agent.unreachable'. */
function lastOf({ body }: ServerAnswer): number {
  const { last } = (parse(body) ?? {}) as Partial<AgentAnswer>;
  if (!Number.isSafeInteger(last) || (last ?? -1) < 0) {
    throw new AppError('agent.unreachable', 'the server’s answer is not understood');
  }
  // Checked above.
  return last as number;
}
