import { eventTable, type ParamInfo, syscallNames } from '../event-table.ts';

/** Names of event types and system calls: what `evt.type` can be. */
export const eventTypeNames: ReadonlySet<string> = new Set([
  ...eventTable.map(({ name }) => name),
  ...syscallNames.values(),
]);

/** The first parameter of each name, in the order of the event table; its type stands for all of that name. */
export const paramsByName: ReadonlyMap<string, ParamInfo> = new Map(
  eventTable
    .flatMap(({ params }) => params)
    .toReversed()
    .map((param) => [param.name, param]),
);

/** What a dotted argument may be, by field; a field that is not here takes any name. */
export const dottedNames: Readonly<Record<string, (name: string) => boolean>> = {
  'evt.arg': (name) => paramsByName.has(name),
  'evt.rawarg': (name) => paramsByName.has(name),
  'evt.type.is': (name) => eventTable.some((info) => info.name === name),
  'evt.abspath': (name) => name === 'src' || name === 'dst',
  'thread.cgroup': (name) => /^[A-Za-z_]+$/.test(name),
};
