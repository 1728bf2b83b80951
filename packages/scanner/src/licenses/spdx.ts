import { AppError } from '@lanner/core';
import { type LicenseExpression, parseLicenseExpression } from './expression.ts';
import { normalizeLicense, spdxId } from './normalize.ts';
import exceptions from './spdx-exceptions.json' with { type: 'json' };

const exceptionsByLowerCase = new Map<string, string>(
  (exceptions as readonly string[]).map((id) => [id.toLowerCase(), id]),
);

/** Whether an expression consists of licences that SPDX knows, and of references. */
export function isSpdxExpression(expression: LicenseExpression): boolean {
  switch (expression.kind) {
    case 'license':
      return (
        spdxId(expression.name) !== null ||
        /^(?:DocumentRef-[\w.-]+:)?LicenseRef-[\w.-]+$/.test(expression.name)
      );
    case 'with':
      return isSpdxExpression(expression.left) && isException(expression.right);
    default:
      return isSpdxExpression(expression.left) && isSpdxExpression(expression.right);
  }
}

/** A licence as someone wrote it, with the ids of SPDX where they are meant. A text that is no expression is one name. */
export function normalizedExpression(text: string): LicenseExpression {
  return expressionOf(text, (name) => name);
}

/** The same with all other names in the characters that an id may have, as documents of SPDX and CycloneDX want them. */
export function documentExpression(text: string): LicenseExpression {
  return expressionOf(text, idString);
}

function expressionOf(text: string, otherName: (name: string) => string): LicenseExpression {
  const whole = spdxId(normalizeLicense(text));
  if (whole !== null) {
    return { kind: 'license', name: whole };
  }
  try {
    return normalized(parseLicenseExpression(text.replaceAll(/-with-/gi, ' WITH ')), otherName);
  } catch (error) {
    if (error instanceof AppError) {
      return { kind: 'license', name: text };
    }
    throw error;
  }
}

function normalized(
  expression: LicenseExpression,
  otherName: (name: string) => string,
  isException = false,
): LicenseExpression {
  if (expression.kind !== 'license') {
    const { kind, left, right } = expression;
    return {
      kind,
      left: normalized(left, otherName),
      right: normalized(right, otherName, kind === 'with'),
    };
  }
  const { name } = expression;
  if (isException) {
    return { kind: 'license', name: exceptionsByLowerCase.get(name.toLowerCase()) ?? otherName(name) };
  }
  const id = normalizeLicense(name);
  return { kind: 'license', name: spdxId(id) ?? otherName(id) };
}

/** Letters, digits, hyphens, dots, the colon of a reference to a document, and the plus for later versions. */
function idString(name: string): string {
  return name.replaceAll(/[^A-Za-z\p{N}.:+-]|\+(?!$)/gu, '-');
}

function isException(expression: LicenseExpression): boolean {
  return (
    expression.kind === 'license' &&
    exceptionsByLowerCase.get(expression.name.toLowerCase()) === expression.name
  );
}
