import { exactJson, type StoredAlert } from '@lanner/api';
import { AppError } from '@lanner/core';
import { stringify } from 'yaml';

export type Comparison = '=' | 'in' | 'startswith' | 'endswith' | 'contains';

/** An exception of one rule, as Falco's rule files have them. */
export interface ExceptionProposal {
  readonly rule: string;
  readonly name: string;
  readonly fields: readonly string[];
  readonly comps: readonly Comparison[];
  /** Each row has a value for each field; a list for `in`. */
  readonly values: readonly (readonly (string | readonly string[])[])[];
}

/** Fields that tell one harmless thing from others, the most telling first. */
const usualFields = [
  'k8s.ns.name',
  'container.image.repository',
  'proc.exepath',
  'proc.name',
  'proc.pname',
  'fd.name',
  'fd.sip.name',
  'fd.sport',
  'evt.arg.path',
  'ka.user.name',
  'ka.target.name',
  'ka.target.namespace',
];

const maxValues = 200;

/**
 * An exception that covers all of these alerts and as little else as their fields allow: fields that all of them have,
 * each row one combination that occurs. Throws AppError 'query.invalid' when they have no field in common.
 */
export function proposeException(
  alerts: readonly StoredAlert[],
  chosen: readonly string[] | undefined,
): ExceptionProposal {
  const [first] = alerts;
  if (first === undefined || alerts.some(({ event }) => event.rule !== first.event.rule)) {
    throw new AppError('query.invalid', 'an exception is made for alerts of one rule', {
      hint: 'Choose at least one alert, all of the same rule.',
    });
  }
  const fields = (chosen ?? usualFields).filter((field) =>
    alerts.every((alert) => valueOf(alert, field) !== null),
  );
  if (fields.length === 0) {
    throw new AppError(
      'query.invalid',
      'the alerts have no field in common that could tell them from others',
      {
        hint: 'Name fields that all of them have.',
      },
    );
  }
  const rows = distinct(alerts, fields);
  if (rows.length > maxValues) {
    // Too many combinations to list: the field with the most values goes.
    const [widest] = [...fields].sort((a, b) => distinct(alerts, [b]).length - distinct(alerts, [a]).length);
    const rest = fields.filter((field) => field !== widest);
    if (rest.length > 0) {
      return proposeException(alerts, rest);
    }
  }
  return {
    rule: first.event.rule,
    name: 'proposed',
    fields,
    comps: fields.map(() => '='),
    values: rows.slice(0, maxValues),
  };
}

function distinct(alerts: readonly StoredAlert[], fields: readonly string[]): string[][] {
  const rows = new Map<string, string[]>();
  for (const alert of alerts) {
    const row = fields.map((field) => valueOf(alert, field) ?? '');
    rows.set(JSON.stringify(row), row);
  }
  return [...rows.values()];
}

/** Facts go before printed fields; null when the alert does not say, or has no such value. */
function valueOf(alert: StoredAlert, field: string): string | null {
  const [value] = valuesOf(alert, field) ?? [];
  return value ?? null;
}

/**
 * The values of a field, of which an exception may match any; empty when the event had none, which matches nothing;
 * null when the alert does not say. What was printed tells nothing of an empty text apart from no value.
 */
function valuesOf({ facts, event }: StoredAlert, field: string): readonly string[] | null {
  if (facts !== undefined && Object.hasOwn(facts, field)) {
    const fact = facts[field];
    const values = Array.isArray(fact) ? (fact as readonly unknown[]) : [fact];
    return values.filter((value) => value !== null && value !== undefined).map(textOf);
  }
  const value = event.output_fields[field] ?? '';
  return value === '' || value === '<NA>' || typeof value === 'object' ? null : [textOf(value)];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : exactJson(value);
}

/** What an exception would have done with an alert of its rule. */
export function effectOn(
  alert: StoredAlert,
  { fields, comps, values }: ExceptionProposal,
): 'hidden' | 'kept' | 'unknown' {
  let isUnknown = false;
  for (const row of values) {
    const verdicts = fields.map((field, index) => {
      const known = valuesOf(alert, field);
      const wanted = row[index] ?? '';
      return known?.some((value) => compare(comps[index] ?? '=', value, wanted)) ?? null;
    });
    // A field that differs decides, whatever is not known of the others.
    if (!verdicts.includes(false)) {
      if (!verdicts.includes(null)) {
        return 'hidden';
      }
      isUnknown = true;
    }
  }
  return isUnknown ? 'unknown' : 'kept';
}

function compare(comparison: Comparison, value: string, wanted: string | readonly string[]): boolean {
  const list = typeof wanted === 'string' ? [wanted] : wanted;
  switch (comparison) {
    case '=':
    case 'in':
      return list.includes(value);
    case 'startswith':
      return list.some((each) => value.startsWith(each));
    case 'endswith':
      return list.some((each) => value.endsWith(each));
    case 'contains':
      return list.some((each) => value.includes(each));
  }
}

/** Exceptions as a rule file that is loaded after the rules. */
export function exceptionText(proposals: readonly ExceptionProposal[]): string {
  return proposals.length === 0
    ? ''
    : stringify(
        proposals.map(({ rule, name, fields, comps, values }) => ({
          rule,
          exceptions: [{ name, fields, comps, values }],
          override: { exceptions: 'append' },
        })),
      );
}
