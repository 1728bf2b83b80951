import type { JSX } from 'preact';
import { call, session } from '../api/client.ts';
import { Chip, Panel, Shown, Title } from '../components/basic.tsx';
import { useLoaded } from '../lib/load.ts';
import { place, setQuery } from '../lib/place.ts';
import { attempt } from '../lib/toast.ts';
import { typed } from '../lib/form.ts';

/** Every setting with its origin, and the own password. */
export function Settings(): JSX.Element {
  const loaded = useLoaded('settings', (signal) => call('configuration', { signal }));
  const { query } = place.value;
  const text = (query.get('q') ?? '').toLowerCase();
  const isAll = query.get('all') === '1';
  return (
    <>
      <Title title="Settings">
        <input
          type="search"
          aria-label="Search"
          placeholder="Key"
          value={query.get('q') ?? ''}
          onInput={({ currentTarget: { value } }) => setQuery({ q: value }, true)}
        />
        <button
          class={isAll ? 'switch on' : 'switch'}
          aria-pressed={isAll}
          onClick={() => setQuery({ all: isAll ? '' : '1' })}
        >
          Defaults too
        </button>
      </Title>
      <div class="stack">
        <Panel title="Effective configuration">
          <Shown of={loaded}>
            {({ settings }) => {
              const rows = settings.filter(
                ({ key, from }) =>
                  key.toLowerCase().includes(text) && (isAll || text !== '' || from !== 'default'),
              );
              return rows.length === 0 ? (
                <p class="muted pad">
                  Nothing differs from the defaults. “Defaults too” shows all {settings.length} keys.
                </p>
              ) : (
                <table>
                  <thead>
                    <tr>
                      <th>Key</th>
                      <th>Value</th>
                      <th>From</th>
                    </tr>
                  </thead>
                  <tbody>
                    {rows.map(({ key, value, from }) => (
                      <tr key={key}>
                        <td class="mono">{key}</td>
                        <td class="mono">{typeof value === 'string' ? value : JSON.stringify(value)}</td>
                        <td>
                          <Chip kind={from === 'default' ? '' : 'open'}>{from}</Chip>
                        </td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              );
            }}
          </Shown>
        </Panel>
        {(session.value?.csrf ?? null) !== null && <Password />}
      </div>
    </>
  );
}

function Password(): JSX.Element {
  return (
    <Panel title="Your password">
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          const form = event.currentTarget;
          const values = new FormData(form);
          void attempt(async () => {
            await call('changePassword', {
              body: { current: typed(values, 'current'), next: typed(values, 'next') },
            });
            form.reset();
            return 'Your password is changed; your other sessions have ended.';
          });
        }}
      >
        <label>
          Now
          <input name="current" type="password" autocomplete="current-password" required />
        </label>
        <label>
          New (12 characters at least)
          <input name="next" type="password" autocomplete="new-password" required minLength={12} />
        </label>
        <button>Change</button>
      </form>
    </Panel>
  );
}
