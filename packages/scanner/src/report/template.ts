import { Template } from '@lanner/gotemplate';
import { createHash } from 'node:crypto';
import type { Report } from '../model/index.ts';
import { escapeHtml } from './html/escape.ts';
import { resultsForTemplate } from './json.ts';
import { asff } from './templates/asff.ts';
import { gitlab, gitlabCodequality } from './templates/gitlab.ts';
import { html } from './templates/html.ts';
import { junit } from './templates/junit.ts';

const shipped: Readonly<Record<string, string>> = {
  'junit.tpl': junit,
  'html.tpl': html,
  'gitlab.tpl': gitlab,
  'gitlab-codequality.tpl': gitlabCodequality,
  'asff.tpl': asff,
};

/** The text of a template that comes with the program, by the path under which Trivy has it; null for another path. */
export function shippedTemplate(path: string): string | null {
  const name = /(?:^|\/)contrib\/([\w-]+\.tpl)$/.exec(path)?.[1] ?? '';
  return Object.hasOwn(shipped, name) ? (shipped[name] ?? null) : null;
}

export interface TemplateReportOptions {
  readonly now: () => Date;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Characters of output at which it is given up. Default: enough for the largest reports. */
  readonly maxOutput?: number;
}

/** Enough for the largest reports, and an end for templates that have none. */
const defaultMaxOutput = 512 * 2 ** 20;

/**
 * A report by a Go template, whose dot is the list of results. Throws AppError 'template.syntax' or
 * 'template.execution'.
 */
export function renderTemplate(
  source: string,
  report: Report,
  { now, env = {}, maxOutput = defaultMaxOutput }: TemplateReportOptions,
): string {
  const variable = (name: string): string => env[name] ?? '';
  const template = new Template(source, {
    name: 'output template',
    now,
    maxOutput,
    functions: {
      escapeXML: (text: string | number | null) => escapeXml(String(text ?? '')),
      escapeString: (text: string | number | null) => escapeHtml(String(text ?? '')),
      endWithPeriod: (text: unknown) => String(text).replace(/(?<!\.)$/, '.'),
      toLower: (text: unknown) => String(text).toLowerCase(),
      sourceID: (id: unknown) => id,
      appVersion: () => report.version,
      getCurrentTime: () => now().toISOString(),
      getEnv: variable,
      env: variable,
      sha1sum: (text: unknown) => createHash('sha1').update(String(text)).digest('hex'),
      sha256sum: (text: unknown) => createHash('sha256').update(String(text)).digest('hex'),
    },
  });
  return template.execute(resultsForTemplate(report.results));
}

/** As Go's encoding/xml does: quotes and white space as numbers, and what XML cannot hold replaced. */
function escapeXml(text: string): string {
  return escapeHtml(text)
    .replaceAll('\t', '&#x9;')
    .replaceAll('\n', '&#xA;')
    .replaceAll('\r', '&#xD;')
    .replaceAll(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '\uFFFD');
}
