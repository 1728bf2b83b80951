import { useEffect, useRef, useState } from 'preact/hooks';
import { Failure } from '../api/client.ts';

export interface Loaded<T> {
  /** Stays while the next answer is on its way. */
  readonly value: T | null;
  readonly failure: Failure | null;
  readonly isLoading: boolean;
  readonly reload: () => void;
}

/** So often one looks again where nothing is there yet, such as before the first scan is done. */
export const soonMs = 5000;
/** And so often while a scan is under way, whose findings come in parts. */
export const scanningMs = 2000;

/**
 * Asks whenever the key changes, cancels what is asked no longer, and asks again every so many milliseconds while the
 * page can be seen; 0 is never, and it may depend on what came.
 */
export function useLoaded<T>(
  key: string,
  load: (signal: AbortSignal) => Promise<T>,
  { everyMs: often = 0 }: { everyMs?: number | ((value: T | null) => number) } = {},
): Loaded<T> {
  const [state, setState] = useState<{
    key: string;
    value: T | null;
    failure: Failure | null;
    isLoading: boolean;
  }>({
    key,
    value: null,
    failure: null,
    isLoading: true,
  });
  const [turn, setTurn] = useState(0);
  const everyMs = typeof often === 'function' ? often(state.value) : often;
  const latest = useRef(load);
  latest.current = load;
  useEffect(() => {
    const abort = new AbortController();
    setState((old) => ({ ...old, isLoading: true }));
    latest.current(abort.signal).then(
      (value) => {
        if (!abort.signal.aborted) {
          setState({ key, value, failure: null, isLoading: false });
        }
      },
      (error: unknown) => {
        if (!abort.signal.aborted) {
          const failure =
            error instanceof Failure ? error : new Failure(0, String(error), 'Load the page again.');
          setState((old) => ({ key, value: old.value, failure, isLoading: false }));
        }
      },
    );
    return () => {
      abort.abort();
    };
  }, [key, turn]);
  useEffect(() => {
    if (everyMs === 0) {
      return undefined;
    }
    const timer = setInterval(() => {
      if (!document.hidden) {
        setTurn((old) => old + 1);
      }
    }, everyMs);
    return () => {
      clearInterval(timer);
    };
  }, [everyMs]);
  return {
    ...state,
    reload: () => {
      setTurn((old) => old + 1);
    },
  };
}
