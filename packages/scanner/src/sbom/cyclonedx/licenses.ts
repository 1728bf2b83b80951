import { printLicenseExpression } from '../../licenses/expression.ts';
import { isSpdxExpression, documentExpression } from '../../licenses/spdx.ts';

const textPrefix = 'text://';

export type LicenseChoice =
  { readonly license: { readonly id: string } | { readonly name: string } } | { readonly expression: string };

/** The licences of a component: single ones by id or name, or all together as one expression where one is needed. */
export function licenseChoices(licenses: readonly string[]): LicenseChoice[] {
  const terms = licenses.filter((license) => license !== '').map(termOf);
  if (terms.some(({ kind }) => kind === 'expression') && terms.every(({ kind }) => kind !== 'name')) {
    return [{ expression: terms.map(({ text }) => text).join(' AND ') }];
  }
  return terms.map(({ kind, text }) => ({ license: kind === 'id' ? { id: text } : { name: text } }));
}

function termOf(license: string): { readonly kind: 'id' | 'name' | 'expression'; readonly text: string } {
  if (license.startsWith(textPrefix)) {
    return { kind: 'name', text: license.slice(textPrefix.length) };
  }
  const expression = documentExpression(license);
  const text = printLicenseExpression(expression);
  if (!isSpdxExpression(expression)) {
    return { kind: 'name', text };
  }
  return { kind: expression.kind === 'license' ? 'id' : 'expression', text };
}
