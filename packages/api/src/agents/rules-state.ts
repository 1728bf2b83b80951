import type { AgentRules } from './protocol.ts';

/** own: it takes none of the server; behind: it runs other rules of the page than the server has for it. */
export type AgentRulesState = 'own' | 'current' | 'behind' | 'refused';

/** Whether the page's rules of a revision run at an agent; `revision` null where the server keeps no rules. */
export function rulesStateOf(rules: AgentRules | null | undefined, revision: string | null): AgentRulesState {
  if (rules === null || rules === undefined || revision === null) {
    return 'own';
  }
  if (rules.refused?.revision === revision) {
    return 'refused';
  }
  return rules.revision === revision ? 'current' : 'behind';
}
