/** What a scan tells of itself while it runs. */
export interface ScanProgress {
  /** What it does now: a phrase such as `reading layers`. */
  readonly phase: (name: string) => void;
  readonly layers: (total: number) => void;
  readonly layerDone: (known: boolean) => void;
  readonly bytes: (what: 'download' | 'layer', count: number) => void;
  readonly files: (count: number) => void;
  /** Takes away what was drawn. */
  readonly end: () => void;
}

export type ProgressForm = 'line' | 'json' | 'none';

interface State {
  phase: string;
  layers: number;
  layersDone: number;
  layersKnown: number;
  downloaded: number;
  read: number;
  files: number;
}

const firstMs = 1000;
const stepMs = 100;
const jsonStepMs = 250;

/** Progress in one form: a line that is drawn anew once a second went by, JSON lines, or nothing. */
export function scanProgress(
  form: ProgressForm,
  write: (text: string) => void,
  nowMs: () => number,
): ScanProgress {
  const state: State = {
    phase: '',
    layers: 0,
    layersDone: 0,
    layersKnown: 0,
    downloaded: 0,
    read: 0,
    files: 0,
  };
  const start = nowMs();
  let last = form === 'line' ? start + firstMs - stepMs : Number.NEGATIVE_INFINITY;
  let drawn = false;
  function show(isImportant: boolean): void {
    const now = nowMs();
    if (form === 'json' && (isImportant || now - last >= jsonStepMs)) {
      last = now;
      write(`${JSON.stringify({ ms: Math.round(now - start), ...state })}\n`);
    } else if (form === 'line' && now - last >= stepMs) {
      last = now;
      drawn = true;
      write(`\r\u001b[2K${line(state)}`);
    }
  }
  return {
    phase: (name) => {
      state.phase = name;
      show(true);
    },
    layers: (total) => {
      state.layers = total;
      show(true);
    },
    layerDone: (known) => {
      state.layersDone++;
      state.layersKnown += known ? 1 : 0;
      show(true);
    },
    bytes: (what, count) => {
      if (what === 'download') {
        state.downloaded += count;
      } else {
        state.read += count;
      }
      show(false);
    },
    files: (count) => {
      state.files += count;
      show(false);
    },
    end: () => {
      if (drawn) {
        write('\r\u001b[2K');
      }
    },
  };
}

function line({ phase, layers, layersDone, downloaded, read, files }: State): string {
  const parts = [
    phase,
    ...(layers > 0 ? [`${layersDone} of ${layers} layers`] : []),
    ...(files > 0 ? [`${files.toLocaleString('en')} files`] : []),
    ...(downloaded > 0 ? [`${megabytes(downloaded)} downloaded`] : []),
    ...(read > 0 ? [`${megabytes(read)} read`] : []),
  ];
  return parts.join(' · ');
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
}
