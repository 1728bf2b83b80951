import { type ChildProcess, spawn } from 'node:child_process';
import { setPriority } from 'node:os';
import { selfEntry } from '../scan/self.ts';

const maxMessageBytes = 64 * 2 ** 10;
/** A child that was told to end, and does not. */
const graceMs = 3000;

export interface OwnChildEnd {
  /** What it printed, cut at the limit. */
  readonly output: string;
  /** The last line on its standard error. */
  readonly lastWords: string;
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
  { maxOutputBytes, priority, takeLine = () => false }: OwnChildLimits,
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
  const [output, lastWords, status] = await Promise.all([
    collect(child.stdout, maxOutputBytes),
    lastLine(child.stderr, takeLine),
    code,
  ]);
  end();
  return { output, lastWords, status };
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

/** The last line that nobody has taken, cut at the limit. */
async function lastLine(stream: NodeJS.ReadableStream, takeLine: (line: string) => boolean): Promise<string> {
  let last = '';
  let open = '';
  const end = (line: string): void => {
    if (line.trim() !== '' && !takeLine(line)) {
      last = line.trim();
    }
  };
  for await (const chunk of stream.setEncoding('utf8') as AsyncIterable<string>) {
    const lines = (open + chunk).split('\n');
    open = (lines.pop() ?? '').slice(0, maxMessageBytes);
    lines.forEach(end);
  }
  end(open);
  return last;
}
