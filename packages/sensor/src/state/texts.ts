import type { EventView } from '@lanner/engine';
import { parseCgroups } from '../lib/cgroups.ts';
import { splitTexts, unknownText } from '../lib/params.ts';
import { ByteCache } from './byte-cache.ts';
import { PathText } from './path-text.ts';

export type Cgroups = readonly (readonly [subsystem: string, path: string])[];

/** Sets of four entries and longest keys: about 1 MiB for paths and as much for lists, used as far as they fill. */
const sizes = {
  paths: { sets: 2048, maxKeyBytes: 128 },
  texts: { sets: 256, maxKeyBytes: 64 },
  lists: { sets: 64, maxKeyBytes: 4096 },
  cgroups: { sets: 16, maxKeyBytes: 4096 },
} as const;

const noTexts: readonly string[] = [];
const unknownPath = new PathText(unknownText);

/** Reads texts out of events. A text that has been seen before is the same value again, not a new one. */
export class Texts {
  readonly #paths = new ByteCache<PathText>({
    ...sizes.paths,
    decode: (event, start, end) => new PathText(decodeText(event, start, end)),
  });
  readonly #texts = new ByteCache<string>({ ...sizes.texts, decode: decodeText });
  readonly #lists = new ByteCache<readonly string[]>({
    ...sizes.lists,
    decode: (event, start, end) => splitTexts(event.decode(start, end)),
  });
  readonly #cgroups = new ByteCache<Cgroups | null>({
    ...sizes.cgroups,
    decode: (event, start, end) => parseCgroups(splitTexts(event.decode(start, end))),
  });

  /** A path parameter. */
  path(event: EventView, index: number): PathText {
    const length = event.length(index);
    if (length === 0) {
      return unknownPath;
    }
    const start = event.start(index);
    return this.#paths.get(event, start, start + length);
  }

  /** A text parameter. */
  text(event: EventView, index: number): string {
    const length = event.length(index);
    if (length === 0) {
      return unknownText;
    }
    const start = event.start(index);
    return this.#texts.get(event, start, start + length);
  }

  /** A parameter of texts that NUL bytes separate. */
  list(event: EventView, index: number): readonly string[] {
    const length = event.length(index);
    if (length === 0) {
      return noTexts;
    }
    const start = event.start(index);
    return this.#lists.get(event, start, start + length);
  }

  /** A parameter of control groups; null when it has another form. */
  cgroups(event: EventView, index: number): Cgroups | null {
    const length = event.length(index);
    if (length === 0) {
      return null;
    }
    const start = event.start(index);
    return this.#cgroups.get(event, start, start + length);
  }

  get evictions(): number {
    return this.#paths.evictions + this.#texts.evictions + this.#lists.evictions + this.#cgroups.evictions;
  }
}

// Up to the first NUL. Drivers write `(NULL)` for a text that they could not read.
function decodeText(event: EventView, start: number, end: number): string {
  const text = event.decode(start, end);
  const nul = text.indexOf('\0');
  const inner = nul < 0 ? text : text.slice(0, nul);
  return inner === '(NULL)' && nul === inner.length && end - start === inner.length + 1 ? unknownText : inner;
}
