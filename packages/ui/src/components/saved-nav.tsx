import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { call, may } from '../api/client.ts';
import { type Place, place } from '../lib/place.ts';
import { changeSaved, loadSavedViews, nameToSave, placeToSave, savedViews } from '../lib/saved-views.ts';
import { attempt } from '../lib/toast.ts';
import { views } from '../views/views.ts';
import { Dialog } from './dialog.tsx';
import { Form } from './form.tsx';

/** More are under `/saved`. */
const mostShown = 12;

/** Saved views below the views, and the way to save the one that is shown. */
export function SavedNav(): JSX.Element {
  const [saving, setSaving] = useState<Place | null>(null);
  useEffect(() => {
    void attempt(async () => {
      await loadSavedViews();
      return '';
    });
  }, []);
  const all = savedViews.value;
  const here = placeToSave(place.value);
  return (
    <nav class="saved" aria-label="Saved views">
      {all.slice(0, mostShown).map(({ id, name, place: to }) => (
        <a key={id} href={to} aria-current={to === here ? 'page' : undefined} title={name}>
          <span>{name}</span>
        </a>
      ))}
      <div>
        <button class="plain" onClick={() => setSaving(place.value)}>
          Save view …
        </button>
        {all.length > 0 && <a href="/saved">All {all.length}</a>}
      </div>
      {saving !== null && <Saving of={saving} onClose={() => setSaving(null)} />}
    </nav>
  );
}

function Saving({ of, onClose }: { readonly of: Place; readonly onClose: () => void }): JSX.Element {
  const title = views.find(({ path }) => path === of.path)?.title ?? 'View';
  return (
    <Dialog title="Save this view" onClose={onClose}>
      <Form
        onSend={(typed) => {
          void changeSaved(async () => {
            const name = typed('name');
            await call('createSavedView', {
              body: { name, place: placeToSave(of), isShared: typed('shared') !== '' },
            });
            return `“${name}” is saved`;
          }).then((ok) => {
            if (ok) {
              onClose();
            }
          });
        }}
      >
        <label>
          Name
          <input name="name" required maxLength={80} value={nameToSave(of, title)} autofocus />
        </label>
        {may('triage') && (
          <label class="check">
            <input type="checkbox" name="shared" /> Everybody sees it
          </label>
        )}
        <p class="muted">View, filters and time are kept as the address has them.</p>
        <button class="primary">Save</button>
      </Form>
    </Dialog>
  );
}
