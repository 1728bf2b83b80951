import type { Answer } from '../api/client.ts';
import { count } from './format.ts';

type Effect = Omit<Answer<'proposeException'>['effect'], 'text'>;

/** What an exception would have hidden: of the alerts that it is meant for, of others, and what cannot be said. */
export function effectLines({ hidden, unknown, examined, complete, chosen }: Effect): string[] {
  const meant = chosen ?? { hidden, kept: examined - hidden - unknown, unknown };
  const meantAll = meant.hidden + meant.kept + meant.unknown;
  const others = examined - meantAll;
  const hiddenOthers = hidden - meant.hidden;
  return [
    `Of ${complete ? '' : 'the newest '}${alerts(meantAll)} that you chose it would have hidden ${count(meant.hidden)}.`,
    ...(others === 0
      ? ['The rule raised no others.']
      : [
          hiddenOthers === 0
            ? `Of the other ${alerts(others)} of the rule: none.`
            : `It would have hidden ${count(hiddenOthers)} of the other ${alerts(others)} of the rule, too: name more fields to tell them apart.`,
        ]),
    ...(unknown === 0
      ? []
      : [`Of ${alerts(unknown)} nothing can be said: they lack a field that it asks for.`]),
  ];
}

function alerts(number: number): string {
  return `${count(number)} ${number === 1 ? 'alert' : 'alerts'}`;
}
