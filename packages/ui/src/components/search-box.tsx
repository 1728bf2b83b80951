import type { JSX } from 'preact';
import { useRef } from 'preact/hooks';
import { place, setQuery } from '../lib/place.ts';

const typingMs = 200;

/** What is typed becomes `q` of the address, once nobody types for a moment. */
export function SearchBox({
  id,
  placeholder,
  leaves = [],
}: {
  readonly id?: string;
  readonly placeholder: string;
  /** Parameters that another search ends. */
  readonly leaves?: readonly string[];
}): JSX.Element {
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  return (
    <input
      id={id}
      type="search"
      aria-label="Search"
      placeholder={placeholder}
      value={place.value.query.get('q') ?? ''}
      onInput={({ currentTarget: { value } }) => {
        clearTimeout(timer.current);
        const ended = Object.fromEntries(leaves.map((name) => [name, '']));
        timer.current = setTimeout(() => setQuery({ q: value, ...ended }, true), typingMs);
      }}
    />
  );
}
