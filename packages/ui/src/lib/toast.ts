import { signal } from '@preact/signals';
import { Failure } from '../api/client.ts';

export interface Toast {
  readonly text: string;
  readonly isError: boolean;
}

export const toast = signal<Toast | null>(null);
let timer: ReturnType<typeof setTimeout> | undefined;

/** Says something in passing; errors stay longer. */
export function say(text: string, isError = false): void {
  toast.value = { text, isError };
  clearTimeout(timer);
  timer = setTimeout(
    () => {
      toast.value = null;
    },
    isError ? 10_000 : 4000,
  );
}

/** Carries out a change and says what came of it, unless there is nothing to say. False when it failed. */
export async function attempt(work: () => Promise<string>): Promise<boolean> {
  try {
    const text = await work();
    if (text !== '') {
      say(text);
    }
    return true;
  } catch (error) {
    say(error instanceof Failure ? `${error.message} ${error.hint}` : String(error), true);
    return false;
  }
}
