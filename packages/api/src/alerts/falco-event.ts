/** Falco's priorities, most urgent first: the index is Falco's number. */
export const priorityNames = [
  'Emergency',
  'Alert',
  'Critical',
  'Error',
  'Warning',
  'Notice',
  'Informational',
  'Debug',
] as const;

export type PriorityName = (typeof priorityNames)[number];

/** An alert as it goes out: what falcosidekick calls a Falco payload. */
export interface FalcoEvent {
  readonly uuid: string;
  readonly output: string;
  readonly priority: PriorityName;
  readonly rule: string;
  /** RFC 3339, up to nanoseconds, as it came. */
  readonly time: string;
  readonly source: string;
  /**
   * By field name, in the order in which they came. Whole numbers beyond 2^53, such as times in nanoseconds, are bigints:
   * write events with `eventJson`, as JSON.stringify refuses them.
   */
  readonly output_fields: Readonly<Record<string, unknown>>;
  /** Sorted; absent when there are none. */
  readonly tags?: readonly string[];
  readonly hostname?: string;
}
