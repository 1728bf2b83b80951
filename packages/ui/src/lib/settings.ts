import { effect, signal } from '@preact/signals';
import { isZone, type Zone } from './zone.ts';

export type Theme = 'system' | 'dark' | 'light';

/** What somebody likes on this machine; nothing of it leaves the browser. */
export const theme = signal<Theme>('system');
export const zone = signal<Zone>('local');

/** The time that texts such as `3 min ago` count from. */
export const now = signal(Date.now());

export function startSettings(): void {
  const kept = read('lanner.theme');
  theme.value = kept === 'dark' || kept === 'light' ? kept : 'system';
  const keptZone = read('lanner.zone') ?? 'local';
  zone.value = isZone(keptZone) ? keptZone : 'local';
  effect(() => {
    if (theme.value === 'system') {
      delete document.documentElement.dataset['theme'];
    } else {
      document.documentElement.dataset['theme'] = theme.value;
    }
    keep('lanner.theme', theme.value);
  });
  effect(() => {
    keep('lanner.zone', zone.value);
  });
  setInterval(() => {
    now.value = Date.now();
  }, 5000);
}

// Storage can be switched off; the page then forgets.
function read(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

function keep(name: string, value: string): void {
  try {
    localStorage.setItem(name, value);
  } catch {
    return;
  }
}
