import { signal } from '@preact/signals';
import { type Answer, call } from '../api/client.ts';
import type { Place } from './place.ts';
import { attempt } from './toast.ts';

export type SavedView = Answer<'listSavedViews'>['views'][number];

/** The own ones and those that are shared; empty before they are loaded. */
export const savedViews = signal<readonly SavedView[]>([]);

export async function loadSavedViews(): Promise<void> {
  savedViews.value = (await call('listSavedViews')).views;
}

/** Carries out a change of saved views, says what came of it, and shows them anew. */
export function changeSaved(work: () => Promise<string>): Promise<boolean> {
  return attempt(async () => {
    const said = await work();
    await loadSavedViews();
    return said;
  });
}

/** What is worth keeping of an address: all but the one row that is open, and a page in the middle of a list. */
export function placeToSave({ path, query }: Place): string {
  const kept = new URLSearchParams([...query].filter(([name]) => !['sel', 'before', 'at'].includes(name)));
  const text = kept.toString();
  return text === '' ? path : `${path}?${text}`;
}

/** A name to begin with: what the view is called, and the values that it is filtered by. */
export function nameToSave({ query }: Place, title: string): string {
  const values = [...query].flatMap(([name, value]) =>
    ['sel', 'before', 'at', 'from', 'to', 'live'].includes(name) || value.length < 2 ? [] : [value],
  );
  return [title, ...values].join(' · ').slice(0, 80);
}
