import { type FolderHelper, FolderFiles, type FolderWalkOptions } from '../folder-walk.ts';
import type { FolderRound } from '../folder-rounds.ts';
import type { LayerShare } from '../layer-share.ts';
import { plainError, revived } from './plain-error.ts';
import type { FromAnalysis, FromLane, Port, ToLane } from './protocol.ts';

/** Another thread that serves the same protocol. */
export type Lane = Port<FromLane, ToLane>;

/** What a thread does to help another one with a folder. */
export class Help {
  readonly #files: FolderFiles;
  #failure: { readonly error: unknown } | null = null;

  constructor(root: string, isOverlay: boolean, options: FolderWalkOptions) {
    const overlay = isOverlay ? { overlay: { opaque: [] } } : {};
    this.#files = new FolderFiles(root, { ...options, ...overlay, isShare: true });
  }

  take(round: FolderRound): void {
    try {
      this.#files.take(round);
    } catch (error) {
      // The other thread is told when it asks.
      this.#failure ??= { error };
    }
  }

  answer(): FromLane {
    return this.#failure === null
      ? { kind: 'helped', share: this.#files.analyzer.share() }
      : { kind: 'not-helped', error: plainError(this.#failure.error) };
  }
}

/** Another thread as a helper, with one folder after the other. `onOther` gets what it tells besides. */
export function helperOver(lane: Lane, onOther: (message: FromAnalysis) => void): FolderHelper {
  let waiting: { resolve: (share: LayerShare) => void; reject: (error: Error) => void } | null = null;
  lane.onMessage((message) => {
    if (message.kind === 'helped') {
      waiting?.resolve(message.share);
    } else if (message.kind === 'not-helped') {
      waiting?.reject(revived(message.error));
    } else {
      onOther(message);
    }
  });
  return {
    start: (root, isOverlay) => lane.send({ kind: 'help', root, isOverlay }),
    give: (round) => lane.send({ kind: 'round', round }),
    finish: () =>
      new Promise((resolve, reject) => {
        waiting = { resolve, reject };
        lane.send({ kind: 'rounds-over' });
      }),
  };
}
