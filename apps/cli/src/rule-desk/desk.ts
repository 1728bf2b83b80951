import type { RuleEvaluation, RuleItem, ServedRules } from '@lanner/api';
import type { OwnRules, RuleCheck, RuleCostState, RuleDetail, RulePlace, RuleState } from '@lanner/api/http';
import { AppError, type Log } from '@lanner/core';
import { toByteString } from '@lanner/engine';
import { type ExceptionProposal, exceptionText, Turns } from '@lanner/hub';
import type { RulesPart, RuleTrial } from '@lanner/hub/http';
import type { FoundRuleFile } from '../detect/rule-files.ts';
import type { DeskInput, ItemFile } from './compose.ts';
import { switchesIn, switchText } from './definitions.ts';
import { DeskFiles, type DeskTexts, revisionOf } from './desk-files.ts';
import type { RuleRunner } from './rule-runner.ts';
import type { AskRules, FileState, PageRules } from './work.ts';

export interface DeskOptions {
  readonly folder: string;
  readonly ask: AskRules;
  readonly log: Log;
}

const switchesHead =
  '# Written by the page: rules that were switched on or off there. Other entries are lost with the next switch.\n';
const exceptionsHead = '# Written by the page: exceptions that were saved there.\n';
const nothing: DeskTexts = { own: '', exceptions: '', switches: '' };

/**
 * The rules as the page has them: those of the configuration, and behind them three files of its own. Whatever is
 * changed is first loaded on trial, then written, then run; when the last step fails everything is as before.
 */
export class RuleDesk implements RulesPart {
  readonly #options: DeskOptions;
  readonly #files: DeskFiles;
  #runner: RuleRunner;
  /** Exceptions as they were last set. */
  #exceptions: readonly ExceptionProposal[] = [];
  /** What the sensor loads beside the configured files. */
  #running: readonly FoundRuleFile[] = [];
  /** Files of the page that could not be loaded at the start. */
  #leftOut: readonly FileState[] = [];
  #costs: { readonly key: string; readonly costs: ReadonlyMap<string, RuleCostState> | null } | null = null;
  /** What agents are given; made when one asks. */
  #served: ServedRules | null = null;
  readonly #turns = new Turns();

  private constructor(options: DeskOptions, runner: RuleRunner) {
    this.#options = options;
    this.#files = new DeskFiles(options.folder);
    this.#runner = runner;
  }

  /** Reads what the page wrote before. What the configured files no longer accept is left out, and said. */
  static async open(
    options: DeskOptions,
    runner: RuleRunner,
    exceptions: readonly ExceptionProposal[],
  ): Promise<RuleDesk> {
    const desk = new RuleDesk(options, runner);
    await desk.#start(exceptions);
    return desk;
  }

  /** What is loaded behind the files of the configuration, as byte strings. */
  get files(): readonly FoundRuleFile[] {
    return this.#running;
  }

  /** One line for each file that could not be loaded. */
  get notes(): readonly string[] {
    return this.#leftOut.map(
      ({ path, problem }) =>
        `${path} is not loaded: ${problem === null ? 'not accepted' : `line ${problem.line}: ${problem.message}`}`,
    );
  }

  async #start(exceptions: readonly ExceptionProposal[]): Promise<void> {
    this.#exceptions = exceptions;
    const { folder, ask, log } = this.#options;
    const texts = this.#files.read();
    const wanted = { ...texts, exceptions: fileOfExceptions(exceptions) };
    this.#files.write(wanted, texts);
    if (JSON.stringify(wanted) === JSON.stringify(nothing)) {
      return;
    }
    const { files, leftOut } = await ask('fit', this.#input(wanted));
    this.#running = files;
    this.#leftOut = leftOut;
    for (const { path, problem } of leftOut) {
      log.error('rules of the page are not loaded', {
        path,
        reason: problem?.message ?? '',
        line: problem?.line ?? 0,
        hint: `Mend them on the page or in ${folder}.`,
      });
    }
  }

  async survey(): Promise<{
    rules: RuleState[];
    costsPending: boolean;
    place: RulePlace;
    evaluation: RuleEvaluation | null;
  }> {
    const input = this.#input();
    const { rules, files, unmatched } = await this.#options.ask('survey', input);
    const costs = this.#costsOf(input);
    const configured = new Set(input.configured.map(({ path }) => path));
    const running = new Set(this.#running.map(({ path }) => path));
    const isRefused = (path: string): boolean => this.#leftOut.some((file) => file.path === path);
    return {
      rules: rules.map((rule) => ({ ...rule, cost: costs?.get(rule.name) ?? null })),
      costsPending: costs === null,
      place: {
        applied: this.#runner.state(),
        folder: this.#files.folder,
        files: files.map(({ path, problem }) => ({
          path,
          by: configured.has(path) ? 'configuration' : 'page',
          loaded: configured.has(path) ? problem === null : running.has(path) && !isRefused(path),
          problem,
        })),
        unmatched: [...unmatched],
      },
      evaluation: this.#runner.evaluation?.() ?? null,
    };
  }

  detail(name: string): Promise<RuleDetail | null> {
    return this.#options.ask('detail', this.#input(), name);
  }

  own(): OwnRules {
    const { own, exceptions, switches } = this.#files.read();
    return { text: own, revision: revisionOf(own), previous: this.#files.previous(), exceptions, switches };
  }

  /** What agents ask for all the time: made again when the page changed something, not when a file was edited by hand. */
  served(): ServedRules {
    if (this.#served === null) {
      const { own, switches } = this.#files.read();
      const set = { own, exceptions: this.#exceptionItems().items, switches: switchItems(switches) };
      this.#served = { revision: revisionOf(JSON.stringify(set)), ...set };
    }
    return this.#served;
  }

  check(text: string): Promise<RuleCheck> {
    return this.#options.ask('check', this.#input({ ...this.#files.read(), own: text }));
  }

  async trial(text: string, rule: string): Promise<RuleTrial> {
    const input = this.#input({ ...this.#files.read(), own: text });
    const { ask } = this.#options;
    return {
      source: await ask('sourceOf', input, rule),
      judge: (alerts) =>
        ask(
          'judge',
          input,
          rule,
          alerts.map(({ facts, event }) => ({
            ...(facts === undefined ? {} : { facts }),
            printed: event.output_fields,
          })),
        ),
    };
  }

  save(text: string, revision: string): Promise<{ revision: string; applied: boolean }> {
    return this.#turns.take(async () => {
      const before = this.#files.read();
      if (revision !== revisionOf(before.own)) {
        throw new AppError('store.conflict', 'the own rules were changed meanwhile', {
          hint: 'Load them again, and make the change there.',
        });
      }
      const applied = await this.#change({ ...before, own: text }, before);
      if (before.own !== text && before.own !== '') {
        this.#files.keepPrevious(before.own);
      }
      return { revision: revisionOf(text), applied };
    });
  }

  switchRule(name: string, enabled: boolean): Promise<void> {
    return this.#turns.take(async () => {
      const before = this.#files.read();
      const switches = switchesIn(before.switches);
      switches.set(name, enabled);
      const accepted = await this.#accepted({ ...before, switches: fileOfSwitches(switches) });
      if (accepted.enabled.includes(name) !== enabled) {
        throw await this.#ineffective(name, enabled);
      }
      if (accepted.onBefore.includes(name) === enabled) {
        // That is what its definition says.
        switches.delete(name);
      }
      await this.#change({ ...before, switches: fileOfSwitches(switches) }, before);
    });
  }

  setExceptions(all: readonly ExceptionProposal[]): Promise<boolean> {
    return this.#turns.take(async () => {
      const [before, old] = [this.#files.read(), this.#exceptions];
      this.#exceptions = all;
      try {
        return await this.#change({ ...before, exceptions: fileOfExceptions(all) }, before);
      } catch (error) {
        this.#exceptions = old;
        throw error;
      }
    });
  }

  async #ineffective(name: string, enabled: boolean): Promise<AppError> {
    const { rules } = await this.#options.ask('survey', this.#input());
    const rule = rules.find((each) => each.name === name);
    return rule === undefined
      ? new AppError('store.missing', `there is no rule ${name}`)
      : new AppError(
          'rules.invalid',
          `${name} stays ${enabled ? 'off' : 'on'}: the configuration decides that`,
          {
            hint: 'Look at `rules` and `priority` of falco.yaml.',
          },
        );
  }

  #accepted(texts: DeskTexts): Promise<PageRules> {
    return this.#options.ask('accept', this.#input(texts));
  }

  /** True when the rules run here. */
  async #change(texts: DeskTexts, before: DeskTexts): Promise<boolean> {
    const state = this.#runner.state();
    if (state === 'starting') {
      throw new AppError('server.busy', 'the sensor is starting', { hint: 'Try again in a moment.' });
    }
    const { files } = await this.#accepted(texts);
    const [running, leftOut] = [this.#running, this.#leftOut];
    this.#files.write(texts, before);
    this.#served = null;
    this.#running = files;
    this.#leftOut = [];
    if (state === 'nowhere') {
      return false;
    }
    try {
      await this.#runner.reload();
      return true;
    } catch (error) {
      this.#files.write(before, texts);
      this.#served = null;
      this.#running = running;
      this.#leftOut = leftOut;
      throw error;
    }
  }

  /** Null while they are worked out. */
  #costsOf(input: DeskInput): ReadonlyMap<string, RuleCostState> | null {
    const key = revisionOf(JSON.stringify(input));
    if (this.#costs?.key === key) {
      return this.#costs.costs;
    }
    this.#costs = { key, costs: null };
    this.#options.ask('costs', input).then(
      (costs) => {
        if (this.#costs?.key === key) {
          this.#costs = { key, costs };
        }
      },
      (error: unknown) => {
        // They are asked for again with the next look at the list.
        this.#costs = null;
        this.#options.log.debug('costs of rules are not known', { reason: String(error) });
      },
    );
    return null;
  }

  #input(texts: DeskTexts = this.#files.read()): DeskInput {
    const { files, load } = this.#runner.configured();
    const own = texts.own.trim() === '' ? null : toByteString(texts.own);
    return {
      configured: files,
      own: own === null ? null : { path: this.#files.pathOf('own'), content: own },
      exceptions: this.#exceptionItems(),
      switches: {
        path: this.#files.pathOf('switches'),
        items: switchItems(texts.switches),
      },
      load,
    };
  }

  #exceptionItems(): ItemFile {
    return {
      path: this.#files.pathOf('exceptions'),
      items: this.#exceptions.map((each) => ({ rule: each.rule, text: exceptionText([each]) })),
    };
  }
}

function switchItems(text: string): RuleItem[] {
  return [...switchesIn(text)].map(([rule, enabled]) => ({ rule, text: switchText(rule, enabled) }));
}

function fileOfSwitches(switches: ReadonlyMap<string, boolean>): string {
  const items = [...switches].map(([rule, enabled]) => switchText(rule, enabled));
  return items.length === 0 ? '' : `${switchesHead}${items.join('')}`;
}

function fileOfExceptions(all: readonly ExceptionProposal[]): string {
  return all.length === 0 ? '' : `${exceptionsHead}${exceptionText(all)}`;
}
