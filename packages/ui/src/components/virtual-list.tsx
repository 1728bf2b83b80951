import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

const around = 10;

/** Rows of one height, of which only those in sight exist. Asks for more before the end comes in sight. */
export function VirtualList<T>({
  rows,
  rowHeight,
  keyOf,
  draw,
  active,
  onEnd,
  label,
  ahead = around,
}: {
  readonly rows: readonly T[];
  readonly rowHeight: number;
  readonly keyOf: (row: T) => string;
  readonly draw: (row: T, index: number) => JSX.Element;
  /** The row that is kept in sight. */
  readonly active: number;
  readonly onEnd: () => void;
  readonly label: string;
  /** How many rows before the end more are asked for. */
  readonly ahead?: number;
}): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 800 });
  const first = Math.max(0, Math.floor(view.top / rowHeight) - around);
  const last = Math.min(rows.length, Math.ceil((view.top + view.height) / rowHeight) + around);
  useEffect(() => {
    const element = box.current;
    if (element === null) {
      return undefined;
    }
    const observer = new ResizeObserver(() => {
      setView({ top: element.scrollTop, height: element.clientHeight });
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
    };
  }, []);
  useEffect(() => {
    const element = box.current;
    if (element !== null && active >= 0) {
      const top = active * rowHeight;
      if (top < element.scrollTop) {
        element.scrollTop = top;
      } else if (top + rowHeight > element.scrollTop + element.clientHeight) {
        element.scrollTop = top + rowHeight - element.clientHeight;
      }
    }
  }, [active]);
  useEffect(() => {
    if (rows.length > 0 && last >= rows.length - ahead) {
      onEnd();
    }
  }, [last, rows.length]);
  return (
    <div
      class="rows"
      ref={box}
      tabIndex={0}
      role="list"
      aria-label={label}
      onScroll={({ currentTarget }) => {
        setView({ top: currentTarget.scrollTop, height: currentTarget.clientHeight });
      }}
    >
      <div role="presentation" style={{ height: `${first * rowHeight}px` }} />
      {rows.slice(first, last).map((row, i) => (
        <div role="listitem" key={keyOf(row)}>
          {draw(row, first + i)}
        </div>
      ))}
      <div role="presentation" style={{ height: `${(rows.length - last) * rowHeight}px` }} />
    </div>
  );
}
