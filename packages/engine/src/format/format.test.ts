import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Field } from '../field.ts';
import { fieldClasses } from '../fields/registry.gen.ts';
import { createFieldLookup } from '../resolve/lookup.ts';
import { testEvent, testState, testThread } from '../testkit/index.ts';
import { alertJson, formatInternalAlertText } from './alert.ts';
import { alertWriter, type AlertSettings, type AlertTemplate } from './alert-writer.ts';
import { doubleJson, jsonText, type JsonValue } from './json.ts';
import {
  type CompiledOutput,
  compileOutput,
  formatOutput,
  outputFields,
  type OutputOptions,
} from './output.ts';

function constant(name: string, value: Partial<Field> & Pick<Field, 'type' | 'extract'>): Field {
  return { name, doc: 'For this test.', ...value };
}

const made: readonly Field[] = [
  constant('t.none', { type: 'CHARBUF', extract: () => null }),
  constant('t.text', { type: 'CHARBUF', extract: () => 'caf\xc3\xa9\xff\n"\\' }),
  constant('t.list', { type: 'CHARBUF', list: true, extract: () => ['a', 'b\n'] }),
  constant('t.empty', { type: 'CHARBUF', list: true, extract: () => [] }),
  constant('t.long', { type: 'CHARBUF', list: true, extract: () => ['x'.repeat(2000)] }),
  constant('t.big', { type: 'UINT64', format: 'DEC', extract: () => 2n ** 64n - 1n }),
  constant('t.hex', { type: 'UINT32', format: 'HEX', extract: () => 0xab }),
  constant('t.padded', { type: 'UINT64', format: '10_PADDED_DEC', extract: () => 7 }),
  constant('t.plain', { type: 'UINT32', extract: () => 1 }),
  constant('t.plainlong', { type: 'INT64', extract: () => -1 }),
  constant('t.double', { type: 'DOUBLE', extract: () => 0.25 }),
  constant('t.zero', { type: 'DOUBLE', extract: () => 0 }),
  constant('t.yes', { type: 'BOOL', extract: () => true }),
  constant('t.ip', { type: 'IPADDR', extract: () => '\x7f\x00\x00\x01' }),
  constant('t.net', { type: 'IPNET', extract: () => '\x7f\x00\x00\x01' }),
  constant('t.bytes', { type: 'BYTEBUF', extract: () => 'a\0b' }),
  constant('t.ips', {
    type: 'IPADDR',
    list: true,
    extract: () => ['\x01\x02\x03\x04', '\0'.repeat(15) + '\x01'],
  }),
];

const scope: OutputOptions = {
  fields: createFieldLookup([...fieldClasses, { id: 't', doc: '', sources: 'all', fields: made }]),
  source: 'syscall',
};

function compiled(text: string): CompiledOutput {
  const result = compileOutput(text, scope);
  if (!result.ok) {
    throw new Error(result.message);
  }
  return result.output;
}

const event = testEvent('SYSCALL_OPENAT_2_X', [-2, -100, 'x', 1, 0, 0, 0], {
  thread: testThread({ comm: 'cat' }),
  ts: 1_795_407_474_897_387_538n,
});

function message(text: string): string {
  return formatOutput(compiled(text), event);
}

describe('output texts', () => {
  test.each([
    ['no fields at all', 'no fields at all'],
    ['start %proc.name end', 'start cat end'],
    ['*start %proc.name end', 'start cat end'],
    ['%proc.name', 'cat'],
    ['a%proc.nameand%evt.typeb', 'acatandopenatb'],
    ['%2proc.name|%5proc.name|%0proc.name', 'ca|cat  |cat'],
    ['%evt.arg.name.%evt.arg[0]', '/x.ENOENT'],
    ['%t.none %proc.name', '<NA> cat'],
    ['%4t.none|', '<NA>|'],
    ['50\xc3\xa9 *', '50é *'],
  ])('%j makes %j', (text, expected) => {
    expect(message(text)).toBe(expected);
  });

  test.each([
    ['', /empty/],
    ['a %', /cannot end with a %/],
    ['a %12', /cannot end with a number/],
    ['a %nosuch.field', /unknown filter: /],
    ['50% of %proc.name', /unknown filter: /],
  ])('%j is not accepted', (text, expected) => {
    const result = compileOutput(text, scope);
    expect(result.ok).toBe(false);
    expect(result.ok ? '' : result.message).toMatch(expected);
  });

  test('literal text comes back as it was', () => {
    fc.assert(
      fc.property(
        fc.string({ minLength: 1 }).filter((text) => !/[%*]|[^\x20-\x7e]/.test(text)),
        (text) => message(text) === text,
      ),
    );
  });
});

describe('values', () => {
  test.each<[text: string, shown: string, json: JsonValue]>([
    ['%t.text', 'café\ufffd\ufffd"\\', 'café\ufffd\ufffd"\\'],
    ['%t.list', '(a,b\ufffd)', ['a', 'b\ufffd']],
    ['%t.empty', '()', null],
    ['%t.big', '18446744073709551615', 2n ** 64n - 1n],
    ['%t.hex', 'AB', 'AB'],
    ['%t.padded', '000000007', '000000007'],
    ['%t.plain', '<NA>', null],
    ['%t.plainlong', '-1', '-1'],
    ['%t.double', '0.3', 0.25],
    ['%t.yes', 'true', true],
    ['%t.ip', '127.0.0.1', '127.0.0.1'],
    ['%t.net', '<IPNET>', '<IPNET>'],
    ['%t.bytes', 'a.b', 'a.b'],
    ['%t.ips', '(1.2.3.4,::1)', ['1.2.3.4', '::1']],
    ['%evt.time', '04:17:54.897387538', 1_795_407_474_897_387_538n],
    ['%evt.rawarg.flags', '1', '1'],
    ['%evt.rawarg.fd', '-2', -2],
  ])('of %s are shown as %s', (text, shown, json) => {
    const output = compiled(text);
    expect(formatOutput(output, event)).toBe(shown);
    expect(outputFields(output, event)).toEqual({ [text.slice(1)]: json });
  });

  test('of a list end at 1023 bytes', () => {
    expect(message('%t.long')).toHaveLength(1023);
  });

  test('of transformers are shown, but the fields inside them are the fields of the alert', () => {
    const output = compiled('%toupper(proc.name) %join("-", (evt.type, tolower(proc.exe))) %t.none');
    expect(formatOutput(output, event)).toBe('CAT openat-/sbin/init <NA>');
    expect(outputFields(output, event)).toEqual({
      'evt.type': 'openat',
      'proc.exe': '/sbin/init',
      'proc.name': 'cat',
      't.none': null,
    });
  });

  test('of transformers are missing when a field inside is', () => {
    expect(formatOutput(compiled('%toupper(t.none)'), event)).toBe('<NA>');
  });
});

const template: AlertTemplate = {
  rule: 'Caf\xc3\xa9 "rule"',
  source: 'syscall',
  priority: 'Warning',
  tags: ['b', 'a', 'b'],
  output: compiled('%proc.name opened %t.text zero=%t.zero %t.none'),
};
const settings: AlertSettings = { hostname: 'demo' };
const shownMessage = 'cat opened café\ufffd\ufffd"\\ zero=0.0 <NA>';

describe('alerts', () => {
  test('as text', () => {
    expect(alertWriter(template, settings).text(event)).toBe(`04:17:54.897387538: Warning ${shownMessage}`);
    expect(alertWriter(template, { ...settings, isoTime: true }).text(event)).toBe(
      `2026-11-23T04:17:54.897387538+0000: Warning ${shownMessage}`,
    );
  });

  test('as JSON, in one line with ordered keys', () => {
    const quoted = JSON.stringify(`04:17:54.897387538: Warning ${shownMessage}`);
    expect(alertWriter(template, settings).json(event)).toBe(
      `{"hostname":"demo","output":${quoted},"output_fields":{"evt.time":1795407474897387538,"proc.name":"cat","t.none":null,"t.text":"café\ufffd\ufffd\\"\\\\","t.zero":0.0},"priority":"Warning","rule":"Café \\"rule\\"","source":"syscall","tags":["a","b"],"time":"2026-11-23T04:17:54.897387538Z"}`,
    );
  });

  test('with the parts that are wanted', () => {
    const wanted = { includeOutput: false, includeMessage: true, includeFields: false, includeTags: false };
    expect(JSON.parse(alertWriter(template, { ...settings, ...wanted }).json(event))).toEqual({
      hostname: 'demo',
      message: shownMessage,
      priority: 'Warning',
      rule: 'Café "rule"',
      source: 'syscall',
      time: '2026-11-23T04:17:54.897387538Z',
    });
  });

  test('have the time under the name of its form, and as a field of the message once', () => {
    const output = compiled('%evt.time');
    const keys = (changes: Partial<AlertSettings>): string[] => {
      const line = alertWriter({ ...template, output }, { ...settings, ...changes }).json(event);
      return Object.keys((JSON.parse(line) as { output_fields: object }).output_fields);
    };
    expect(keys({})).toEqual(['evt.time']);
    expect(keys({ isoTime: true })).toEqual(['evt.time', 'evt.time.iso8601']);
  });

  test('with extra fields: typed ones, and texts of an output of their own', () => {
    const extraFields = [
      { name: 't.big', output: compiled('%t.big'), typed: true },
      { name: 'where', output: compiled('in %evt.type %t.none'), typed: false },
      { name: 'not.there', output: compiled('%t.big'), typed: true },
    ];
    const writer = alertWriter({ ...template, output: compiled('-'), extraFields }, settings);
    expect(writer.json(event)).toContain(
      '"output_fields":{"evt.time":1795407474897387538,"not.there":null,"t.big":18446744073709551615,"where":"in openat <NA>"}',
    );
    expect(writer.alert(event).fields).toEqual({
      'evt.time': 1_795_407_474_897_387_538n,
      'not.there': null,
      't.big': 2n ** 64n - 1n,
      where: 'in openat <NA>',
    });
  });

  test('as data print as the same JSON', () => {
    const output = compiled(
      '%proc.name %t.text %t.list %t.big %t.hex %t.yes %t.ips %t.double %evt.arg.flags',
    );
    const writer = alertWriter({ ...template, output }, { ...settings, includeMessage: true });
    expect(alertJson(writer.alert(event))).toBe(writer.json(event));
  });

  test('do not keep values of the event before', () => {
    const writer = alertWriter({ ...template, output: compiled('%evt.arg.name') }, settings);
    const first = writer.json(event);
    writer.json(testEvent('SYSCALL_CLOSE_X', [0], { ts: event.ts }));
    expect(writer.json(event)).toBe(first);
  });

  test('show local time in their line and UTC in their time', () => {
    const late = testEvent('SYSCALL_READ_X', [], { ts: event.ts, state: testState({ utcOffsetS: 3600 }) });
    const line = alertWriter(template, settings).json(late);
    expect(line).toContain('"output":"05:17:54.897387538: ');
    expect(line).toContain('"time":"2026-11-23T04:17:54.897387538Z"');
  });

  test('about Falco itself have their fields behind the message', () => {
    const alert = {
      ts: event.ts,
      rule: 'Falco internal: drops',
      priority: 'Debug',
      source: 'internal',
      hostname: 'demo',
      output: 'Lost events',
      fields: { n_drops: '3', ebpf: true, evts: 5 },
    };
    expect(formatInternalAlertText(alert)).toBe(
      '04:17:54.897387538: Debug Lost events (ebpf=true evts=5 n_drops="3")',
    );
    expect(alertJson(alert)).toBe(
      '{"hostname":"demo","output":"Lost events","output_fields":{"ebpf":true,"evts":5,"n_drops":"3"},"priority":"Debug","rule":"Falco internal: drops","source":"internal","time":"2026-11-23T04:17:54.897387538Z"}',
    );
  });
});

describe('JSON', () => {
  test('orders keys and writes all digits', () => {
    expect(jsonText({ b: 2n ** 63n, a: [1, null, 'x\u0001'], 'a.b': { y: false } })).toBe(
      '{"a":[1,null,"x\\u0001"],"a.b":{"y":false},"b":9223372036854775808}',
    );
    expect(jsonText(2 ** 70)).toBe('1180591620717411303424');
  });

  test.each([
    [0.5, '0.5'],
    [3, '3.0'],
    [-0, '-0.0'],
    [0.005626678466796875, '0.005626678466796875'],
    [0.0001, '0.0001'],
    [0.00001, '1e-05'],
    [123456789012345, '123456789012345.0'],
    [1e15, '1e+15'],
    [1.5e300, '1.5e+300'],
    [-2.25, '-2.25'],
    [Number.NaN, 'null'],
  ])('writes %f as %s', (value, text) => {
    expect(doubleJson(value)).toBe(text);
  });

  test('numbers read back as they were', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) =>
        Object.is(JSON.parse(doubleJson(value)), value),
      ),
    );
  });
});
