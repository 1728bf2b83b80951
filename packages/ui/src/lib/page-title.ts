import { effect, signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';

/** Characters of what is looked at that a tab or a bookmark has room for. */
const mostOfDetail = 80;

const view = signal('');
const detail = signal('');

/** From now on the browser's title says what is shown: the detail that is open, the view, the program. */
export function followTitle(): void {
  effect(() => {
    document.title = titleText(detail.value, view.value);
  });
}

export function titleText(ofDetail: string, ofView: string): string {
  const shown =
    ofDetail.length > mostOfDetail ? `${ofDetail.slice(0, mostOfDetail).toWellFormed()}…` : ofDetail;
  return [shown, ofView, 'Lanner'].filter((part) => part !== '').join(' · ');
}

export function useViewTitle(title: string): void {
  useEffect(() => {
    view.value = title;
  }, [title]);
}

/** As long as something is looked at within a view; empty before it is known. */
export function useDetailTitle(title: string): void {
  useEffect(() => {
    detail.value = title;
    return () => {
      detail.value = '';
    };
  }, [title]);
}
