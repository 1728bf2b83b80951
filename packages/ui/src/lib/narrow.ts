import { signal } from '@preact/signals';

/** As in styles/narrow.css. */
const query = '(max-width: 800px)';

/** Whether the window has the width of a phone: rows of lists then have two lines. */
export const isNarrow = signal(false);

export function followWidth(): void {
  const matches = matchMedia(query);
  isNarrow.value = matches.matches;
  matches.addEventListener('change', () => {
    isNarrow.value = matches.matches;
  });
}
