import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { parseServedRules, type RulesTaker } from '@lanner/agent';
import { type AgentRules, type ServedRules, servedRulesLimits } from '@lanner/api';
import { AppError, type Log } from '@lanner/core';
import { replaceFile } from '@lanner/core/disk';
import { toByteString } from '@lanner/engine';
import type { FoundRuleFile } from '../detect/rule-files.ts';
import type { DeskInput } from '../rule-desk/compose.ts';
import type { FitMethods, FittedRules, LeftOut } from '../rule-desk/fit.ts';
import type { RuleRunner } from '../rule-desk/rule-runner.ts';
import type { Ask } from '../rule-desk/rule-thread.ts';

export interface PageRulesOptions {
  /** Where the set that runs is kept. */
  readonly path: string;
  readonly runner: RuleRunner;
  /** Opens whoever loads rules on trial; closed after each use, so that its memory goes back. */
  readonly openThread: () => { readonly ask: Ask<FitMethods>; readonly close: () => Promise<void> };
  readonly log: Log;
}

/** Names under which the texts of the page are loaded. */
const names = {
  own: 'own rules of the server',
  exceptions: 'exceptions of the server',
  switches: 'switches of the server',
} as const;
const nothing: FittedRules = { files: [], leftOut: [], unmatched: [] };

/**
 * Rules, exceptions and switches of the server's page, as they run at an agent behind its own rules. A set is loaded on
 * trial, written down, and run; one that is refused by loader or sensor changes nothing, and the server is told why.
 */
export class PageRules implements RulesTaker {
  readonly #options: PageRulesOptions;
  #set: ServedRules | null = null;
  #fitted: FittedRules = nothing;
  #refused: AgentRules['refused'] = null;

  constructor(options: PageRulesOptions) {
    this.#options = options;
  }

  /** Takes up the set that ran last: an agent needs no server to begin. */
  async start(): Promise<void> {
    const { log, path } = this.#options;
    const set = this.#read();
    if (set === null) {
      return;
    }
    this.#use(set, await this.#fit(set));
    for (const file of this.#fitted.leftOut) {
      log.error('rules of the server are not loaded', {
        file: file.path,
        reason: reasonOf(file),
        kept: path,
      });
    }
  }

  /** What is loaded behind the files of the configuration, as byte strings. */
  get files(): readonly FoundRuleFile[] {
    return this.#fitted.files;
  }

  /** One line for each file of the set that does not fit the configured rules of today, and for one that was refused. */
  get notes(): readonly string[] {
    return [
      ...this.#fitted.leftOut.map((file) => `The ${file.path} are not loaded: ${reasonOf(file)}`),
      ...(this.#refused === null ? [] : [`Rules of the server are refused: ${this.#refused.reason}`]),
    ];
  }

  get state(): AgentRules {
    return {
      revision: this.#set?.revision ?? null,
      unmatched: this.#fitted.unmatched.length,
      refused: this.#refused,
    };
  }

  wants(revision: string): boolean {
    const isKnown = revision === this.#set?.revision || revision === this.#refused?.revision;
    return !isKnown && this.#options.runner.state() !== 'starting';
  }

  /** Rejects with AppError 'file.write' when the set cannot be kept: it is wanted all the same. */
  async take(set: ServedRules): Promise<void> {
    const { log, runner } = this.#options;
    const [before, fittedBefore] = [this.#set, this.#fitted];
    try {
      const fitted = await this.#accepted(set);
      this.#write(set);
      this.#use(set, fitted);
      if (runner.state() === 'sensor') {
        await runner.reload();
      }
    } catch (error) {
      if (!(error instanceof AppError) || error.code === 'file.write') {
        throw error;
      }
      if (this.#set !== before) {
        this.#use(before, fittedBefore);
        this.#write(before ?? none);
      }
      this.#refuse(set.revision, error.message);
      return;
    }
    this.#refused = null;
    log.info('rules of the server run', {
      revision: set.revision,
      exceptions: set.exceptions.length,
      switches: set.switches.length,
      unmatched: this.#fitted.unmatched.length,
    });
  }

  #refuse(revision: string, message: string): void {
    const reason = message.slice(0, servedRulesLimits.reason);
    this.#refused = { revision, reason };
    this.#options.log.error('rules of the server are refused; those of before run on', { revision, reason });
  }

  #use(set: ServedRules | null, fitted: FittedRules): void {
    this.#set = set;
    this.#fitted = fitted;
  }

  /** Throws AppError 'rules.invalid'. */
  async #accepted(set: ServedRules): Promise<FittedRules> {
    const fitted = await this.#fit(set);
    const [refused] = fitted.leftOut;
    if (refused !== undefined) {
      throw new AppError('rules.invalid', `the ${refused.path} are not accepted: ${reasonOf(refused)}`);
    }
    return fitted;
  }

  async #fit(set: ServedRules): Promise<FittedRules> {
    if (set.own.trim() === '' && set.exceptions.length === 0 && set.switches.length === 0) {
      return nothing;
    }
    const { files: configured, load } = this.#options.runner.configured();
    const input: DeskInput = {
      configured,
      own: set.own.trim() === '' ? null : { path: names.own, content: toByteString(set.own) },
      exceptions: { path: names.exceptions, items: set.exceptions },
      switches: { path: names.switches, items: set.switches },
      load,
    };
    const thread = this.#options.openThread();
    try {
      return await thread.ask('fit', input);
    } finally {
      await thread.close();
    }
  }

  /** Null where there is none yet. What is damaged is fetched again. */
  #read(): ServedRules | null {
    const { path, log } = this.#options;
    if (!existsSync(path)) {
      return null;
    }
    try {
      return parseServedRules(JSON.parse(readFileSync(path, 'utf8')));
    } catch (error) {
      log.error('rules of the server that were kept cannot be read; they are fetched again', {
        path,
        reason: (error as Error).message,
      });
      return null;
    }
  }

  /** On disk when it returns, whole or not at all. Throws AppError 'file.write'. */
  #write(set: ServedRules): void {
    const { path } = this.#options;
    try {
      mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
      replaceFile(path, `${JSON.stringify(set)}\n`);
    } catch (error) {
      throw new AppError('file.write', `${path} cannot be written: ${(error as Error).message}`, {
        cause: error,
        hint: 'Make room on its disk, and check who owns its folder.',
      });
    }
  }
}

/** What an agent has that was given none. */
const none: ServedRules = { revision: '', own: '', exceptions: [], switches: [] };

function reasonOf({ problem }: LeftOut): string {
  return problem === null ? 'not accepted' : `line ${problem.line}: ${problem.message}`;
}
