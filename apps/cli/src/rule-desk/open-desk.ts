import { join } from 'node:path';
import type { Log } from '@lanner/core';
import { savedExceptions, type Store } from '@lanner/hub';
import { unlessAborted } from '../lib/unless-aborted.ts';
import { builtInRules, findRuleFiles } from '../detect/rule-files.ts';
import type { RuleLoadSettings } from '../detect/rule-program.ts';
import { RuleDesk } from './desk.ts';
import type { RuleRunner } from './rule-runner.ts';
import { RuleThread } from './rule-thread.ts';
import type { DeskMethods } from './work.ts';

export interface OpenDesk {
  readonly desk: RuleDesk;
  readonly close: () => Promise<void>;
}

/** Opens the rules of a server, with what the page wrote before. Rejects with the signal's reason when that is aborted. */
export async function openDesk(
  { documents }: Pick<Store, 'documents'>,
  dataFolder: string,
  runner: RuleRunner,
  { log, signal }: { readonly log: Log; readonly signal: AbortSignal },
): Promise<OpenDesk> {
  const thread = new RuleThread<DeskMethods>();
  const saved = (await savedExceptions(documents)).map(({ kept }) => kept.proposal);
  try {
    const options = { folder: join(dataFolder, 'rules'), ask: thread.ask, log };
    const desk = await unlessAborted(signal, () => RuleDesk.open(options, runner, saved));
    return { desk, close: () => thread.close() };
  } catch (error) {
    await thread.close();
    throw error;
  }
}

const usualLoad: RuleLoadSettings = { extraOutputs: [], selections: [], minPriority: 7, staticFields: {} };

/** No rules run in this process: those that come with Lanner are shown, as agents of the same version have them. */
export const noRunner: RuleRunner = {
  configured: () => ({ files: findRuleFiles([builtInRules], false).files, load: usualLoad }),
  state: () => 'nowhere',
  reload: () => Promise.resolve(),
};
