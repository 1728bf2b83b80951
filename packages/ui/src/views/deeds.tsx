import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { type Answer, call } from '../api/client.ts';
import { Shown } from '../components/basic.tsx';
import { Dialog } from '../components/dialog.tsx';
import { Form } from '../components/form.tsx';
import { silenceConditions } from '../lib/event-query.ts';
import { effectLines } from '../lib/exception-effect.ts';
import { count } from '../lib/format.ts';
import { useLoaded } from '../lib/load.ts';
import { attempt } from '../lib/toast.ts';

/** Something to do to the groups of a query that needs a word more. */
export interface Deed {
  readonly kind: 'assign' | 'comment' | 'silence' | 'exception';
  readonly query: URLSearchParams;
}

const titles = { assign: 'Assign', comment: 'Comment', silence: 'Silence', exception: 'Exception' };

export function acknowledge(query: URLSearchParams): Promise<boolean> {
  return attempt(async () => groupsText(await act(query, { kind: 'acknowledge' }), 'acknowledged'));
}

export function reopen(query: URLSearchParams): Promise<boolean> {
  return attempt(async () => groupsText(await act(query, { kind: 'reopen' }), 'open again'));
}

async function act(
  query: URLSearchParams,
  body: NonNullable<Parameters<typeof call<'triageAlerts'>>[1]>['body'],
): Promise<number> {
  return (await call('triageAlerts', { query, body })).groups;
}

function groupsText(groups: number, what: string): string {
  return `${count(groups)} ${groups === 1 ? 'group is' : 'groups are'} ${what}`;
}

export function DeedDialog({
  deed,
  onDone,
  onClose,
}: {
  readonly deed: Deed;
  readonly onDone: () => void;
  readonly onClose: () => void;
}): JSX.Element {
  return (
    <Dialog title={titles[deed.kind]} onClose={onClose}>
      {deed.kind === 'exception' ? (
        <Exception query={deed.query} onDone={onDone} />
      ) : (
        <Simple kind={deed.kind} query={deed.query} onDone={onDone} />
      )}
    </Dialog>
  );
}

const hours = [
  [1, 'an hour'],
  [24, 'a day'],
  [168, 'a week'],
  [720, '30 days'],
] as const;

function Simple({
  kind,
  query,
  onDone,
}: {
  readonly kind: 'assign' | 'comment' | 'silence';
  readonly query: URLSearchParams;
  readonly onDone: () => void;
}): JSX.Element {
  const carryOut = async (text: string, forHours: number): Promise<string> => {
    if (kind === 'assign') {
      return groupsText(
        await act(query, { kind, to: text === '' ? null : text }),
        text === '' ? 'nobody’s' : `${text}’s`,
      );
    }
    if (kind === 'comment') {
      return groupsText(await act(query, { kind, text }), 'commented');
    }
    await call('createSilence', {
      body: {
        conditions: silenceConditions(query),
        reason: text,
        expiresMs: Date.now() + forHours * 3_600_000,
      },
    });
    return 'The silence begins';
  };
  const labels = { assign: 'To whom (empty: nobody)', comment: 'Comment', silence: 'Why' };
  return (
    <Form
      onSend={(typed) => {
        void attempt(() => carryOut(typed('text').trim(), Number(typed('hours')))).then((ok) => {
          if (ok) {
            onDone();
          }
        });
      }}
    >
      <label>
        {labels[kind]}
        {kind === 'comment' ? (
          <textarea name="text" required rows={4} maxLength={10_000} />
        ) : (
          <input name="text" required={kind === 'silence'} maxLength={200} />
        )}
      </label>
      {kind === 'silence' && (
        <>
          <label>
            For
            <select name="hours" defaultValue="24">
              {hours.map(([value, text]) => (
                <option key={value} value={value} selected={value === 24}>
                  {text}
                </option>
              ))}
            </select>
          </label>
          <p class="muted">
            Nobody is told of alerts of these groups until then. They are kept and counted all the same.
          </p>
        </>
      )}
      <button class="primary">{titles[kind]}</button>
    </Form>
  );
}

/** Proposes an exception of the alerts, says what it would have hidden, and saves it. */
function Exception({
  query,
  onDone,
}: {
  readonly query: URLSearchParams;
  readonly onDone: () => void;
}): JSX.Element {
  const [fields, setFields] = useState('');
  const loaded = useLoaded(`${query.toString()} ${fields}`, (signal) =>
    call('proposeException', {
      query,
      body: fields === '' ? {} : { fields: fields.split(/[\s,]+/).filter((name) => name !== '') },
      signal,
    }),
  );
  return (
    <div class="form">
      <Shown of={loaded}>
        {({ proposal, effect }) => (
          <>
            <p>
              For <b>{proposal.rule}</b>
            </p>
            <Effect effect={effect} />
            <label>
              Fields that tell it apart
              <input
                value={fields === '' ? proposal.fields.join(', ') : fields}
                onChange={({ currentTarget: { value } }) => setFields(value)}
              />
            </label>
            <pre tabIndex={0}>{effect.text}</pre>
            <button
              class="primary"
              onClick={() => {
                void attempt(async () => {
                  const { applied } = await call('saveException', { body: proposal });
                  return applied
                    ? 'The exception is saved and in force here; agents take it within seconds.'
                    : 'The exception is saved; agents take it within seconds.';
                }).then((ok) => {
                  if (ok) {
                    onDone();
                  }
                });
              }}
            >
              Save
            </button>
          </>
        )}
      </Shown>
    </div>
  );
}

function Effect({ effect }: { readonly effect: Answer<'proposeException'>['effect'] }): JSX.Element {
  return (
    <>
      {effectLines(effect).map((line) => (
        <p key={line}>{line}</p>
      ))}
    </>
  );
}
