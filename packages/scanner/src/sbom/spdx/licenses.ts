import { finish, type Hash, hashText, ordered, printHash, xor } from '../../artifacts/fnv.ts';
import { type LicenseExpression, printLicenseExpression } from '../../licenses/expression.ts';
import { isSpdxExpression, documentExpression } from '../../licenses/spdx.ts';

const textPrefix = 'text://';
const textComment =
  'The license text represents text found in package metadata and may not represent the full text of the license';

/** A licence that is not on SPDX's list. */
export interface OtherLicense {
  readonly licenseId: string;
  readonly extractedText: string;
  readonly name: string;
  readonly comment?: string;
}

/** The expression for the licences of a package, and the definitions of what SPDX does not know in it. */
export function spdxLicense(licenses: readonly string[]): {
  readonly expression: string;
  readonly others: readonly OtherLicense[];
} {
  const others: OtherLicense[] = [];
  const terms = licenses.filter((license) => license !== '').map((license) => term(license, others));
  return {
    expression: terms.length === 0 ? 'NOASSERTION' : terms.map(bracketed).join(' AND '),
    others,
  };
}

function bracketed(expression: LicenseExpression, _: number, all: readonly LicenseExpression[]): string {
  const text = printLicenseExpression(expression);
  return expression.kind === 'or' && all.length > 1 ? `(${text})` : text;
}

function term(license: string, others: OtherLicense[]): LicenseExpression {
  if (license.startsWith(textPrefix)) {
    const text = license.slice(textPrefix.length);
    return reference({ name: 'NOASSERTION', extractedText: text, comment: textComment }, others);
  }
  return known(documentExpression(license), others);
}

/** References in the place of what SPDX does not know. */
function known(expression: LicenseExpression, others: OtherLicense[]): LicenseExpression {
  if (expression.kind === 'and' || expression.kind === 'or') {
    const { kind, left, right } = expression;
    return { kind, left: known(left, others), right: known(right, others) };
  }
  if (isSpdxExpression(expression)) {
    return expression;
  }
  const name = printLicenseExpression(expression);
  return reference({ name, extractedText: `This component is licensed under "${name}"` }, others);
}

function reference(license: Omit<OtherLicense, 'licenseId'>, others: OtherLicense[]): LicenseExpression {
  const licenseId = `LicenseRef-${printHash(hashOf(license))}`;
  others.push({ licenseId, ...license });
  return { kind: 'license', name: licenseId };
}

/** The structural hash that Trivy names such a licence with, so that ids are the same. */
function hashOf({ extractedText, name, comment = '' }: Omit<OtherLicense, 'licenseId'>): Hash {
  const none: Hash = { high: 0, low: 0 };
  let hash = hashText('OtherLicense');
  for (const [member, value] of [
    ['LicenseIdentifier', hashText('')],
    ['ExtractedText', hashText(extractedText)],
    ['LicenseName', hashText(name)],
    ['LicenseCrossReferences', none],
    ['LicenseComment', hashText(comment)],
  ] as const) {
    hash = finish(xor(hash, ordered(hashText(member), value)));
  }
  return hash;
}
