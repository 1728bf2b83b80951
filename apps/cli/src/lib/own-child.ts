import { type ChildProcess, spawn } from 'node:child_process';
import { setPriority } from 'node:os';
import { selfEntry } from '../scan/self.ts';
import { type LastWords, lastWords } from './last-words.ts';

/** A child that was told to end, and does not. */
const graceMs = 3000;

export interface OwnChildEnd {
  /** What it printed, cut at the limit. */
  readonly output: string;
  readonly lastWords: LastWords;
  /** Null when a signal ended it, or it could not be started. */
  readonly status: number | null;
}

export interface OwnChildLimits {
  readonly maxOutputBytes: number;
  /** As nice has it; 0 is the usual one. */
  readonly priority: number;
  /** Gets lines of standard error as they come; says whether it has taken one, which then is no last word. */
  readonly takeLine?: (line: string) => boolean;
}

/** Runs another command of this program to its end; the signal ends it earlier. */
export async function runOwn(
  args: readonly string[],
  { maxOutputBytes, priority, takeLine }: OwnChildLimits,
  signal: AbortSignal,
): Promise<OwnChildEnd> {
  const { file, args: own } = selfEntry(args);
  signal.throwIfAborted();
  const child = spawn(process.execPath, [file, ...own], { stdio: ['ignore', 'pipe', 'pipe'] });
  if (child.pid !== undefined) {
    setPriority(child.pid, priority);
  }
  const end = endWith(child, signal);
  const code = new Promise<number | null>((resolve) => {
    // One that could not be started; it has no exit code.
    child.on('error', () => {
      resolve(null);
    });
    child.on('close', resolve);
  });
  const [output, words, status] = await Promise.all([
    collect(child.stdout, maxOutputBytes),
    lastWords(child.stderr.setEncoding('utf8'), takeLine),
    code,
  ]);
  end();
  return { output, lastWords: words, status };
}

/** Ends the child with the signal; gives what ends this connection of the two. */
function endWith(child: ChildProcess, signal: AbortSignal): () => void {
  let timer: NodeJS.Timeout | undefined;
  const stop = (): void => {
    child.kill('SIGTERM');
    timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
  };
  signal.addEventListener('abort', stop);
  return () => {
    clearTimeout(timer);
    signal.removeEventListener('abort', stop);
  };
}

async function collect(stream: NodeJS.ReadableStream, maxBytes: number): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= maxBytes) {
      chunks.push(chunk);
    }
  }
  return Buffer.concat(chunks).toString();
}
