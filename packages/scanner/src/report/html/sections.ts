import type { Result, Severity } from '../../model/index.ts';
import { upgradesFor } from '../table/upgrades.ts';
import { escapeHtml, link } from './escape.ts';

/** The findings of one target; nothing where there are none. */
export function* resultSection(result: Result): Generator<string> {
  const parts = [
    ...vulnerabilities(result),
    ...misconfigurations(result),
    ...secrets(result),
    ...licenses(result),
  ];
  if (parts.length > 0) {
    yield `<h2>${escapeHtml(result.target)}</h2>\n`;
    yield* parts;
  }
}

function* vulnerabilities({ vulnerabilities: found = [] }: Result): Generator<string> {
  if (found.length === 0) {
    return;
  }
  const upgrades = upgradesFor(found);
  if (upgrades.length > 0) {
    yield '<div class="upgrades">\n';
    for (const { pkgName, installedVersion, to, fixes } of upgrades) {
      yield `<p>upgrade <b>${escapeHtml(pkgName)}</b> ${escapeHtml(installedVersion)} to <b>${escapeHtml(to)}</b> fixes ${fixes}</p>\n`;
    }
    yield '</div>\n';
  }
  yield head(['Package', 'Installed', 'Severity', 'Vulnerability', 'Fixed', 'What']);
  for (const one of found) {
    const path = one.pkgPath === undefined ? '' : `<br><span class="path">${escapeHtml(one.pkgPath)}</span>`;
    yield row([
      `${escapeHtml(one.pkgName)}${path}`,
      escapeHtml(one.installedVersion),
      tag(one.severity),
      link(one.primaryUrl ?? '', one.vulnerabilityId),
      escapeHtml(one.fixedVersion ?? (one.status ?? 'affected').replaceAll('_', ' ')),
      escapeHtml(one.title ?? shortened(one.description ?? '')),
    ]);
  }
  yield '</table>\n';
}

function* misconfigurations({ misconfigurations: found = [] }: Result): Generator<string> {
  if (found.length === 0) {
    return;
  }
  yield head(['Check', 'Severity', 'What', 'What to do']);
  for (const { id, severity, title, message = '', resolution = '', primaryUrl = '' } of found) {
    yield row([
      link(primaryUrl, id),
      tag(severity),
      `<b>${escapeHtml(title)}</b><br>${escapeHtml(message)}`,
      escapeHtml(resolution),
    ]);
  }
  yield '</table>\n';
}

function* secrets({ secrets: found = [] }: Result): Generator<string> {
  if (found.length === 0) {
    return;
  }
  yield head(['Secret', 'Severity', 'Line', 'Match']);
  for (const { title, severity, startLine, match } of found) {
    yield row([escapeHtml(title), tag(severity), String(startLine), `<code>${escapeHtml(match)}</code>`]);
  }
  yield '</table>\n';
}

function* licenses({ licenses: found = [] }: Result): Generator<string> {
  if (found.length === 0) {
    return;
  }
  yield head(['Package or file', 'License', 'Category', 'Severity']);
  for (const { pkgName, filePath, name, category, severity, link: url = '' } of found) {
    yield row([escapeHtml(pkgName ?? filePath ?? ''), link(url, name), escapeHtml(category), tag(severity)]);
  }
  yield '</table>\n';
}

function head(titles: readonly string[]): string {
  return `<table>\n<tr>${titles.map((title) => `<th>${title}</th>`).join('')}</tr>\n`;
}

function row(cells: readonly string[]): string {
  return `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>\n`;
}

function tag(severity: Severity = 'UNKNOWN'): string {
  return `<span class="tag ${severity}">${severity}</span>`;
}

function shortened(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}
