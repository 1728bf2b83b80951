import { eventJson } from '@lanner/api';
import { expect, test } from 'vitest';
import { loadSidekickConfig } from '../sidekick-config/load.ts';
import type { ReceivedEvent } from './decode.ts';
import { enrich, enrichmentOf } from './enrich.ts';

const now = (): Date => new Date(0);
const received: ReceivedEvent = {
  output: '12:34:56.123456789: Notice a shell (user=root)',
  priority: 'Notice',
  rule: 'r',
  time: '2026-01-02T03:04:05Z',
  timeUs: 1,
  source: 'syscall',
  output_fields: { 'proc.name': 'sh', 'proc.args[0]': 'a' },
  tags: ['z', 'a'],
};

function enriched(yaml: string, event: Partial<ReceivedEvent> = {}) {
  const { config } = loadSidekickConfig({ text: yaml, path: 'c', env: {}, lenient: false });
  return enrich({ ...received, ...event }, 'u', enrichmentOf(config, now));
}

test('without settings only the id is new, and tags are sorted', () => {
  expect({ ...enriched(''), timeUs: 1 }).toEqual({ ...received, uuid: 'u', tags: ['a', 'z'] });
});

test('fields and tags are added; brackets in names are replaced', () => {
  const event = enriched(
    'customfields: {env: prod}\ncustomtags: [m]\nbracketreplacer: _\ntemplatedfields: {who: \'{{ index . "proc.name" }}-{{ .env }}\'}\n',
  );
  expect(event.output_fields).toEqual({ 'proc.name': 'sh', 'proc.args_0': 'a', env: 'prod', who: 'sh-prod' });
  expect(event.tags).toEqual(['a', 'm', 'z']);
});

test('an event without fields is refused unless some are added', () => {
  expect(() => enriched('', { output_fields: {} })).toThrow('output_fields is empty');
  expect(enriched('customfields: {a: b}', { output_fields: {} }).output_fields).toEqual({ a: 'b' });
});

test('the output takes the form that is asked for when it is one of Falco’s', () => {
  const yaml = "outputfieldformat: '<priority>: <output> (<custom_fields>) <tags> at <timestamp>'\n";
  expect(enriched(yaml).output).toBe('Notice: a shell (user=root) () a,z at 12:34:56.123456789');
  expect(enriched(yaml, { output: 'plain' }).output).toBe('plain');
  expect(enriched(yaml, { output: '1:2.3: wArNiNg x', tags: [] }).output).toBe('Notice: x ()  at 1:2.3');
  const end = "outputfieldformat: '<output> (<custom_fields> <templated_fields>)'\n";
  expect(enriched(end).output).toBe('a shell (user=root)');
});

test('long texts of a long event are cut, also in the output', () => {
  const long = 'é'.repeat(3000);
  const event = enriched('', { output: `says ${long}!`, output_fields: { long, short: 'x' } });
  expect(event.output_fields['long']).toBe(`${'é'.repeat(253)}[...]`);
  expect(event.output).toBe(`says ${'é'.repeat(253)}[...]!`);
  expect(event.output_fields['short']).toBe('x');
  const fits = enriched('', { output_fields: { long: 'x'.repeat(600) } });
  expect(fits.output_fields['long']).toHaveLength(600);
  expect(() => Buffer.from(eventJson(enriched('', { output: 'x'.repeat(5000) })))).not.toThrow();
});

test('a template that cannot be read is told', () => {
  expect(() => enriched("templatedfields: {a: '{{ if }}'}")).toThrow('templatedfields.a');
});
