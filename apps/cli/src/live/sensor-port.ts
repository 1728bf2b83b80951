import type { EventView, KernelFilter, StateView } from '@lanner/engine';

/** What the kernel watches: all of the machine, or processes with what descends from them, or control groups. */
export interface ScopeSelection {
  /** Thread-group ids; what they start belongs to them. */
  readonly pids: readonly number[];
  /** Ids of control groups (version 2), with those below them. */
  readonly cgroups: readonly bigint[];
  /** Numbers of mount namespaces: what a container is known by where control groups are of version 1. */
  readonly mountNamespaces: readonly number[];
}

/** What the sensor counts, from its start on. */
export interface SensorStats {
  readonly cpus: readonly { readonly cpu: number; readonly seen: number; readonly lost: number }[];
  /** By the number of the event type. */
  readonly lostByType: ReadonlyMap<number, number>;
}

/** A source of events of the living machine, as `openLiveSensor` gives it. */
export interface LiveSource {
  /** Hands out at most `budget` events that wait, each valid during the call; gives their number. */
  readonly poll: (handle: (event: EventView) => void, budget?: number) => number;
  /** Blocks until events wait or the bell rings, or for the time given. */
  readonly wait: (timeoutMs: number) => void;
  /** A descriptor that ends a wait when a number is written to it, for whoever asks to close; null: it has none. */
  readonly takeBell: () => number | null;
  /** Numbers of the event types that are delivered from here on. */
  readonly setInterest: (types: Iterable<number>) => void;
  /** Drops in the kernel what the filter drops of them; null: nothing. */
  readonly setFilter: (filter: KernelFilter | null) => void;
  /** Adds a process; what it starts belongs to the scope too. */
  readonly addToScope: (tgid: number) => void;
  readonly stats: () => SensorStats;
  /** Gives freed memory back to the system. */
  readonly trim: () => void;
  /** Gives the system back what only the start needed. */
  readonly release: () => void;
  readonly close: () => void;
}

/** What is decided when a source is made ready. */
export interface RingSettings {
  readonly ringBytes: number;
  /** CPUs that share a ring; null: all of them. */
  readonly cpusPerRing: number | null;
}

/** A source that is ready and sees nothing yet. To be opened or closed once. */
export interface PreparedSource {
  readonly open: (options: OpenSource) => LiveSource;
  readonly close: () => void;
}

export interface OpenSource {
  /** null: the whole machine. */
  readonly scope: ScopeSelection | null;
  readonly snapLength: number;
  readonly interest: Iterable<number>;
  /** What the event's fields are read from. */
  readonly state: StateView;
}
