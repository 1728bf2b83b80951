/** What the tables count. Names follow Falco's state counters (`n_threads` is `nThreads`). */
export interface StateCounters {
  nAddedFds: number;
  nRemovedFds: number;
  nCachedFdLookups: number;
  nNoncachedFdLookups: number;
  nFailedFdLookups: number;
  nStoredEvts: number;
  nStoreEvtsDrops: number;
  nRetrievedEvts: number;
  nRetrieveEvtsDrops: number;
  nCachedThreadLookups: number;
  nNoncachedThreadLookups: number;
  nFailedThreadLookups: number;
  nAddedThreads: number;
  nRemovedThreads: number;
  nDropsFullThreadtable: number;
  /** Descriptors that found the table of their process full. */
  nDropsFullFdTable: number;
  /** Descriptors that the kernel named, since no event had told of them or they had become others. */
  nVerifiedFds: number;
  /** Users and groups that found their table full. */
  nDropsFullUserTable: number;
  /** Processes forgotten whose exit has been missed and of which no thread is left. */
  nEvictedGroups: number;
  /** Containers forgotten because there were too many. */
  nEvictedContainers: number;
  /** Control groups whose container has to be worked out again. */
  nEvictedCgroups: number;
  /** Texts that have to be decoded again. */
  nEvictedTexts: number;
  /** Container events whose payload could not be read. */
  nFailedContainerEvents: number;
  /** Containers of an image whose name is not known. */
  nMissingContainerImages: number;
}

/** The counters with the sizes of the tables. */
export interface StateStats extends StateCounters {
  readonly nThreads: number;
  readonly nFds: number;
  /** Without the pseudo container of the host. */
  readonly nContainers: number;
  readonly nUsers: number;
  readonly nGroups: number;
}

export function newCounters(): StateCounters {
  return {
    nAddedFds: 0,
    nRemovedFds: 0,
    nCachedFdLookups: 0,
    nNoncachedFdLookups: 0,
    nFailedFdLookups: 0,
    nStoredEvts: 0,
    nStoreEvtsDrops: 0,
    nRetrievedEvts: 0,
    nRetrieveEvtsDrops: 0,
    nCachedThreadLookups: 0,
    nNoncachedThreadLookups: 0,
    nFailedThreadLookups: 0,
    nAddedThreads: 0,
    nRemovedThreads: 0,
    nDropsFullThreadtable: 0,
    nDropsFullFdTable: 0,
    nVerifiedFds: 0,
    nDropsFullUserTable: 0,
    nEvictedGroups: 0,
    nEvictedContainers: 0,
    nEvictedCgroups: 0,
    nEvictedTexts: 0,
    nFailedContainerEvents: 0,
    nMissingContainerImages: 0,
  };
}
