import { expect, test } from 'vitest';
import { artifactFile } from '../testkit/file.ts';
import { SecretScanner } from './secret-scanner.ts';

const scanner = new SecretScanner();
const key = 'MIIEpAIBAAKCAQEA'.repeat(3);
const json = 'eyJhdXRocyI6e30=';
const signature = 'vPmQJWBnNUqLbiJGQrmNLpPzZrV7O65UVQIabcde%3D';
const jwt = ['eyJ0eXAiOiJKV1QiLCJh', 'eyJzdWIiOiIxMjM0NTY3', 'dozjgNryP4J3jVmNHl0w'].join('.');
const webHookPath = 'T0123456789'.repeat(4);

/** Forms in which a token may and may not stand; the texts are put together, so that nobody takes them for secrets. */
const forms: readonly (readonly [rule: string, what: string, text: string, path: string, found: boolean])[] =
  [
    [
      'private-key',
      'blanks around its words',
      `-----\t${' '.repeat(30)}BEGIN RSA PRIVATE KEY -----\n${key}\n----- END RSA PRIVATE KEY-----`,
      'id_rsa',
      true,
    ],
    [
      'private-key',
      'an end without a word of its own',
      `-----BEGIN PRIVATE KEY-----\n${key}\n-----ENDPRIVATE KEY-----`,
      'id_rsa',
      false,
    ],
    ['dockerconfig-secret', 'a plain value', `.dockerconfigjson: ${json}`, 'secret.yaml', true],
    ['dockerconfig-secret', 'a block', `.dockercfg: |\n    ${json}`, 'secret.yaml', true],
    ['dockerconfig-secret', 'quotes', `.dockerconfigjson: "${json}"`, 'secret.yaml', false],
    [
      'azure-sas-token',
      'semicolons in values',
      `sv=2024-11-04&ss=b;f&srt=sco&sig=${signature}`,
      'settings.ini',
      true,
    ],
    [
      'azure-sas-token',
      'an earlier signature',
      `sv=2024-11-04&sig=short&se=2030&sig=${signature}`,
      'settings.ini',
      true,
    ],
    [
      'azure-sas-token',
      'more than twelve parameters',
      `sv=2024-11-04${'&a=b'.repeat(13)}&sig=${signature}`,
      'settings.ini',
      false,
    ],
    [
      'maven-settings-password',
      'blanks in tags',
      `<server><password >s3cr3t{x}</ password></server>`,
      'settings.xml',
      false,
    ],
    [
      'maven-settings-password',
      'blanks in tags, without braces',
      `<server><password >s3cr3t</ password></server>`,
      'settings.xml',
      true,
    ],
    ['jwt-token', 'behind letters', `Bearer${jwt}`, 'request.log', true],
    ['jwt-token', 'a token of an installation', `ghs_12_${jwt}`, 'request.log', false],
    ['jwt-token', 'such a token behind letters', `xghs_12_${jwt}`, 'request.log', false],
    // The keyword stands elsewhere in the text.
    [
      'slack-web-hook',
      'another character for the dot',
      `see hooks.slack.com\nhttps://hooks-slack.com/services/${webHookPath}`,
      'readme.txt',
      true,
    ],
  ];

test.each(forms)('%s: %s', (rule, _what, text, path, found) => {
  const ids = scanner.scan(path, artifactFile(path, `first\n${text}\nlast\n`)).map(({ ruleId }) => ruleId);
  expect(ids.includes(rule)).toBe(found);
});
