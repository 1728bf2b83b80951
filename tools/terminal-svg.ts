// Draws the coloured output of a command as an SVG: node tools/terminal-svg.ts OUT.svg COMMAND [ARG…]
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

const colours: Readonly<Record<string, string>> = {
  '2': '#8b949e',
  '31': '#ff7b72',
  '32': '#7ee787',
  '33': '#e3b341',
  '34': '#79c0ff',
  '35': '#d2a8ff',
  '36': '#56d4dd',
  '91': '#ffa198',
};
const cell = { width: 8.4, height: 19 } as const;
const margin = 18;

const [out = '', command = '', ...args] = process.argv.slice(2);
const { stdout } = spawnSync(command, args, {
  encoding: 'utf8',
  env: { ...process.env, FORCE_COLOR: '1', NO_COLOR: '' },
});
const lines = [
  `$ ${command === 'npm' ? 'npm' : 'lanner'} ${args.filter((arg) => !arg.endsWith('.mjs')).join(' ')}`,
  ...stdout.trimEnd().split('\n'),
];
const columns = Math.max(...lines.map((line) => plain(line).length));
const width = Math.ceil(columns * cell.width) + 2 * margin;
const height = lines.length * cell.height + 2 * margin;

const rows = lines.map(
  (line, i) =>
    `<text x="${margin}" y="${margin + 14 + i * cell.height}" xml:space="preserve">${spans(line)}</text>`,
);
writeFileSync(
  out,
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace" font-size="14" fill="#e6edf3">
<rect width="100%" height="100%" rx="8" fill="#0d1117"/>
${rows.join('\n')}
</svg>
`,
);

function plain(line: string): string {
  // eslint-disable-next-line no-control-regex -- the escape character is what is looked for
  return line.replace(/\u001b\[[\d;]*m/g, '');
}

/** Each piece is placed by its column, so that fonts with other widths keep the columns. */
function spans(line: string): string {
  let style = '';
  let column = 0;
  let text = '';
  // eslint-disable-next-line no-control-regex -- see above
  for (const [, codes, piece = ''] of line.matchAll(/(?:\u001b\[([\d;]*)m)|([^\u001b]+)/g)) {
    if (codes !== undefined) {
      style = styleOf(codes);
    } else {
      text += `<tspan x="${(margin + column * cell.width).toFixed(1)}" textLength="${(piece.length * cell.width).toFixed(1)}"${style}>${escape(piece)}</tspan>`;
      column += piece.length;
    }
  }
  return text;
}

function styleOf(codes: string): string {
  const list = codes.split(';');
  const fill = list.map((code) => colours[code]).find((colour) => colour !== undefined);
  return (fill === undefined ? '' : ` fill="${fill}"`) + (list.includes('1') ? ' font-weight="bold"' : '');
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
