import { type Log, nearest } from '@lanner/core';
import { eventId, eventSet, eventTable, fromByteString, type LoadedRule, systemCalls } from '@lanner/engine';
import { singleCall, unrecordedTypes } from '@lanner/sensor';
import sets from './syscall-sets.json' with { type: 'json' };

/** `base_syscalls` of the configuration. */
export interface BaseSyscalls {
  /** Names; one that begins with `!` is taken out. Empty: what the state needs. */
  readonly customSet: readonly string[];
  /** The smallest set with which the fields of the loaded rules work. */
  readonly repair: boolean;
  /** Also the calls that are read and written all the time. */
  readonly all: boolean;
}

export interface Interest {
  /** Numbers of event types, ascending. */
  readonly types: readonly number[];
  /** Names in the custom set that are no system calls, each with the nearest that is one. */
  readonly unknown: readonly { readonly name: string; readonly nearest: string | null }[];
}

/** Event types by the names of system calls. */
const typesByName = new Map(systemCalls.map(({ name, event }) => [name, event]));

/** Exits are always needed: nothing else says that a process has gone. */
const always = eventId('PROCEXIT_1_E');
const generic = [eventId('GENERIC_E'), eventId('GENERIC_X')];

/**
 * The event types that the kernel has to deliver for rules that want `ruleTypes`: those, and what the state behind
 * their fields is made of, as `base_syscalls` says.
 */
export function selectInterest(ruleTypes: ReadonlySet<number>, base: BaseSyscalls): Interest {
  const types = new Set([...ruleTypes].filter((type) => isLive(type)));
  const ruleNames = namesOf(types);
  for (const name of baseNames(ruleNames, base)) {
    add(types, name);
  }
  if (!base.all) {
    sets.ignored.forEach((name) => types.delete(typesByName.get(name) ?? -1));
  }
  const excluded = base.customSet.filter((name) => name.startsWith('!')).map((name) => name.slice(1));
  excluded.forEach((name) => types.delete(typesByName.get(name) ?? -1));
  types.add(always);
  return {
    types: [...types].sort((a, b) => a - b),
    unknown: [...base.customSet]
      .map((name) => name.replace(/^!/, ''))
      .filter((name) => !typesByName.has(name))
      .map((name) => ({ name, nearest: nearest(name, [...typesByName.keys()]) })),
  };
}

/** More of them than a rule names one by one: it wants what comes, as one without `evt.type` does. */
const mostNamedCalls = 64;

/**
 * System calls without an event type of their own that the rules name, as interest in these calls alone: all generic
 * events would be hundreds of thousands in a second.
 */
export function namedCalls(rules: readonly LoadedRule[], { all }: BaseSyscalls): number[] {
  const names = new Set(
    rules.flatMap((rule) => {
      const { genericSyscalls } = eventSet(rule.condition);
      const isWanted = all || genericSyscalls.size <= mostNamedCalls;
      return rule.source === 'syscall' && isWanted ? [...genericSyscalls] : [];
    }),
  );
  return systemCalls.filter(({ name }) => names.has(name)).map(singleCall);
}

/** A rule that waits for events which never come. */
export interface UnseenRule {
  readonly rule: string;
  /** Names of the events. */
  readonly events: readonly string[];
}

/** Rules that name events which the live sensor does not record. Those that name no events at all take what comes. */
export function unseenRules(rules: readonly LoadedRule[]): UnseenRule[] {
  return rules.flatMap((rule) => {
    if (rule.source !== 'syscall') {
      return [];
    }
    const { ids, isAll } = eventSet(rule.condition);
    const names = new Set(
      [...ids]
        .filter((type) => !isAll && unrecordedTypes.has(type))
        .map((type) => eventTable[type]?.name ?? ''),
    );
    return names.size === 0 ? [] : [{ rule: rule.name, events: [...names].sort() }];
  });
}

/** Says which rules wait in vain. */
export function warnOfUnseen(rules: readonly LoadedRule[], log: Log): void {
  const unseen = unseenRules(rules);
  if (unseen.length > 0) {
    log.warn('rules wait for events that the sensor does not record', {
      rules: unseen.map(({ rule, events }) => `${fromByteString(rule)}: ${events.join(', ')}`),
    });
  }
}

/** The live sensor delivers events of the current schema only. */
function isLive(type: number): boolean {
  const info = eventTable[type];
  return info !== undefined && !info.isOldVersion && !info.isUnused && !generic.includes(type);
}

function namesOf(types: ReadonlySet<number>): ReadonlySet<string> {
  return new Set([...typesByName].filter(([, type]) => types.has(type)).map(([name]) => name));
}

function baseNames(ruleNames: ReadonlySet<string>, base: BaseSyscalls): readonly string[] {
  if (base.repair) {
    return repairNames(ruleNames);
  }
  const chosen = base.customSet.filter((name) => !name.startsWith('!'));
  return chosen.length > 0 ? chosen : sets.state;
}

/** What the fields of rules on these calls need: processes always, descriptors where the rules use them. */
function repairNames(ruleNames: ReadonlySet<string>): string[] {
  const touches = (names: readonly string[]): boolean => names.some((name) => ruleNames.has(name));
  return [
    ...sets.repairBase,
    ...(touches(sets.net) ? ['socket', 'getsockopt', 'close'] : []),
    ...(touches(['accept', 'accept4', 'listen']) ? ['bind'] : []),
    ...(touches([...sets.file, ...sets.io, ...sets.ioOther]) ? ['close'] : []),
  ];
}

function add(types: Set<number>, name: string): void {
  const type = typesByName.get(name);
  if (type !== undefined && isLive(type)) {
    types.add(type);
  }
}
