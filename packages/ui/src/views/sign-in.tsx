import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import { call, Failure, type Session, session } from '../api/client.ts';
import { FailureBox } from '../components/basic.tsx';
import { Form, type Typed } from '../components/form.tsx';
import { go } from '../lib/place.ts';

/** Name and password; afterwards the address is shown that was asked for. */
export function SignIn({ isEmpty }: { readonly isEmpty: boolean }): JSX.Element {
  if (isEmpty) {
    return (
      <Frame title="Nobody is set up yet">
        <p>
          Open the link that the server printed when it started; it ends with <code>/setup#…</code> and makes
          you its administrator.
        </p>
        <p class="muted">
          It is gone? Start the server again: each start prints a new one until it was used.
        </p>
      </Frame>
    );
  }
  return (
    <Frame title="Sign in">
      <Credentials
        button="Sign in"
        autocomplete="current-password"
        send={(name, password) => call('signIn', { body: { name, password } })}
      />
    </Frame>
  );
}

/** The first run: who opens the printed link becomes the administrator. */
export function SetUp(): JSX.Element {
  const [secret] = useState(location.hash.slice(1));
  return (
    <Frame title="Welcome">
      <p>Choose your name and password. You will be the administrator of this server.</p>
      <Credentials
        button="Begin"
        autocomplete="new-password"
        send={async (name, password) => {
          const state = await call('setUp', { body: { secret, name, password } });
          go('/', { replace: true });
          return state;
        }}
      />
    </Frame>
  );
}

function Frame({
  title,
  children,
}: {
  readonly title: string;
  readonly children: ComponentChildren;
}): JSX.Element {
  return (
    <main class="sign-in">
      <p class="brand">Lanner</p>
      <h1>{title}</h1>
      {children}
    </main>
  );
}

function Credentials({
  button,
  autocomplete,
  send,
}: {
  readonly button: string;
  readonly autocomplete: 'current-password' | 'new-password';
  readonly send: (name: string, password: string) => Promise<Session>;
}): JSX.Element {
  const [failure, setFailure] = useState<Failure | null>(null);
  const [isBusy, setBusy] = useState(false);
  const submit = async (typed: Typed): Promise<void> => {
    setBusy(true);
    try {
      session.value = await send(typed('name'), typed('password'));
    } catch (error) {
      setFailure(error instanceof Failure ? error : new Failure(0, String(error), ''));
      setBusy(false);
    }
  };
  return (
    <Form
      onSend={(typed) => {
        void submit(typed);
      }}
    >
      <label>
        Name
        <input name="name" autocomplete="username" required autofocus />
      </label>
      <label>
        Password
        <input
          name="password"
          type="password"
          autocomplete={autocomplete}
          required
          minLength={autocomplete === 'new-password' ? 12 : undefined}
        />
      </label>
      {autocomplete === 'new-password' && <p class="muted">12 characters at least.</p>}
      {failure && <FailureBox failure={failure} />}
      <button class="primary" disabled={isBusy}>
        {button}
      </button>
    </Form>
  );
}
