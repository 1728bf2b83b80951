/** Numbers of the scap file format that its readers and its writer share. Everything on disk is little-endian. */

/** Types of the blocks that describe the system; the writer uses the newest of each kind. */
export const blockTypes = {
  sectionHeader: 0x0a0d0d0a,
  machine: 0x201,
  threadsV9: 0x215,
  fdsV2: 0x218,
  interfacesV2: 0x219,
  usersV2: 0x220,
  eventV2: 0x216,
  eventV2Large: 0x221,
  flaggedEventV2: 0x217,
  flaggedEventV2Large: 0x222,
} as const;

/** What a block that precedes the events holds. */
export type RecordKind = 'machine' | 'threads' | 'fds' | 'interfaces' | 'users';

export interface RecordBlock {
  readonly kind: RecordKind;
  /** Version of the list's entries; 1 for blocks that exist once. */
  readonly version: number;
}

/** Blocks before the events, by their type; the numbers with high bits come from files before format 1.0. */
export const recordBlocks: ReadonlyMap<number, RecordBlock> = new Map<number, RecordBlock>([
  [0x201, { kind: 'machine', version: 1 }],
  [0x8002abcd, { kind: 'machine', version: 1 }],
  [0x202, { kind: 'threads', version: 1 }],
  [0x8000abcd, { kind: 'threads', version: 1 }],
  [0x207, { kind: 'threads', version: 2 }],
  [0x8013abcd, { kind: 'threads', version: 2 }],
  [0x209, { kind: 'threads', version: 3 }],
  [0x8014abcd, { kind: 'threads', version: 3 }],
  [0x210, { kind: 'threads', version: 4 }],
  [0x211, { kind: 'threads', version: 5 }],
  [0x212, { kind: 'threads', version: 6 }],
  [0x213, { kind: 'threads', version: 7 }],
  [0x214, { kind: 'threads', version: 8 }],
  [0x215, { kind: 'threads', version: 9 }],
  [0x203, { kind: 'fds', version: 1 }],
  [0x8001abcd, { kind: 'fds', version: 1 }],
  [0x218, { kind: 'fds', version: 2 }],
  [0x205, { kind: 'interfaces', version: 1 }],
  [0x8011abcd, { kind: 'interfaces', version: 1 }],
  [0x219, { kind: 'interfaces', version: 2 }],
  [0x206, { kind: 'users', version: 1 }],
  [0x8012abcd, { kind: 'users', version: 1 }],
  [0x220, { kind: 'users', version: 2 }],
]);

/** Bits that tell the forms of event blocks apart; 0 is no event block. */
export const eventForms = {
  event: 1,
  /** The event's header holds the number of parameters. */
  v2: 2,
  /** 32 bits of flags stand before the event. */
  flagged: 4,
  /** May be longer than 64 KiB. */
  large: 8,
} as const;

/** The form of an event block as bits of `eventForms`; 0 for every other type. */
export function eventForm(blockType: number): number {
  switch (blockType) {
    case 0x216:
      return eventForms.event | eventForms.v2;
    case 0x217:
      return eventForms.event | eventForms.v2 | eventForms.flagged;
    case 0x204:
    case 0x8010abcd:
      return eventForms.event;
    case 0x208:
      return eventForms.event | eventForms.flagged;
    case 0x221:
      return eventForms.event | eventForms.v2 | eventForms.large;
    case 0x222:
      return eventForms.event | eventForms.v2 | eventForms.large | eventForms.flagged;
    default:
      return 0;
  }
}

/** One type for each form of event blocks. */
export const eventBlockTypes = [0x204, 0x208, 0x216, 0x217, 0x221, 0x222] as const;

/** A block: `u32 type`, `u32 total length`, body, `u32 total length`. */
export const blockHeaderBytes = 8;
export const blockTrailerBytes = 4;
export const blockFrameBytes = blockHeaderBytes + blockTrailerBytes;

export const sectionMagic = 0x1a2b3c4d;
/** Magic number, two versions, length of the section (all ones: unknown). */
export const sectionBodyBytes = 16;
export const newestVersion = { major: 1, minor: 2 } as const;

export const machineBodyBytes = 180;
export const hostnameBytes = 128;

/** ts, tid, length, type; the current version adds the number of parameters. */
export const oldEventHeaderBytes = 22;
export const eventHeaderBytes = 26;
/** Where the header's members start. */
export const eventAt = { ts: 0, tid: 8, length: 16, type: 20, paramCount: 22 } as const;

/** A block that is not large holds at most 64 KiB, counted from behind the block's header. */
export const maxSmallBlockBytes = blockHeaderBytes + 0x1_0000;
/** Old events are converted in a buffer of this size. */
export const maxConvertedBytes = 0x1_0000;
/** No event type has more than 32 parameters; a view over an event can locate this many. */
export const maxParamCount = 64;

/** Lengths in bytes up to which texts are accepted. */
export const textLimits = {
  path: 1024,
  args: 4096,
  env: 4096,
  cgroups: 4096,
  /** Names of descriptors and interfaces: one less than a path, since their readers add a NUL. */
  fdName: 1023,
  interfaceName: 1023,
  /** Names, home directories and shells of users and groups. */
  credential: 255,
} as const;

/** Kinds of addresses in an interface list. */
export const interfaceTypes = { ipv4: 1, ipv6: 2, ipv4NoSpeed: 3, ipv6NoSpeed: 4 } as const;

/** Kinds of entries in a user list; everything but a user is a group. */
export const userKinds = { user: 0, group: 1 } as const;
