import type { Node } from './make-rules.ts';
import { pick, pickMostly, type Random } from './random.ts';

type Scalar = string | number | boolean | null;

interface Writer {
  readonly random: Random;
  /** Anchors that have been written. */
  anchors: number;
}

/** Writes nodes as YAML in forms chosen at random: block and flow, plain, quoted and block texts, anchors, tags. */
export function writeYaml(random: Random, items: readonly Node[]): string {
  const writer: Writer = { random, anchors: 0 };
  const head = pick(random, ['', '', '', '', '---\n', '# comment\n', '%YAML 1.2\n---\n', '\xef\xbb\xbf']);
  const text = items.length === 0 ? '[]\n' : writeBlock(items, 0, writer);
  const tail = pick(random, ['', '', '', '...\n', '---\n- list: l1\n  items: [x]\n', '# end']);
  const whole = `${head}${text.replace(/^\n/, '')}${tail}`;
  return random(20) === 0 ? whole.replaceAll('\n', '\r\n') : whole;
}

/** The node as what follows `key:` or `-`, with the line end. */
function writeBlock(node: Node, indent: number, writer: Writer): string {
  const { random } = writer;
  if (writer.anchors > 0 && random(400) === 0) {
    return ` *a${random(writer.anchors + (random(10) === 0 ? 1 : 0))}\n`;
  }
  const properties = writeProperties(writer);
  if (typeof node !== 'object' || node === null) {
    return `${properties} ${writeScalar(node, indent, writer)}\n`;
  }
  const inFlow =
    random(5) === 0 || (Array.isArray(node) ? node.length === 0 : Object.keys(node).length === 0);
  if (inFlow && indent > 0) {
    return `${properties} ${writeFlow(node, writer)}${random(30) === 0 ? ' # why' : ''}\n`;
  }
  const pad = ' '.repeat(indent);
  // Array.isArray does not narrow readonly arrays.
  if (Array.isArray(node)) {
    const entries = (node as readonly Node[]).map((item) => `${pad}-${nested(item, indent + 2, writer)}`);
    return `${properties}\n${entries.join(random(20) === 0 ? '\n' : '')}`;
  }
  const pairs = Object.entries(node).map(
    ([key, value]) => `${pad}${writeKey(key, pad, random)}:${writeBlock(value, indent + 2, writer)}`,
  );
  return `${properties}\n${pairs.join('')}`;
}

/** An entry of a sequence; a map starts on the line of its dash mostly. */
function nested(item: Node, indent: number, writer: Writer): string {
  const text = writeBlock(item, indent, writer);
  const compact = text.startsWith(`\n${' '.repeat(indent)}`) && writer.random(6) > 0;
  return compact ? ` ${text.slice(1 + indent)}` : text;
}

function writeProperties(writer: Writer): string {
  switch (writer.random(50)) {
    case 0:
      return ` &a${writer.anchors++}`;
    case 1:
      return ` ${pick(writer.random, ['!!str', '!', '!<tag:yaml.org,2002:str>', '!x'])}`;
    default:
      return '';
  }
}

function writeKey(key: string, pad: string, random: Random): string {
  switch (random(60)) {
    case 0:
      return JSON.stringify(key);
    case 1:
      return `? ${key}\n${pad}`;
    default:
      return key;
  }
}

function writeFlow(node: Node, writer: Writer): string {
  const { random } = writer;
  if (typeof node !== 'object' || node === null) {
    return writeFlowScalar(node, random);
  }
  const comma = pick(random, [', ', ',', ' ,\n    ']);
  if (Array.isArray(node)) {
    return `[${(node as readonly Node[]).map((item) => writeFlow(item, writer)).join(comma)}${node.length > 0 && random(20) === 0 ? ',' : ''}]`;
  }
  const pairs = Object.entries(node).map(([key, value]) => `${key}: ${writeFlow(value, writer)}`);
  return `{${pairs.join(comma)}}`;
}

function writeFlowScalar(value: Scalar, random: Random): string {
  const text = String(value);
  return /^[\w./-]+$/.test(text) && random(3) > 0 ? text : quoted(text, random);
}

function writeScalar(value: Scalar, indent: number, { random }: Writer): string {
  if (value === null) {
    return pick(random, ['', '~', 'null']);
  }
  const text = String(value);
  const pad = ' '.repeat(Math.max(1, indent));
  if ((!isPlain(text) && random(6) > 0) || random(6) === 0) {
    return random(60) === 0 ? text : quoted(text, random);
  }
  switch (isPlain(text) ? random(text.includes(' ') ? 5 : 2) * 2 : 1) {
    case 1:
    case 8: {
      const header = pickMostly(random, ['|', '>', '>-', '|-', '|+', '>+'], ['|2', '>1-', '|0', '>x', '|-3']);
      return `${header}\n${pad}${text.replaceAll('\n', `\n${pad}`)}`;
    }
    case 2:
      // A plain text over several lines.
      return text.replaceAll(/\s/g, () => (random(4) === 0 ? `\n${pad}` : ' '));
    default:
      return text.replaceAll('\n', ' ');
  }
}

/** Whether a text is read as it is when no quotes stand around it. */
function isPlain(text: string): boolean {
  return /^[\w./(]/.test(text) && !/: | #|:$/.test(text);
}

function quoted(text: string, random: Random): string {
  if (random(2) === 0) {
    return `'${text.replaceAll("'", "''")}'`;
  }
  const written = JSON.stringify(text);
  return random(25) === 0
    ? written.replace('a', () => pick(random, ['\\x41', '\\u00e9', '\\U0001F600', '\\e', '\\q', '\\\n  ']))
    : written;
}
