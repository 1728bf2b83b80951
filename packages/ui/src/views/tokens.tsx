import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { type Answer, call } from '../api/client.ts';
import { Chip, Panel, Shown } from '../components/basic.tsx';
import { Form, type Typed } from '../components/form.tsx';
import { Table } from '../components/table.tsx';
import { ago, exactMoment, since } from '../lib/format.ts';
import { useLoaded } from '../lib/load.ts';
import { now, zone } from '../lib/settings.ts';
import { attempt } from '../lib/toast.ts';

const scopes = {
  view: 'looks',
  triage: 'acts on alerts and findings',
  admin: 'changes everything',
  intake: 'sends alerts',
} as const;
type Scope = keyof typeof scopes;

const lives = [
  ['1', 'a day'],
  ['30', '30 days'],
  ['90', '90 days'],
  ['365', 'a year'],
  ['', 'for ever'],
] as const;

/** Tokens of programs: what they open, when they were used last, and until when they do. */
export function Tokens(): JSX.Element {
  const loaded = useLoaded('tokens', (signal) => call('listTokens', { signal }));
  const [made, setMade] = useState<Answer<'createToken'> | null>(null);
  const act = (work: () => Promise<string>): void => {
    void attempt(work).then(loaded.reload);
  };
  return (
    <>
      <Panel title="Tokens of programs">
        <Shown of={loaded}>
          {({ tokens }) => (
            <Table heads={['Name', 'Opens', 'Made', 'Last used', 'Expires', { title: 'Act', as: 'hidden' }]}>
              {tokens.map((token) => (
                <tr key={token.id}>
                  <td>{token.name}</td>
                  <td>{token.scopes.join(', ')}</td>
                  <td class="nowrap">{since(token.createdMs, now.value)}</td>
                  <td class="nowrap">
                    {token.lastUsedMs === null ? 'never' : since(token.lastUsedMs, now.value)}
                  </td>
                  <td class="nowrap">
                    <Expiry at={token.expiresMs} />
                  </td>
                  <td>
                    <button
                      class="plain"
                      onClick={() =>
                        act(async () => {
                          await call('revokeToken', { params: { id: token.id } });
                          return `The token ${token.name} opens nothing any more`;
                        })
                      }
                    >
                      Revoke
                    </button>
                  </td>
                </tr>
              ))}
            </Table>
          )}
        </Shown>
      </Panel>
      <Panel title="New token">
        {made !== null && <Made made={made} onClose={() => setMade(null)} />}
        <Form
          onSend={(typed, form) =>
            act(async () => {
              const answer = await call('createToken', { body: bodyOf(typed) });
              setMade(answer);
              form.reset();
              return `The token ${answer.token.name} is made`;
            })
          }
        >
          <label>
            What it is for
            <input name="name" autocomplete="off" required maxLength={100} />
          </label>
          <fieldset>
            <legend>What it opens</legend>
            {Object.entries(scopes).map(([scope, text]) => (
              <label key={scope} class="check">
                <input type="checkbox" name={scope} /> {scope}: {text}
              </label>
            ))}
          </fieldset>
          <label>
            How long
            <select name="days" value="90">
              {lives.map(([days, text]) => (
                <option key={days} value={days}>
                  {text}
                </option>
              ))}
            </select>
          </label>
          <p class="muted">
            An agent of another machine joins with a token of <code>lanner server token</code>.
          </p>
          <button>Make</button>
        </Form>
      </Panel>
    </>
  );
}

function bodyOf(typed: Typed): { name: string; scopes: Scope[]; expiresMs: number | null } {
  const days = Number(typed('days'));
  return {
    name: typed('name'),
    // The names are those of the fields.
    scopes: (Object.keys(scopes) as Scope[]).filter((scope) => typed(scope) !== ''),
    expiresMs: days === 0 ? null : Date.now() + days * 86_400_000,
  };
}

function Expiry({ at }: { readonly at: number | null }): JSX.Element {
  if (at === null) {
    return <>never</>;
  }
  return at <= now.value ? (
    <Chip kind="error">expired</Chip>
  ) : (
    <span title={exactMoment(at, zone.value)}>{ago(at, now.value)}</span>
  );
}

/** The secret, once. */
function Made({
  made: { token, secret },
  onClose,
}: {
  readonly made: Answer<'createToken'>;
  readonly onClose: () => void;
}): JSX.Element {
  return (
    <div class="secret" role="status">
      <p>
        The token of <b>{token.name}</b>. It is shown this once:
      </p>
      <code>{secret}</code>
      <div>
        <button
          onClick={() => {
            void attempt(async () => {
              await navigator.clipboard.writeText(secret);
              return 'The token is copied';
            });
          }}
        >
          Copy
        </button>
        <button onClick={onClose}>Done</button>
      </div>
    </div>
  );
}
