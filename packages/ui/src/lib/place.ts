import { signal } from '@preact/signals';

export interface Place {
  readonly path: string;
  readonly query: URLSearchParams;
}

/** Where the page is: everything that a link has to carry is in here. */
export const place = signal<Place>({ path: '/', query: new URLSearchParams() });

function read(): void {
  place.value = { path: location.pathname, query: new URLSearchParams(location.search) };
}

/** Goes somewhere, as a link does. */
export function go(address: string, { replace = false } = {}): void {
  history[replace ? 'replaceState' : 'pushState'](null, '', address);
  read();
}

/** Changes parameters of the address; an empty value removes one. */
export function setQuery(
  changes: Readonly<Record<string, string | readonly string[]>>,
  replace = false,
): void {
  const { path, query } = place.peek();
  const next = withChanges(query, changes).toString();
  go(next === '' ? path : `${path}?${next}`, { replace });
}

export function withChanges(
  query: URLSearchParams,
  changes: Readonly<Record<string, string | readonly string[]>>,
): URLSearchParams {
  const next = new URLSearchParams(query);
  for (const [name, value] of Object.entries(changes)) {
    next.delete(name);
    for (const item of typeof value === 'string' ? [value] : value) {
      if (item !== '') {
        next.append(name, item);
      }
    }
  }
  return next;
}

/** Where to be after signing in: here, or where it began when it came back with a problem. */
export function placeAfter({ path, query }: Place): string {
  if (path !== '/sign-in') {
    const text = query.toString();
    return text === '' ? path : `${path}?${text}`;
  }
  const to = query.get('to') ?? '/';
  return /^\/(?![/\\])/.test(to) ? to : '/';
}

/** Follows the browser's buttons, and links within the page. */
export function followPlace(): void {
  read();
  addEventListener('popstate', read);
  document.addEventListener('click', (event) => {
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    const own = link?.origin === location.origin && !link.hasAttribute('download') && link.target === '';
    if (link && own && event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      go(`${link.pathname}${link.search}`);
    }
  });
}

/** Links of falcosidekick-ui, which stand behind the #, and where they lead now. */
export function oldPlace(hash: string): string | null {
  const [, page = '', search = ''] = /^#\/(dashboard|events|info|login)(\?.*)?$/.exec(hash) ?? [];
  if (page === '') {
    return null;
  }
  const old = new URLSearchParams(search);
  const query = new URLSearchParams();
  for (const name of ['priority', 'rule', 'source', 'hostname', 'tags']) {
    const value = old.get(name);
    if (value !== null && value !== '') {
      query.set(name, value);
    }
  }
  const since = /^(\d+)\s*(s|m|h|d|w|M|y)/.exec((old.get('since') ?? '').replace('min', 'm'));
  if (since) {
    query.set('from', `${since[1] ?? ''}${since[2] ?? ''}`);
  }
  const filter = old.get('filter') ?? '';
  if (filter !== '') {
    query.set('q', filter);
  }
  const path = { dashboard: '/', events: '/events', info: '/settings', login: '/' }[page] ?? '/';
  const text = query.toString();
  return text === '' ? path : `${path}?${text}`;
}
