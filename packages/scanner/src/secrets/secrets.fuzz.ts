import { changeLines } from '../formats/dpkg/dpkg.fuzz.ts';
import { type FuzzReport, fuzzParser } from '../testkit/fuzz.ts';
import { builtinRules } from './rules.ts';
import { SecretScanner } from './secret-scanner.ts';

const sizes = { chunk: 900, overlap: 300 };

/** Texts of keywords and of what secrets look like, in chunks so small that many secrets lie across an end. */
export function fuzzSecrets(inputs: number, seed: number): FuzzReport {
  const scanner = new SecretScanner();
  const report = fuzzParser(inputs, seed, {
    corpus: samples,
    maxReads: 20,
    change: changeLines,
    read(source) {
      for (const { startLine, endLine, match, code } of scanner.scan('app/config.env', source, sizes)) {
        if (startLine < 1 || endLine < startLine || code.length === 0 || match === '') {
          throw new Error(`a finding at lines ${startLine} to ${endLine} shows '${match}'`);
        }
      }
    },
  });
  return report;
}

const keywords = builtinRules.flatMap((rule) => rule.keywords);

/** Every keyword stands before tokens of several alphabets. */
const samples = Array.from({ length: 16 }, (_, part) => {
  const own = keywords.filter((_keyword, i) => i % 16 === part);
  const lines = own.flatMap((keyword, i) => [
    `${keyword}="${'aB3dE6gH9jK2mN5p'.repeat(1 + (i % 4))}"`,
    `${keyword}: ${'0123456789abcdef'.repeat(2 + (i % 3))}`,
    `export X=${keyword}${'A1b2C3d4E5'.repeat(2 + (i % 5))}`,
  ]);
  const key = `-----BEGIN RSA PRIVATE KEY-----\n${'MIIEpAIBAAKCAQEA'.repeat(4)}\n-----END RSA PRIVATE KEY-----`;
  return Buffer.from([...lines, key].join('\n'));
});
