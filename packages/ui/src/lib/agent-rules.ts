import type { AgentRulesState } from '@lanner/api';
import { count } from './format.ts';

/** Whether the changes of the page run at an agent, for people. */
export const rulesWords: Readonly<Record<AgentRulesState, string>> = {
  own: 'takes none',
  current: 'run',
  behind: 'not yet',
  refused: 'refused',
};

/** What is said of an agent that lacks rules which changes of the page are about. */
export function unmatchedText(rules: number): string {
  return `${count(rules)} of them are not loaded there`;
}
