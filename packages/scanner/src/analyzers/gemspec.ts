import { AppError } from '@lanner/core';
import { defineAnalyzer, installed } from '../analyzer.ts';
import { packageDigest } from '../lib/file-digest.ts';
import { known } from '../lib/known.ts';
import { isNamed } from '../lib/path.ts';
import { trimOf } from '../lib/trim.ts';
import { splitLicenses } from '../licenses/normalize.ts';
import type { Package } from '../model/index.ts';

export const analyzer = defineAnalyzer({
  id: 'gemspec',
  revision: 1,
  doc: 'Installed packages of Ruby.',
  scope: 'file',
  targets: installed,
  scanners: ['vuln', 'license'],
  wants: ({ path }) => path.endsWith('.gemspec') && isInSpecifications(path),
  analyze(file, context) {
    const found = gemOf(file.text());
    if (found === null) {
      throw new AppError('artifact.parse', 'A gem specification lacks the name or version');
    }
    const one = known<Package>({ ...found, filePath: file.path, digest: packageDigest(file, context) });
    return { applications: [{ type: 'gemspec', filePath: file.path, packages: [one] }] };
  },
});

/** `specifications/x.gemspec`, and `specifications/default/x.gemspec` of what comes with Ruby. */
function isInSpecifications(path: string): boolean {
  const folder = path.slice(0, path.lastIndexOf('/'));
  return isNamed(folder, 'specifications') || isNamed(folder, 'specifications/default');
}

/** Reads the assignments to the variable of `Gem::Specification.new do |s|`: it is a program, but of one form. */
function gemOf(text: string): { name: string; version: string; licenses: string[] } | null {
  const variable = /Gem::Specification\.new[^\n|]{0,200}\|([^|\n]{1,100})\|/.exec(text)?.[1]?.trim() ?? '';
  const values = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, receiver, field, value] =
      /^\s*(\w{1,100})\.(name|version|licenses?)\s*=\s*(.+)$/.exec(line) ?? [];
    if (receiver === variable && field !== undefined && value !== undefined) {
      values.set(
        field.replace(/s$/, ''),
        field === 'licenses' ? listOf(value) : (value.split(/\s/, 1)[0] ?? ''),
      );
    }
  }
  const [name, version] = [bare(values.get('name') ?? ''), bare(values.get('version') ?? '')];
  const licenses = splitLicenses(bare(values.get('license') ?? ''));
  return name === '' || version === '' ? null : { name, version, licenses };
}

/** `["Ruby".freeze, "BSDL".freeze]` → `Ruby, BSDL`; empty for what is no list. */
function listOf(value: string): string {
  const items = /^\[(.+)\]/.exec(value)?.[1]?.split(',') ?? [];
  return items.map(bare).join(', ');
}

/** Without quotes and `.freeze`. */
function bare(text: string): string {
  return trimOf(text.trim().replace(/\.freeze$/, ''), `"'`);
}
