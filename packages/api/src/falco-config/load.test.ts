import { AppError } from '@lanner/core';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { configKeys } from './keys.ts';
import { type ConfigFiles, loadFalcoConfig, type LoadedConfig } from './load.ts';

function files(content: Record<string, string>): ConfigFiles {
  return {
    read: (path) => content[path] ?? null,
    list: (path) => {
      const inside = Object.keys(content).filter((name) => name.startsWith(`${path}/`));
      return inside.length > 0 ? inside.sort() : null;
    },
  };
}

function load(
  content: Record<string, string> | string,
  options: readonly string[] = [],
  env: Record<string, string> = {},
  lenient = false,
): LoadedConfig {
  const all = typeof content === 'string' ? { 'falco.yaml': content } : content;
  return loadFalcoConfig({ path: 'falco.yaml', options, files: files(all), env, lenient });
}

const messages = ({ problems }: LoadedConfig): string[] => problems.map((p) => `${p.severity}: ${p.message}`);

describe('values', () => {
  test('a key that the file lacks has the default, without a file the shipped value', () => {
    expect(load('priority: warning').config.flag('stdout_output.enabled')).toBe(false);
    const none = loadFalcoConfig({ path: null, options: [], files: files({}), env: {}, lenient: false });
    expect(none.config.flag('stdout_output.enabled')).toBe(true);
    expect(none.config.appendOutput).toEqual([
      { source: '', tags: [], rule: '', format: '', fields: [], suggested: true },
    ]);
  });

  test('booleans take every form of YAML 1.1', () => {
    for (const word of ['true', 'yes', 'On', 'y']) {
      expect(load(`json_output: ${word}`).config.flag('json_output')).toBe(true);
    }
  });

  test('the environment expands in scalars; a doubled dollar keeps the text', () => {
    const { config } = load('http_output: {url: "http://${HOST}:${NONE}1/$${HOST}"}', [], { HOST: 'h' });
    expect(config.text('http_output.url')).toBe('http://h:1/${HOST}');
  });

  test('append_output, static_fields and rules come typed', () => {
    const { config } = load(`
append_output:
  - match: {source: syscall, tags: [a, b], rule: R}
    extra_output: "x=%evt.num"
    extra_fields: [evt.num, {cpu: "%evt.cpu"}]
static_fields: {cluster: prod}
rules:
  - disable: {rule: "*"}
  - enable: {tag: network}
`);
    expect(config.appendOutput).toEqual([
      {
        source: 'syscall',
        tags: ['a', 'b'],
        rule: 'R',
        format: 'x=%evt.num',
        fields: ['evt.num', ['cpu', '%evt.cpu']],
        suggested: false,
      },
    ]);
    expect(config.staticFields).toEqual({ cluster: 'prod' });
    expect(config.ruleSelections).toEqual([
      { enable: false, rule: '*', tag: null },
      { enable: true, rule: null, tag: 'network' },
    ]);
  });
});

describe('options of the command line', () => {
  test('set nested keys, list entries, new entries and whole objects', () => {
    const { config } = load('rules_files: [a]', [
      'http_output.url=http://x',
      'rules_files[0]=b',
      'rules_files[]=c',
      'append_output[]={"extra_output": "z"}',
      'static_fields.a\\.b=v',
    ]);
    expect(config.text('http_output.url')).toBe('http://x');
    expect(config.texts('rules_files')).toEqual(['b', 'c']);
    expect(config.appendOutput[0]?.format).toBe('z');
    expect(config.staticFields).toEqual({ 'a.b': 'v' });
  });

  test.each(['novalue', '=x', 'a..b=1', 'a[x]=1', '.a=1', 'a.=1', 'a[7]=1', 'rules_files\\q=1'])(
    '-o %s is refused with a hint',
    (option) => {
      expect(() => load('rules_files: []', [option])).toThrow(AppError);
    },
  );
});

describe('included files', () => {
  const main =
    'priority: warning\nrules_files: [a]\nconfig_files: [d, {path: x.yaml, strategy: override}, none]\n';
  test('lists are appended to, scalars replaced; strategies hold; a folder goes by name', () => {
    const {
      config,
      files: read,
      folders,
    } = load({
      'falco.yaml': main,
      'd/2.yaml': 'priority: error',
      'd/1.yaml': 'priority: debug\nrules_files: [b]',
      'x.yaml': 'rules_files: [z]',
    });
    expect(config.text('priority')).toBe('error');
    expect(config.texts('rules_files')).toEqual(['z']);
    expect(read).toEqual(['falco.yaml', 'd/1.yaml', 'd/2.yaml', 'x.yaml']);
    expect(folders).toEqual(['d']);
  });

  test('add-only keeps what is there', () => {
    const { config } = load({
      'falco.yaml': 'priority: warning\nconfig_files: [{path: x.yaml, strategy: add-only}]',
      'x.yaml': 'priority: debug\njson_output: true',
    });
    expect([config.text('priority'), config.flag('json_output')]).toEqual(['warning', true]);
  });

  test('an included file may not include, nor the main file itself', () => {
    expect(() => load({ 'falco.yaml': 'config_files: [x]', x: 'config_files: [y]' })).toThrow(
      'config_files cannot',
    );
    expect(() => load('config_files: [falco.yaml]')).toThrow('names the main configuration');
  });
});

describe('four classes, never silence', () => {
  test('an unknown key is an error with the nearest key; --lenient makes it a warning', () => {
    const { problems } = load('json_outptu: true\nhttp_output: {ulr: x}');
    expect(problems.map(({ severity, hint }) => [severity, hint])).toEqual([
      ['error', 'Did you mean json_output?'],
      ['error', 'Did you mean http_output.url?'],
    ]);
    expect(load('json_outptu: true', [], {}, true).problems[0]?.severity).toBe('warning');
  });

  test('a removed key is a warning that says what to do', () => {
    expect(load('grpc: {enabled: true}').problems[0]).toMatchObject({
      severity: 'warning',
      hint: expect.stringContaining('http_output') as string,
    });
  });

  test('a key that holds anyway gives one line at info', () => {
    expect(messages(load('webserver: {threadiness: 4}'))).toEqual([
      'info: webserver.threadiness needs no setting',
    ]);
  });

  test('a wrong type or value is an error', () => {
    const wrong = load(
      'json_output: maybe\noutput_timeout: soon\ncapture: {mode: none}\nrules: {a: 1}\nwebserver: 3\nhttp_output: {url: [a]}',
    );
    expect(messages(wrong).filter((line) => line.startsWith('error'))).toHaveLength(6);
  });

  test.each(configKeys.map((key) => [key.key, key] as const))('%s is honoured, or says why not', (_, key) => {
    expect(key.class === 'honoured' || (key.note?.length ?? 0) > 10).toBe(true);
  });
});

describe('forms that users have', () => {
  test('camelCase keys are taken and the right form is shown', () => {
    const loaded = load('jsonOutput: true\nhttpOutput: {userAgent: x}');
    expect(loaded.config.flag('json_output')).toBe(true);
    expect(loaded.config.text('http_output.user_agent')).toBe('x');
    expect(messages(loaded)).toContain('warning: jsonOutput is written json_output');
  });

  test('the right form wins over a respelt one', () => {
    expect(load('jsonOutput: true\njson_output: false').config.flag('json_output')).toBe(false);
  });

  test('driver.kind of the chart is engine.kind', () => {
    const loaded = load('driver: {kind: modern-bpf}');
    expect(loaded.config.text('engine.kind')).toBe('modern_ebpf');
    expect(messages(loaded)[0]).toContain('driver is a value of the Helm chart');
  });

  test('rules_file and a document under falco: are taken', () => {
    expect(load('falco:\n  rules_file: x.yaml').config.texts('rules_files')).toEqual(['x.yaml']);
  });
});

test('a file that is no YAML says where', () => {
  expect(() => load('a: [1\nb: 2')).toThrow(/^falco\.yaml:\d+:\d+: /);
});

test('noise is loaded or refused with an AppError', () => {
  const piece = fc.constantFrom(
    'json_output',
    ':',
    ' ',
    '\n',
    '- ',
    '{',
    '}',
    '[',
    ']',
    '"',
    '&a',
    '*a',
    'rules',
    '${X}',
    'config_files',
    'true',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 25 }), (parts) => {
      try {
        load(parts.join(''));
      } catch (error) {
        expect(error).toBeInstanceOf(AppError);
      }
    }),
    { numRuns: 1500 },
  );
});
