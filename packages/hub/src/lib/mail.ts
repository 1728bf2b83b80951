import type { FalcoEvent } from '@lanner/api';
import { cardColors } from './chat.ts';
import { fieldsOf } from './events.ts';
import { GoTime } from './go-time.ts';
import { printed } from './printed.ts';

/** The parts of an event in the order of falcosidekick's mails. */
function partsOf({ output, rule, source, hostname = '', tags = [], time }: FalcoEvent): [string, string][] {
  return [
    ['Output', output],
    ['Rule', rule],
    ['Source', source],
    ['Hostname', hostname],
    ['Tags', tags.map((tag) => `${tag} `).join('')],
    ['Time', new GoTime(time).String()],
  ];
}

/** A mail as text: a line each. */
export function textMail(event: FalcoEvent): string {
  const lines = [['Priority', event.priority] as const, ...partsOf(event)];
  const fields = fieldsOf(event.output_fields).map(([name, value]) => [name, printed(value)] as const);
  const written = (pairs: readonly (readonly [string, string])[]): string =>
    pairs.map(([name, value]) => `${oneLine(name)}: ${oneLine(value)}\n`).join('');
  return `${written(lines)}\n--Fields--\n${written(fields)}\n`;
}

/** A mail as HTML: the priority in its colour, and two tables. */
export function htmlMail(event: FalcoEvent): string {
  const fields = fieldsOf(event.output_fields).map(([name, value]): [string, string] => [
    name,
    printed(value),
  ]);
  return [
    '<!DOCTYPE html><html><body style="font-family:arial,helvetica,sans-serif;font-size:13px">',
    `<p style="background:#${cardColors[event.priority]};color:#fff;padding:4px;text-align:center">`,
    `<strong>${event.priority}</strong></p>`,
    table(partsOf(event)),
    '<h4>Fields</h4>',
    table(fields),
    '</body></html>',
  ].join('\n');
}

function table(rows: readonly (readonly [string, string])[]): string {
  const cells = rows.map(
    ([name, value]) =>
      `<tr><th style="background:#858585;color:#fff;text-align:left">${escapeHtml(name)}</th>` +
      `<td style="background:#d1d6da">${escapeHtml(value)}</td></tr>`,
  );
  return `<table cellpadding="5" cellspacing="0" style="width:700px">${cells.join('\n')}</table>`;
}

function escapeHtml(text: string): string {
  return oneLine(text).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Without line breaks and control characters, which could forge lines or headers. */
export function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, ' ');
}
