import { parseExactJson } from '@lanner/api';
import { useEffect, useState } from 'preact/hooks';
import type { Answer } from '../api/client.ts';

export type Alert = Answer<'searchAlerts'>['alerts'][number];

const kept = 1000;
/** Alerts of a burst are shown together: so often at most. */
const drawMs = 200;

export interface Following {
  /** Newest first, a thousand at most. */
  readonly alerts: readonly Alert[];
  readonly isConnected: boolean;
}

/** Alerts of a query as they come; null while nobody follows. */
export function useFollowing(query: string | null): Following {
  const [state, setState] = useState<Following>({ alerts: [], isConnected: false });
  useEffect(() => {
    setState({ alerts: [], isConnected: false });
    if (query === null) {
      return undefined;
    }
    let waiting: Alert[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    // The browser connects again by itself, and goes on where it was.
    const source = new EventSource(`/api/v1/alerts/stream${query}`);
    const draw = (): void => {
      timer = undefined;
      const next = waiting;
      waiting = [];
      setState((old) => ({ ...old, alerts: [...next, ...old.alerts].slice(0, kept) }));
    };
    source.addEventListener('alert', ({ data }: MessageEvent<string>) => {
      waiting = [parseExactJson(data) as Alert, ...waiting].slice(0, kept);
      timer ??= setTimeout(draw, drawMs);
    });
    source.addEventListener('open', () => {
      setState((old) => ({ ...old, isConnected: true }));
    });
    source.addEventListener('error', () => {
      setState((old) => ({ ...old, isConnected: false }));
    });
    return () => {
      source.close();
      clearTimeout(timer);
    };
  }, [query]);
  return state;
}
