import { useEffect, useRef } from 'preact/hooks';

/** Does what a key is for, while this is shown; from everywhere but a field or a dialog, and without Ctrl, Meta and Alt. */
export function useKeys(keys: Readonly<Record<string, () => void>>): void {
  const latest = useRef(keys);
  latest.current = keys;
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => {
      const inField =
        event.target instanceof Element && event.target.closest('input, select, textarea, dialog') !== null;
      const act = Object.hasOwn(latest.current, event.key) ? latest.current[event.key] : undefined;
      if (act !== undefined && !inField && !event.ctrlKey && !event.metaKey && !event.altKey) {
        event.preventDefault();
        act();
      }
    };
    document.addEventListener('keydown', listen);
    return () => {
      document.removeEventListener('keydown', listen);
    };
  }, []);
}
