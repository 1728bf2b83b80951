import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { call, may } from '../api/client.ts';
import { Chip, Empty, Panel, Shown, Title } from '../components/basic.tsx';
import { Dialog } from '../components/dialog.tsx';
import { Form } from '../components/form.tsx';
import { Table } from '../components/table.tsx';
import { since } from '../lib/format.ts';
import { useLoaded } from '../lib/load.ts';
import { go, place } from '../lib/place.ts';
import { changeSaved, type SavedView, savedViews } from '../lib/saved-views.ts';
import { now } from '../lib/settings.ts';
import { attempt } from '../lib/toast.ts';

/** All saved views, to open, rename, share and remove. */
export function Saved(): JSX.Element {
  const [renamed, setRenamed] = useState<SavedView | null>(null);
  const all = savedViews.value;
  return (
    <>
      <Title title="Saved views" />
      <div class="stack">
        <Panel title="Yours, and those that are shared">
          {all.length === 0 ? (
            <Empty title="Nothing is saved yet">
              Filter a view as you need it, and choose “Save view …” below the views.
            </Empty>
          ) : (
            <Table heads={['Name', 'Place', 'By', 'Changed', { title: 'Act', as: 'hidden' }]}>
              {all.map((view) => (
                <Row key={view.id} view={view} onRename={() => setRenamed(view)} />
              ))}
            </Table>
          )}
        </Panel>
      </div>
      {renamed !== null && <Rename view={renamed} onClose={() => setRenamed(null)} />}
    </>
  );
}

function Row({ view, onRename }: { readonly view: SavedView; readonly onRename: () => void }): JSX.Element {
  const { id, name, place: to, isShared, by, changedMs, mayChange } = view;
  const params = { id };
  return (
    <tr>
      <td>
        <a href={`/saved/${id}`}>{name}</a> {isShared && <Chip kind="open">shared</Chip>}
      </td>
      <td class="mono small">{to}</td>
      <td>{by}</td>
      <td class="nowrap">{since(changedMs, now.value)}</td>
      <td class="acts">
        <button class="plain" onClick={() => copyLink(id)}>
          Copy link
        </button>
        {mayChange && (
          <>
            <button class="plain" onClick={onRename}>
              Rename …
            </button>
            {(isShared || may('triage')) && (
              <button
                class="plain"
                onClick={() => {
                  void changeSaved(async () => {
                    await call('changeSavedView', { params, body: { isShared: !isShared } });
                    return isShared ? `Only ${by} sees “${name}” now` : `Everybody sees “${name}” now`;
                  });
                }}
              >
                {isShared ? 'Stop sharing' : 'Share'}
              </button>
            )}
            <button
              class="plain"
              onClick={() => {
                void changeSaved(async () => {
                  await call('removeSavedView', { params });
                  return `“${name}” is removed`;
                });
              }}
            >
              Remove
            </button>
          </>
        )}
      </td>
    </tr>
  );
}

function copyLink(id: string): void {
  void attempt(async () => {
    await navigator.clipboard.writeText(`${location.origin}/saved/${id}`);
    return 'The link is copied';
  });
}

function Rename({ view, onClose }: { readonly view: SavedView; readonly onClose: () => void }): JSX.Element {
  return (
    <Dialog title="Rename" onClose={onClose}>
      <Form
        onSend={(typed) => {
          void changeSaved(async () => {
            const name = typed('name');
            await call('changeSavedView', { params: { id: view.id }, body: { name } });
            return `It is called “${name}” now`;
          }).then((ok) => {
            if (ok) {
              onClose();
            }
          });
        }}
      >
        <label>
          Name
          <input name="name" required maxLength={80} value={view.name} autofocus />
        </label>
        <button class="primary">Rename</button>
      </Form>
    </Dialog>
  );
}

/** A link to a saved view: leads to where it points now. */
export function OpenSaved(): JSX.Element {
  const id = place.value.path.slice('/saved/'.length);
  const loaded = useLoaded(`saved ${id}`, async (signal) => {
    const { place: to } = await call('getSavedView', { params: { id }, signal });
    go(to, { replace: true });
  });
  return (
    <>
      <Title title="Saved view" />
      <Shown of={loaded}>{() => null}</Shown>
    </>
  );
}
