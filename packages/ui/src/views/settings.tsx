import type { JSX } from 'preact';
import { call, session } from '../api/client.ts';
import { Chip, Panel, Shown, Title } from '../components/basic.tsx';
import { Download } from '../components/download.tsx';
import { Form } from '../components/form.tsx';
import { SearchBox } from '../components/search-box.tsx';
import { Table } from '../components/table.tsx';
import { valueText } from '../lib/format.ts';
import { useLoaded } from '../lib/load.ts';
import { place, setQuery } from '../lib/place.ts';
import { attempt } from '../lib/toast.ts';

/** Every setting with its origin, and the own password. */
export function Settings(): JSX.Element {
  const loaded = useLoaded('settings', (signal) => call('configuration', { signal }));
  const { query } = place.value;
  const text = (query.get('q') ?? '').toLowerCase();
  const isAll = query.get('all') === '1';
  return (
    <>
      <Title title="Settings">
        <SearchBox placeholder="Key" />
        <button
          class={isAll ? 'switch on' : 'switch'}
          aria-pressed={isAll}
          onClick={() => setQuery({ all: isAll ? '' : '1' })}
        >
          Defaults too
        </button>
        {loaded.value !== null && (
          <Download
            name="settings"
            table={() => ({
              columns: ['key', 'value', 'from'],
              rows: (loaded.value?.settings ?? []).map(({ key, value, from }) => [
                key,
                valueText(value),
                from,
              ]),
              items: loaded.value?.settings ?? [],
            })}
          />
        )}
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
                <Table heads={['Key', 'Value', 'From']}>
                  {rows.map(({ key, value, from }) => (
                    <tr key={key}>
                      <td class="mono">{key}</td>
                      <td class="mono">{valueText(value)}</td>
                      <td>
                        <Chip kind={from === 'default' ? '' : 'open'}>{from}</Chip>
                      </td>
                    </tr>
                  ))}
                </Table>
              );
            }}
          </Shown>
        </Panel>
        {session.value?.you?.hasPassword === true && <Password />}
      </div>
    </>
  );
}

function Password(): JSX.Element {
  return (
    <Panel title="Your password">
      <Form
        onSend={(typed, form) => {
          void attempt(async () => {
            await call('changePassword', {
              body: { current: typed('current'), next: typed('next') },
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
      </Form>
    </Panel>
  );
}
