import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';

/** Rows beyond those in sight that exist already, so that nothing is empty while one scrolls quickly. */
const around = 30;

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
  onFirst,
  end = null,
}: {
  readonly rows: readonly T[];
  readonly rowHeight: number;
  readonly keyOf: (row: T) => string;
  readonly draw: (row: T, index: number) => JSX.Element;
  /** The row that is kept in sight. */
  readonly active: number;
  readonly onEnd: () => void;
  readonly label: string;
  /** More are asked for when so few rows are left below those in sight. */
  readonly ahead?: number;
  /** Told of the first row in sight. */
  readonly onFirst?: (index: number) => void;
  /** What stands below the last row. */
  readonly end?: ComponentChildren;
}): JSX.Element {
  const box = useRef<HTMLDivElement>(null);
  const [view, setView] = useState({ top: 0, height: 800 });
  const first = Math.max(0, Math.floor(view.top / rowHeight) - around);
  const seen = Math.ceil((view.top + view.height) / rowHeight);
  const last = Math.min(rows.length, seen + around);
  const top = Math.floor(view.top / rowHeight);
  useEffect(() => {
    onFirst?.(top);
  }, [top, rows]);
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
      const activeTop = active * rowHeight;
      if (activeTop < element.scrollTop) {
        element.scrollTop = activeTop;
      } else if (activeTop + rowHeight > element.scrollTop + element.clientHeight) {
        element.scrollTop = activeTop + rowHeight - element.clientHeight;
      }
    }
  }, [active]);
  useEffect(() => {
    if (rows.length > 0 && seen >= rows.length - ahead) {
      onEnd();
    }
  }, [seen, rows.length]);
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
      {end}
    </div>
  );
}
