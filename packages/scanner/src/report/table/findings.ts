import type { CodeLine, Result, SuppressedFinding } from '../../model/index.ts';
import { grid } from './grid.ts';
import { totals } from './summary.ts';
import { clean, cut, type Paint, wrap } from './text.ts';

/** Secrets of one file, with their lines. */
export function* secretList(
  { secrets = [], target }: Result,
  columns: number,
  paint: Paint,
): Generator<string> {
  if (secrets.length === 0) {
    return;
  }
  yield `${totals(secrets, paint)}\n\n`;
  for (const { severity, title, ruleId, startLine, code, match } of secrets) {
    yield `${paint.severity(severity, severity)}: ${clean(title)} (${clean(ruleId)})\n`;
    yield `  ${clean(target)}:${startLine}\n`;
    yield* code.length === 0 ? [`    ${cut(clean(match), columns - 4)}\n`] : codeLines(code, columns, paint);
    yield '\n';
  }
}

export function* misconfigurationList(
  { misconfigurations = [], target }: Result,
  columns: number,
  paint: Paint,
): Generator<string> {
  if (misconfigurations.length === 0) {
    return;
  }
  yield `${totals(misconfigurations, paint)}\n\n`;
  for (const found of misconfigurations) {
    const { severity, cause } = found;
    yield `${paint.severity(severity, severity)}: ${clean(found.id)} ${clean(found.title)}\n`;
    yield* [found.message, found.resolution].flatMap((text) =>
      text === undefined ? [] : wrap(clean(text), columns - 2).map((line) => `  ${line}\n`),
    );
    if (cause?.startLine !== undefined) {
      yield `  ${clean(target)}:${cause.startLine}\n`;
    }
    yield* codeLines(cause?.code ?? [], columns, paint);
    if (found.primaryUrl !== undefined) {
      yield `  ${paint.faint(clean(found.primaryUrl))}\n`;
    }
    yield '\n';
  }
}

function* codeLines(code: readonly CodeLine[], columns: number, paint: Paint): Generator<string> {
  for (const { number, content, isCause } of code) {
    const line = `${String(number).padStart(6)} ${isCause ? '>' : ' '} ${cut(clean(content), columns - 9)}`;
    yield `${isCause ? paint.strong(line) : paint.faint(line)}\n`;
  }
}

export function* licenseTable({ licenses = [] }: Result, columns: number, paint: Paint): Generator<string> {
  if (licenses.length === 0) {
    return;
  }
  yield `${totals(licenses, paint)}\n\n`;
  yield* grid(
    [
      { title: 'Package or file', grows: true },
      { title: 'License', max: 40 },
      { title: 'Category' },
      { title: 'Severity' },
    ],
    [
      licenses.map(({ pkgName, filePath, name, category, severity }) => [
        { text: clean(pkgName ?? filePath ?? '') },
        { text: clean(name) },
        { text: category },
        { text: severity, paint: (text) => paint.severity(severity, text) },
      ]),
    ],
    columns,
  );
}

export function* suppressedTable(
  { suppressed = [] }: Result,
  columns: number,
  paint: Paint,
): Generator<string> {
  if (suppressed.length === 0) {
    return;
  }
  yield `\n${paint.strong(`Suppressed: ${suppressed.length}`)}\n\n`;
  yield* grid(
    [
      { title: 'Finding', max: 30 },
      { title: 'Status' },
      { title: 'Statement', grows: true },
      { title: 'Source', max: 40 },
    ],
    [
      suppressed.map((one) => [
        { text: clean(nameOf(one)) },
        { text: one.status.replaceAll('_', ' ') },
        { text: clean(one.statement ?? '') },
        { text: clean(one.source) },
      ]),
    ],
    columns,
  );
}

function nameOf({ finding }: SuppressedFinding): string {
  if ('vulnerabilityId' in finding) {
    return `${finding.pkgName} ${finding.vulnerabilityId}`;
  }
  return 'ruleId' in finding ? finding.ruleId : 'id' in finding ? finding.id : finding.name;
}
