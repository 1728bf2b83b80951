import { expect, test } from 'vitest';
import { RuleLoader } from './loader.ts';
import { loadResultsJson, schemaValidation, summaryText, validationText, verboseText } from './results.ts';
import type { LoadResult } from './ruleset.ts';
import { testLanguage } from './testkit/language.ts';

function load(content: string): LoadResult {
  return new RuleLoader({ language: testLanguage }).load({ name: 'f.yaml', content });
}

const good = '- {rule: r, desc: d, condition: evt.type=open, output: o, priority: INFO}';
const warned = `${good}\n- {macro: m, condition: evt.num>0}\n`;
const bad = '- {rule: r, desc: d, condition: evt.type=open and, output: o, priority: Info}';

test('results as JSON have their keys in Falco’s order', () => {
  expect(JSON.stringify(loadResultsJson([load(bad)]))).toBe(
    '{"falco_load_results":[{"errors":[{"code":"LOAD_ERR_COMPILE_CONDITION","codedesc":"Error compiling condition",' +
      '"context":{"locations":[' +
      '{"item_name":"","item_type":"rules content","position":{"column":0,"line":0,"name":"f.yaml","offset":0}},' +
      '{"item_name":"r","item_type":"rule","position":{"column":2,"line":0,"name":"f.yaml","offset":2}},' +
      '{"item_name":"","item_type":"rule condition","position":{"column":32,"line":0,"name":"f.yaml","offset":32}},' +
      '{"item_name":"","item_type":"condition expression","position":{"column":50,"line":1,"name":"\\"evt.type=open and\\"","offset":49}}],' +
      '"snippet":"evt.type=open and\\n                ^\\n"},' +
      '"message":"expected blank or \'(\' after \'and\'"}],"name":"f.yaml","schema_valid":false,"schema_warnings":[' +
      '"failed for <root>[0][priority]: Failed to match against any enum values.",' +
      '"failed for <root>[0]: Failed to validate against schema associated with property name \'priority\'.",' +
      '"failed for <root>: Failed to validate item #0 in array."],"successful":false,"warnings":[]}]}',
  );
});

test('a file without documents has no schema verdict', () => {
  expect(loadResultsJson([load('# nothing\n')])).toEqual({
    falco_load_results: [{ errors: [], name: 'f.yaml', successful: true, warnings: [] }],
  });
  expect(schemaValidation(load(''))).toBe('none');
  expect(schemaValidation(load(good))).toBe('ok');
});

test('the summary names codes', () => {
  expect(summaryText(load(good))).toBe('f.yaml: Ok');
  expect(summaryText(load(warned))).toBe(
    'f.yaml: Ok, with warnings\n 1 warnings: [LOAD_UNUSED_MACRO (Unused macro)]',
  );
  expect(summaryText(load(bad))).toBe(
    'f.yaml: Invalid\n' +
      " 3 schema warnings: [failed for <root>[0][priority]: Failed to match against any enum values. failed for <root>[0]: Failed to validate against schema associated with property name 'priority'. failed for <root>: Failed to validate item #0 in array.]\n" +
      ' 1 errors: [LOAD_ERR_COMPILE_CONDITION (Error compiling condition)]',
  );
});

test('the long form shows places and snippets', () => {
  expect(verboseText(load(warned))).toBe(
    [
      'f.yaml: Ok, with warnings',
      '1 Warnings:',
      'In rules content: (f.yaml:0:0)',
      "    macro 'm': (f.yaml:1:2)",
      '------',
      '- {macro: m, condition: evt.num>0}',
      '  ^',
      '------',
      'LOAD_UNUSED_MACRO (Unused macro): Macro not referred to by any other rule/macro',
      '',
    ].join('\n'),
  );
});

test('the verdict on files spells out errors and leaves warnings to the log', () => {
  expect(validationText([load(good), load(warned)])).toBe('f.yaml: Ok\nf.yaml: Ok, with warnings');
  expect(validationText([load(bad)])).toMatch(
    /^f\.yaml: Invalid\n3 Schema warnings:\n[^]*\n1 Errors:\nIn rules content/,
  );
});
