import { useState } from 'preact/hooks';
import { may } from '../api/client.ts';
import { useKeys } from '../lib/keys.ts';
import { place, setQuery } from '../lib/place.ts';
import type { Row } from './alert-row.tsx';
import { acknowledge, type Deed } from './deeds.tsx';

export interface Choice {
  /** The alert whose details are shown. */
  readonly active: string | null;
  readonly index: number;
  /** Groups that the next deed is for. */
  readonly marked: ReadonlySet<string>;
  readonly mark: (fingerprint: string) => void;
  readonly clear: () => void;
}

export function useChosen(rows: readonly Row[]): Choice {
  const active = place.value.query.get('sel');
  const [marked, setMarked] = useState<ReadonlySet<string>>(new Set());
  return {
    active,
    index: active === null ? -1 : rows.findIndex(({ alert }) => alert.id === active),
    marked,
    mark: (fingerprint) => {
      setMarked((old) => {
        const next = new Set(old);
        if (!next.delete(fingerprint)) {
          next.add(fingerprint);
        }
        return next;
      });
    },
    clear: () => {
      setMarked(new Set());
    },
  };
}

/** Groups as a query of them. */
export function queryOf(fingerprints: Iterable<string>): URLSearchParams {
  return new URLSearchParams([...fingerprints].map((value) => ['fingerprint', value]));
}

/** j and k go through the rows, Enter and Escape open and close, x marks, a acknowledges, s silences, e excepts, c comments. */
export function useEventKeys({
  rows,
  chosen,
  setDeed,
  reload,
}: {
  readonly rows: readonly Row[];
  readonly chosen: Choice;
  readonly setDeed: (deed: Deed) => void;
  readonly reload: () => void;
}): void {
  const current = rows[chosen.index];
  const move = (step: number): void => {
    const next = rows[Math.max(0, Math.min(rows.length - 1, chosen.index + step))]?.alert;
    if (next !== undefined) {
      setQuery({ sel: next.id }, true);
    }
  };
  const query = queryOf(
    chosen.marked.size > 0 ? chosen.marked : current === undefined ? [] : [current.fingerprint],
  );
  const canAct = query.size > 0 && may('triage');
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    Escape: () => setQuery({ sel: '' }, true),
    '/': () => document.getElementById('search')?.focus(),
    ...(current === undefined ? {} : { x: () => chosen.mark(current.fingerprint) }),
    ...(canAct
      ? {
          a: () => {
            void acknowledge(query).then(reload);
          },
          s: () => setDeed({ kind: 'silence', query }),
          c: () => setDeed({ kind: 'comment', query }),
          e: () => setDeed({ kind: 'exception', query }),
        }
      : {}),
  });
}
