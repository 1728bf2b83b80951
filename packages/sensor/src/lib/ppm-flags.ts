/** Bits of open flags (PPM_O_*, PPM_FD_*). */
export const openFlags = {
  directory: 1 << 10,
  closeOnExec: 1 << 12,
  /** Set by the driver: the call created the file. Bits from here on are not the program's. */
  created: 1 << 14,
  upperLayer: 1 << 15,
  lowerLayer: 1 << 16,
} as const;

/** Bits of the separate layer parameter of creat, which has no flags. */
export const creatFlags = { upperLayer: 1 << 0, lowerLayer: 1 << 1 } as const;

/** Kinds of descriptors that have a close-on-exec bit of their own. */
export const epollCloseOnExec: number = 1 << 0;
export const memfdCloseOnExec: number = 1 << 0;

/** Bits of clone flags and of a thread's state (PPM_CL_*) beside those in `threadFlags`. */
export const cloneFlags = {
  newPid: 1 << 6,
  parent: 1 << 8,
  thread: 1 << 13,
  /** The child's event came before the caller's. */
  inverted: 1 << 16,
  newUser: 1 << 20,
  pipeSource: 1 << 21,
  pipeDestination: 1 << 22,
  vfork: 1 << 27,
} as const;

/** Bits of the flags parameter of execve (PPM_EXE_*). */
export const execFlags = {
  writable: 1 << 0,
  upperLayer: 1 << 1,
  fromMemfd: 1 << 2,
  lowerLayer: 1 << 3,
} as const;

/** Commands of fcntl that concern the state. */
export const fcntlCommands = { dupFd: 1, setFd: 3, dupFdCloseOnExec: 26 } as const;

/** Operations of prctl that concern the state. */
export const prctlOptions = { setChildSubreaper: 36, getChildSubreaper: 37 } as const;

/** Stands for the working directory where a directory's descriptor is expected. */
export const currentDirectory = -100;

/** Bit of close_range's flags: the descriptors stay open until the next execve. */
export const closeRangeCloseOnExec: number = 1 << 2;

/** Bit of execveat's flags: the descriptor itself is the program. */
export const execveatEmptyPath: number = 1 << 0;

/** The resource of the limits on open descriptors. */
export const fileLimit = 7;
