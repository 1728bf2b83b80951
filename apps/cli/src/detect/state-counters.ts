import type { NamedValue } from '@lanner/hub';
import type { StateStats } from '@lanner/sensor';

/** Counters of the state, under Falco's names and in its order. */
export function stateCounters(stats: StateStats): NamedValue[] {
  return [
    gauge('n_threads', stats.nThreads),
    gauge('n_fds', stats.nFds),
    counter('n_noncached_fd_lookups', stats.nNoncachedFdLookups),
    counter('n_cached_fd_lookups', stats.nCachedFdLookups),
    counter('n_failed_fd_lookups', stats.nFailedFdLookups),
    counter('n_added_fds', stats.nAddedFds),
    counter('n_removed_fds', stats.nRemovedFds),
    counter('n_stored_evts', stats.nStoredEvts),
    counter('n_store_evts_drops', stats.nStoreEvtsDrops),
    counter('n_retrieved_evts', stats.nRetrievedEvts),
    counter('n_retrieve_evts_drops', stats.nRetrieveEvtsDrops),
    counter('n_noncached_thread_lookups', stats.nNoncachedThreadLookups),
    counter('n_cached_thread_lookups', stats.nCachedThreadLookups),
    counter('n_failed_thread_lookups', stats.nFailedThreadLookups),
    counter('n_added_threads', stats.nAddedThreads),
    counter('n_removed_threads', stats.nRemovedThreads),
    counter('n_drops_full_threadtable', stats.nDropsFullThreadtable),
  ];
}

/** Counters that Falco's container plugin has, by their names behind `container.`. */
export function containerCounters(stats: StateStats): NamedValue[] {
  return [
    counter('n_containers', stats.nContainers),
    counter('n_missing_container_images', stats.nMissingContainerImages),
  ];
}

function counter(name: string, value: number): NamedValue {
  return { name, value, gauge: false };
}

function gauge(name: string, value: number): NamedValue {
  return { name, value, gauge: true };
}
