import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { call, may, session } from '../api/client.ts';
import { go, place } from '../lib/place.ts';
import { theme, zone } from '../lib/settings.ts';
import { attempt, toast } from '../lib/toast.ts';
import { namedZones } from '../lib/zone.ts';
import { SavedNav } from './saved-nav.tsx';
import { views } from '../views/views.ts';

/** Navigation around what is shown. */
export function Shell({ children }: { readonly children: ComponentChildren }): JSX.Element {
  const { path } = place.value;
  const you = session.value?.you;
  const aside = useRef<HTMLElement>(null);
  // On a phone the views lie in a row, of which the one that is shown is brought into sight.
  useEffect(() => {
    aside.current?.querySelector('[aria-current]')?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [path]);
  return (
    <div class="shell">
      <a class="skip" href="#main">
        To the content
      </a>
      <aside aria-label="Lanner" ref={aside}>
        <a class="brand" href="/">
          Lanner
        </a>
        <nav aria-label="Views">
          {views
            .filter(({ admin }) => admin !== true || may('admin'))
            .map(({ path: to, title, icon }) => (
              <a key={to} href={to} aria-current={to === path ? 'page' : undefined}>
                <svg viewBox="0 0 16 16" aria-hidden="true">
                  <path d={icon} />
                </svg>
                <span>{title}</span>
              </a>
            ))}
        </nav>
        <SavedNav />
        <div class="foot">
          <label>
            <span>Theme</span>
            <select
              value={theme.value}
              onChange={({ currentTarget: { value } }) => {
                theme.value = value === 'dark' || value === 'light' ? value : 'system';
              }}
            >
              <option value="system">System</option>
              <option value="dark">Dark</option>
              <option value="light">Light</option>
            </select>
          </label>
          <label>
            <span>Times</span>
            <select
              value={zone.value}
              onChange={({ currentTarget: { value } }) => {
                zone.value = value;
              }}
            >
              <option value="local">Local</option>
              <option value="utc">UTC</option>
              <optgroup label="Of a place">
                {namedZones().map((name) => (
                  <option key={name} value={name}>
                    {name}
                  </option>
                ))}
              </optgroup>
            </select>
          </label>
          <div class="who">
            <span title={`${you?.name ?? ''}, role ${you?.role ?? ''}`}>{you?.name}</span>
            <button class="plain" onClick={signOut}>
              Sign out
            </button>
          </div>
        </div>
      </aside>
      <main id="main" tabIndex={-1}>
        {children}
      </main>
      <div class="toasts" role="status">
        {toast.value && <div class={toast.value.isError ? 'toast error' : 'toast'}>{toast.value.text}</div>}
      </div>
    </div>
  );
}

function signOut(): void {
  void attempt(async () => {
    const { goTo } = await call('signOut');
    if (goTo !== null) {
      location.assign(goTo);
    }
    session.value = await call('sessionState');
    go('/');
    return 'Signed out';
  });
}
