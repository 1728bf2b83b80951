import { AppError } from '@lanner/core';
import { SaxesParser } from 'saxes';

export interface XmlElement {
  /** Without the prefix of its namespace. */
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** Text directly in the element, without outer white space. */
  readonly text: string;
  /** From 1: where the element begins and ends. */
  readonly startLine: number;
  readonly endLine: number;
}

interface OpenElement {
  name: string;
  attributes: Record<string, string>;
  children: XmlElement[];
  text: string;
  startLine: number;
  endLine: number;
}

const maxDepth = 128;

/**
 * The root element. Entities that a document type would define stay as they are written, so nothing is expanded or
 * fetched. Throws AppError 'artifact.parse'.
 */
export function parseXml(text: string): XmlElement {
  const parser = new SaxesParser();
  const open: OpenElement[] = [];
  let root: XmlElement | undefined;
  parser.on('error', (error) => {
    if (!error.message.includes('undefined entity')) {
      throw error;
    }
  });
  parser.on('opentag', ({ name, attributes }) => {
    if (open.length >= maxDepth) {
      throw new AppError('artifact.parse', 'invalid XML: too deeply nested');
    }
    open.push({
      // The files that are read here have names of one namespace each, whichever prefix it is given.
      name: name.slice(name.indexOf(':') + 1),
      attributes,
      children: [],
      text: '',
      startLine: parser.line,
      endLine: parser.line,
    });
  });
  function addText(part: string): void {
    const element = open.at(-1);
    if (element !== undefined) {
      element.text += part;
    }
  }
  parser.on('text', addText);
  parser.on('cdata', addText);
  parser.on('closetag', () => {
    const closed = open.pop();
    if (closed === undefined) {
      return;
    }
    closed.text = closed.text.trim();
    closed.endLine = parser.line;
    const parent = open.at(-1);
    if (parent === undefined) {
      root ??= closed;
    } else {
      parent.children.push(closed);
    }
  });
  try {
    parser.write(text).close();
  } catch (cause) {
    throw new AppError('artifact.parse', 'invalid XML', { cause });
  }
  if (root === undefined) {
    throw new AppError('artifact.parse', 'invalid XML: no element');
  }
  return root;
}

/** The first child of that name. */
export function child(element: XmlElement | undefined, name: string): XmlElement | undefined {
  return element?.children.find((candidate) => candidate.name === name);
}

/** All children of that name. */
export function childrenOf(element: XmlElement | undefined, name: string): readonly XmlElement[] {
  return element?.children.filter((candidate) => candidate.name === name) ?? [];
}

/** Text of the first child of that name; empty without one. */
export function childText(element: XmlElement | undefined, name: string): string {
  return child(element, name)?.text ?? '';
}
