import { useEffect, useRef } from 'preact/hooks';
import { setQuery } from './place.ts';

/**
 * The rank at which a list begins (`at` of the address), as long as the list is the same: other conditions begin with
 * the first row again, whoever sets them.
 */
export function useRank(key: string, at: string): string {
  const last = useRef({ key, at });
  const isLeft = at !== '' && last.current.key !== key && last.current.at === at;
  useEffect(() => {
    last.current = { key, at: isLeft ? '' : at };
    if (isLeft) {
      setQuery({ at: '' }, true);
    }
  }, [key, at]);
  return isLeft ? '' : at;
}
