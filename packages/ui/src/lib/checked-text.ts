import { useEffect, useRef, useState } from 'preact/hooks';
import { type Answer, call, Failure } from '../api/client.ts';

export type RuleCheck = Answer<'checkRules'>;

export interface Checked {
  /** Of `text`; null before the first answer. */
  readonly check: RuleCheck | null;
  /** The text that was checked: what is typed since is not in it. */
  readonly text: string;
  readonly failure: Failure | null;
}

/** So long after the last key. */
const typingMs = 300;

/** What the loader says to a text, a moment after nobody types. An answer to an older text is not waited for. */
export function useCheck(text: string | null): Checked {
  const [state, setState] = useState<Checked>({ check: null, text: '', failure: null });
  const isFirst = useRef(true);
  useEffect(() => {
    if (text === null) {
      return undefined;
    }
    const abort = new AbortController();
    const timer = setTimeout(
      () => {
        call('checkRules', { body: { text }, signal: abort.signal }).then(
          (check) => {
            setState({ check, text, failure: null });
          },
          (error: unknown) => {
            if (!abort.signal.aborted) {
              const failure =
                error instanceof Failure ? error : new Failure(0, String(error), 'Load the page again.');
              setState((old) => ({ ...old, failure }));
            }
          },
        );
      },
      isFirst.current ? 0 : typingMs,
    );
    isFirst.current = false;
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [text]);
  return state;
}
