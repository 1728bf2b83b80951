import { type RuleItem, type ServedRules, servedRulesLimits } from '@lanner/api';
import { AppError } from '@lanner/core';

/** The set of rules that a text is. Throws AppError 'agent.unreachable' for what is none. */
export function parseServedRules(value: unknown): ServedRules {
  const { revision, own, exceptions, switches } = (value ?? {}) as Partial<
    Record<keyof ServedRules, unknown>
  >;
  if (
    typeof revision !== 'string' ||
    revision.length > servedRulesLimits.revision ||
    typeof own !== 'string' ||
    !isItems(exceptions) ||
    !isItems(switches)
  ) {
    throw new AppError('agent.unreachable', 'the rules that the server sent are not understood');
  }
  return { revision, own, exceptions, switches };
}

function isItems(value: unknown): value is RuleItem[] {
  return (
    Array.isArray(value) &&
    value.every((item: unknown) => {
      const { rule, text } = (item ?? {}) as Partial<Record<keyof RuleItem, unknown>>;
      return typeof rule === 'string' && typeof text === 'string';
    })
  );
}
