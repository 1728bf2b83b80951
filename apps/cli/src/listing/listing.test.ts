import { eventTable, fieldClasses } from '@lanner/engine';
import { describe, expect, test } from 'vitest';
import { testEnvironment } from '../testkit/environment.ts';
import { listEvents } from './events.ts';
import { listFields } from './fields.ts';
import { runEvents, runFields } from './run.ts';

const text = { source: '', format: 'text', namesOnly: false, verbose: false } as const;

describe('fields', () => {
  const names = (source: string, ...words: string[]): string[] =>
    listFields(fieldClasses, { ...text, source, words, namesOnly: true })
      .split('\n')
      .filter((name) => name !== '');

  test('are narrowed by words in their names and descriptions', () => {
    expect(names('', 'ka.verb')).toEqual(['ka.verb']);
    expect(names('', 'KA.req.pod', 'ephemeral', 'names')).toEqual(['ka.req.pod.ephemeralContainers.name']);
    expect(names('', 'no such thing')).toEqual([]);
  });

  test('are narrowed by source', () => {
    expect(names('syscall')).toContain('proc.name');
    expect(names('syscall')).not.toContain('ka.verb');
    expect(names('k8s_audit')).not.toContain('proc.name');
    expect(names('k8s_audit')).toEqual(expect.arrayContaining(['ka.verb', 'json.value', 'evt.time']));
  });

  test('stand together by their class, each name once', () => {
    const list = JSON.parse(listFields(fieldClasses, { ...text, format: 'json' })) as {
      fieldclasses: { name: string; fields: { name: string }[] }[];
    };
    const classNames = list.fieldclasses.map(({ name }) => name);
    expect(new Set(classNames).size).toBe(classNames.length);
    const all = list.fieldclasses.flatMap(({ fields }) => fields.map(({ name }) => name));
    expect(new Set(all).size).toBe(all.length);
  });

  test('have types and arguments in the verbose form, and a table in markdown', () => {
    expect(listFields(fieldClasses, { ...text, words: ['ka.uri.param'], verbose: true })).toMatch(
      /ka\.uri\.param\[…\][^(]*\(CHARBUF,\s+argument\s+required\)/,
    );
    expect(listFields(fieldClasses, { ...text, words: ['ka.verb'], format: 'markdown' })).toContain(
      '`ka.verb` | CHARBUF | ',
    );
  });

  test('that are not there end the command with 1', () => {
    const environment = testEnvironment();
    expect(runFields(environment, { values: {}, positionals: ['ka.verb'] })).toBe(0);
    expect(runFields(environment, { values: {}, positionals: ['nothing like it'] })).toBe(1);
  });
});

describe('events', () => {
  test('are those of the current schema, with their parameters', () => {
    const list = listEvents(eventTable, 'text');
    expect(list).toContain('\n< close(ERRNO **res**, FD **fd**)\n');
    expect(list).toContain('\n> pluginevent(UINT32 **plugin_id**, BYTEBUF **event_data**)\n');
  });

  test('are narrowed by words', () => {
    const environment = testEnvironment();
    expect(runEvents(environment, { values: { format: 'json' }, positionals: ['openat2'] })).toBe(0);
    const list = JSON.parse(environment.written.out) as Record<string, { name: string }[]>;
    expect(list['Syscall events']?.map(({ name }) => name)).toEqual(['openat2', 'openat2']);
    expect(runEvents(environment, { values: {}, positionals: ['no-such-event'] })).toBe(1);
  });
});
