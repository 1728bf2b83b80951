import type { GroupTriage, TriageAction } from './alert-store.ts';

/** What people made of a group, and up to which position its alerts are acknowledged. */
export type TriageState = GroupTriage & { readonly upTo: number };

export const untouched: TriageState = {
  status: 'open',
  acknowledgedBy: null,
  acknowledgedMs: null,
  assignee: null,
  comments: [],
  upTo: 0,
};

/** Of one group; the oldest go beyond. */
const maxComments = 200;

/** A group after an action; `last` is the position up to which an acknowledgement reaches. */
export function triaged(
  before: TriageState,
  action: TriageAction,
  by: string,
  atMs: number,
  last: number,
): TriageState {
  switch (action.kind) {
    case 'acknowledge':
      return { ...before, acknowledgedBy: by, acknowledgedMs: atMs, upTo: last };
    case 'reopen':
      return { ...before, acknowledgedBy: null, acknowledgedMs: null, upTo: 0 };
    case 'assign':
      return { ...before, assignee: action.to };
    case 'comment': {
      const comments = [...before.comments, { author: by, atMs, text: action.text }];
      return { ...before, comments: comments.slice(-maxComments) };
    }
  }
}
