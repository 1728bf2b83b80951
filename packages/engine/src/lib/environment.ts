import type { Thread } from '../state.ts';
import { mainThread } from './threads.ts';

/** The variables of a thread's process, `NAME=value` each; the thread's own where the leader is not known. */
export function environmentOf(thread: Thread): readonly string[] {
  return (mainThread(thread) ?? thread).env;
}

/** The value of one variable without the spaces around it; '' where there is none or it is empty. */
export function environmentValue(thread: Thread, name: string): string {
  for (const variable of environmentOf(thread)) {
    if (variable.startsWith(name) && variable[name.length] === '=' && variable.length > name.length + 1) {
      return trimSpaces(variable, name.length + 1);
    }
  }
  return '';
}

function trimSpaces(text: string, from: number): string {
  let start = from;
  while (text[start] === ' ') {
    start++;
  }
  let end = text.length;
  while (end > start && text[end - 1] === ' ') {
    end--;
  }
  return text.slice(start, end);
}
