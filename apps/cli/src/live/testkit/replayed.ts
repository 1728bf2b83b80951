import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EventView } from '@lanner/engine';
import { latin1, replayCapture, StateTables } from '@lanner/sensor';
import { onTestFinished } from 'vitest';

/** A folder for captures, until the test is over. */
export function captureFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'lanner-record-'));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  return folder;
}

/** Reads a capture to its end, and gives what is known then. The events have been applied when they are handed out. */
export async function replayed(
  path: string,
  onEvent: (event: EventView, state: StateTables) => void = () => undefined,
): Promise<StateTables> {
  const state = new StateTables();
  await replayCapture(path, {
    event: new EventView(state, latin1),
    sink: state.sink,
    onEvent(event) {
      state.apply(event);
      onEvent(event, state);
    },
  });
  return state;
}
