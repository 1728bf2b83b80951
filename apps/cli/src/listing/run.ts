import { eventTable, fieldClasses } from '@lanner/engine';
import {
  choiceOption,
  type CommandEnvironment,
  type CommandInput,
  flagOption,
  textOption,
} from '../command.ts';
import { listEvents } from './events.ts';
import { listFields, listFormats } from './fields.ts';

/** `lanner fields`: 1 when no field fits. */
export function runFields(environment: CommandEnvironment, { values, positionals }: CommandInput): number {
  const list = listFields(fieldClasses, {
    source: textOption(values, 'source') ?? '',
    words: positionals,
    format: choiceOption(values, 'format', listFormats) ?? 'text',
    namesOnly: flagOption(values, 'names'),
    verbose: flagOption(values, 'verbose'),
  });
  environment.out(list);
  return found(list !== '', environment, positionals);
}

/** `lanner events`: 1 when no event type fits. */
export function runEvents(environment: CommandEnvironment, { values, positionals }: CommandInput): number {
  const named = eventTable.filter(
    ({ name }) => positionals.length === 0 || positionals.some((word) => name.includes(word)),
  );
  environment.out(listEvents(named, choiceOption(values, 'format', listFormats) ?? 'text'));
  return found(named.length > 0, environment, positionals);
}

function found(isAny: boolean, { log }: CommandEnvironment, words: readonly string[]): number {
  if (!isAny) {
    log.warn('nothing fits', { words: words.join(' ') });
  }
  return isAny ? 0 : 1;
}
