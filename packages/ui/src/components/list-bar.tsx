import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

/** So long nobody moves it before rows are asked for. */
const restMs = 150;

/**
 * The scroll bar of a list that is too long for one: it goes over the whole list, stands where the rows in sight are, and
 * takes the list to wherever it is moved.
 */
export function ListBar({
  label,
  min,
  max,
  step,
  at,
  textOf,
  onMove,
}: {
  readonly label: string;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  /** Of the first row in sight. */
  readonly at: number;
  readonly textOf: (at: number) => string;
  readonly onMove: (at: number) => void;
}): JSX.Element {
  // While it is moved it stands where it is moved to, and until the rows of there have come.
  const [moved, setMoved] = useState<number | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => {
    setMoved(null);
  }, [at]);
  const value = Math.max(min, Math.min(max, moved ?? at));
  const text = textOf(value);
  return (
    <input
      type="range"
      class="list-bar"
      aria-label={label}
      aria-valuetext={text}
      title={text}
      min={min}
      max={max}
      step={step}
      value={value}
      onInput={({ currentTarget: { valueAsNumber } }) => {
        setMoved(valueAsNumber);
        clearTimeout(timer.current);
        timer.current = setTimeout(() => {
          onMove(valueAsNumber);
        }, restMs);
      }}
    />
  );
}
