import { failure } from './diagnostic.ts';
import { maxConditionLength, quoted } from './exceptions.ts';
import type { ListInfo } from './model.ts';

/** A list whose references to other lists have been replaced. */
export interface CompiledList {
  readonly info: ListInfo;
  readonly name: string;
  readonly items: readonly string[];
  /** Names of the lists that it takes items from. */
  readonly lists: readonly string[];
  /** A condition or another list names it. */
  used: boolean;
  /** Items as they are put into conditions; made when first needed. */
  joined: string | null;
}

/** Lists grow by their references to at most so many items together. */
const maxItems = 1_000_000;

/**
 * Replaces references to other lists by the items written there: one level, and only to lists that were defined
 * before the list was last changed.
 */
export function compileLists(infos: ReadonlyMap<string, ListInfo>): Map<string, CompiledList> {
  const lists = new Map<string, CompiledList>();
  let room = maxItems;
  for (const info of infos.values()) {
    const list = compileList(info, infos, room);
    if (list === null) {
      throw failure('LOAD_ERR_VALIDATE', `Lists have more than ${maxItems} items together`, info.context);
    }
    room -= list.items.length;
    lists.set(info.name, list);
  }
  for (const { lists: references } of [...lists.values()]) {
    for (const name of references) {
      const list = lists.get(name);
      if (list !== undefined) {
        list.used = true;
      }
    }
  }
  return lists;
}

/** Null when the list has more than `room` items. */
function compileList(
  info: ListInfo,
  infos: ReadonlyMap<string, ListInfo>,
  room: number,
): CompiledList | null {
  const items: string[] = [];
  const references = new Set<string>();
  for (const item of info.items) {
    const list = infos.get(item);
    const seen = list !== undefined && list.index < info.visibility;
    const added = seen ? list.items : [item];
    if (items.length + added.length > room) {
      return null;
    }
    for (const value of added) {
      items.push(value);
    }
    if (seen) {
      references.add(list.name);
    }
  }
  return { info, name: info.name, items, lists: [...references], used: false, joined: null };
}

/** One replacement, for finding the place in the original text again. */
interface Edit {
  readonly start: number;
  readonly removed: number;
  readonly added: number;
}

/** A condition in which list names have been replaced by their items. */
export interface ExpandedText {
  readonly text: string;
  /** Names of the lists that were put in. */
  readonly lists: readonly string[];
  readonly edits: readonly Edit[];
}

const delimiters = /[ \t\n\r(),=]+/;

/** Lists in the order of their definition, to be found by name. */
export interface ListTable {
  readonly byName: ReadonlyMap<string, CompiledList>;
  readonly lists: readonly CompiledList[];
  readonly places: ReadonlyMap<string, number>;
  /** Places of lists whose names are not single words, so that they have to be searched for in the text itself. */
  readonly unusual: readonly number[];
}

export function listTable(byName: ReadonlyMap<string, CompiledList>): ListTable {
  const lists = [...byName.values()];
  return {
    byName,
    lists,
    places: new Map(lists.map(({ name }, place) => [name, place])),
    unusual: lists.flatMap(({ name }, place) => (delimiters.test(name) ? [place] : [])),
  };
}

/**
 * Replaces every list name in a condition's text, wherever it stands between delimiters (values and quoted texts
 * included), in the order in which lists were defined. Null when the text grows beyond all bounds.
 */
export function expandLists(text: string, table: ListTable): ExpandedText | null {
  const places = new Set(table.unusual);
  addPlaces(text, table, places);
  const edits: Edit[] = [];
  const names: string[] = [];
  let expanded = text;
  let last = -1;
  for (let place = nextPlace(places, last); place !== null; place = nextPlace(places, last)) {
    last = place;
    const list = table.lists[place];
    const replaced = list === undefined ? expanded : replaceName(expanded, list, edits);
    if (replaced === null) {
      return null;
    }
    if (list !== undefined && replaced !== expanded) {
      names.push(list.name);
      expanded = replaced;
      // What has been put in may name lists that come later.
      addPlaces(joinedItems(list), table, places);
    }
  }
  return { text: expanded, lists: names, edits };
}

function addPlaces(text: string, table: ListTable, places: Set<number>): void {
  for (const word of text.split(delimiters)) {
    const place = table.places.get(word);
    if (place !== undefined) {
      places.add(place);
    }
  }
}

function nextPlace(places: ReadonlySet<number>, last: number): number | null {
  let next: number | null = null;
  for (const place of places) {
    if (place > last && (next === null || place < next)) {
      next = place;
    }
  }
  return next;
}

function joinedItems(list: CompiledList): string {
  list.joined ??= list.items.map(quoted).join(', ');
  return list.joined;
}

function replaceName(text: string, list: CompiledList, edits: Edit[]): string | null {
  const { name } = list;
  const pieces: string[] = [];
  let copied = 0;
  let length = 0;
  for (
    let found = text.indexOf(name);
    found >= 0;
    found = text.indexOf(name, Math.max(found + 1, copied + 1))
  ) {
    if (!isDelimited(text, found, found + name.length)) {
      continue;
    }
    const { start, end } = widen(text, found, found + name.length, list.items.length === 0, copied);
    const before = text.slice(copied, start);
    const head = start > 0 ? ' ' : '';
    const piece = `${head}${joinedItems(list)} `;
    length += before.length + piece.length;
    if (length > maxConditionLength) {
      return null;
    }
    edits.push({ start: length - piece.length, removed: end - start, added: piece.length });
    pieces.push(before, piece);
    copied = end;
  }
  return copied === 0 && pieces.length === 0 ? text : `${pieces.join('')}${text.slice(copied)}`;
}

function isDelimited(text: string, start: number, end: number): boolean {
  return (
    (start === 0 || ' \t\n\r(),='.includes(text.charAt(start - 1))) &&
    (end >= text.length || ' \t\n\r(),='.includes(text.charAt(end)))
  );
}

/** Takes in the blanks around a name, and one comma beside the name of an empty list. */
function widen(
  text: string,
  nameStart: number,
  nameEnd: number,
  empty: boolean,
  copied: number,
): { start: number; end: number } {
  let start = nameStart;
  let end = nameEnd;
  while (start > copied && isSpace(text.charAt(start - 1))) {
    start--;
  }
  while (end < text.length && isSpace(text.charAt(end))) {
    end++;
  }
  if (empty && start > copied && text.charAt(start - 1) === ',') {
    start--;
  } else if (empty && text.charAt(end) === ',') {
    end++;
  }
  return { start, end };
}

function isSpace(char: string): boolean {
  return char === ' ' || char === '\t' || char === '\n' || char === '\r';
}

/** The offset in the original text of a place in the expanded one. */
export function originalOffset({ edits }: ExpandedText, offset: number): number {
  let at = offset;
  for (const { start, removed, added } of edits.toReversed()) {
    if (at >= start + added) {
      at += removed - added;
    } else if (at > start) {
      at = start + Math.min(1, removed);
    }
  }
  return at;
}
