import { type FuzzReport, fuzzParser, type Random } from './testkit/fuzz.ts';
import { versionSchemes } from './versions/registry.gen.ts';

/** Versions and constraints of every scheme, made of what such texts have: none may throw or take long. */
export function fuzzVersions(inputs: number, seed: number): FuzzReport {
  return fuzzParser(inputs, seed, {
    corpus: samples.map((text) => Buffer.from(text)),
    maxReads: 2,
    change: changeVersion,
    read(source) {
      const [a = '', b = '', constraint = ''] = source.read(0, source.size).toString('latin1').split('\n');
      return versionSchemes.map((scheme) => {
        const [left, right] = [scheme.parse(a), scheme.parse(b)];
        const range = scheme.constraint(constraint);
        if (
          left !== null &&
          right !== null &&
          scheme.compare(left, right) + scheme.compare(right, left) !== 0
        ) {
          throw new Error(`${scheme.id} compares '${a}' and '${b}' in two ways`);
        }
        return left === null ? null : [scheme.print(left), range?.admits(left)];
      });
    },
  });
}

const pieces = [
  ...[
    '0',
    '1',
    '20240101',
    '.',
    '-',
    '_',
    '+',
    '~',
    '^',
    ':',
    '!',
    ' ',
    ',',
    '||',
    '<',
    '>=',
    '=',
    '~>',
    '!=',
    '[',
    ')',
  ],
  ...[
    'a',
    'rc',
    'alpha',
    'beta',
    'pre',
    'p',
    'r',
    'dev',
    'post',
    'snapshot',
    'ga',
    'git',
    'v',
    'x',
    '*',
    '9'.repeat(25),
  ],
];

function changeVersion(file: Buffer, random: Random): Buffer {
  const at = random(file.length + 1);
  const piece = pieces[random(pieces.length)] ?? '';
  const inserted = piece.repeat(random(16) === 0 ? 100 : 1);
  return Buffer.concat([
    file.subarray(0, at),
    Buffer.from(inserted, 'latin1'),
    file.subarray(at + (random(3) === 0 ? random(4) : 0)),
  ]);
}

const samples = [
  '1.2.3\n1.2.3-rc.1+build\n>=1.2.3 <2.0.0 || ~3.1',
  '1:2.0~rc1-1+deb12u1\n2.0-1\n<< 2.0, >= 1:1.0',
  '1.2.3_alpha4_p5-r6\n1.2.3-r0\n<1.2.4-r1',
  '1!2.0.post1.dev2+local.7\n2.0rc1\n~=2.0, !=2.1.*',
  '1.0-SNAPSHOT\n1.0-ga\n[1.0,2.0),(3.0,]',
  '1.0.pre.2\n1.0.0\n~> 1.0, >= 1.0.1',
  '3.0.7-2.el9_1.x\n0:3.0.7-2^git1.el9\n= 3.0.7',
];
