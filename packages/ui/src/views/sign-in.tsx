import type { ComponentChildren, JSX } from 'preact';
import { useState } from 'preact/hooks';
import { call, Failure, type Session, session } from '../api/client.ts';
import { FailureBox } from '../components/basic.tsx';
import { Form, type Typed } from '../components/form.tsx';
import { useViewTitle } from '../lib/page-title.ts';
import { go, place, placeAfter } from '../lib/place.ts';
import { problemOf } from '../lib/sign-in-problem.ts';

/** By the provider, or with name and password; afterwards the address is shown that was asked for. */
export function SignIn({ isEmpty }: { readonly isEmpty: boolean }): JSX.Element {
  if (isEmpty) {
    // Whom the provider calls an administrator needs no link.
    return (
      <Frame title="Nobody is set up yet">
        <Problem />
        <p>
          Open the link that the server printed when it started; it ends with <code>/setup#…</code> and makes
          you its administrator.
        </p>
        <p class="muted">
          It is gone? Start the server again: each start prints a new one until it was used.
        </p>
        <ByProvider lead="Or sign in with an account that has the role admin here." />
      </Frame>
    );
  }
  return (
    <Frame title="Sign in">
      <Problem />
      <ByProvider />
      {(session.value?.provider ?? null) !== null && <h2 class="muted">Or with a password of this server</h2>}
      <Credentials
        button="Sign in"
        autocomplete="current-password"
        send={(name, password) => call('signIn', { body: { name, password } })}
      />
    </Frame>
  );
}

/** Why signing in by the provider did not work, when the address says so. */
function Problem(): JSX.Element | null {
  const problem = problemOf(place.value);
  return problem && <FailureBox failure={new Failure(0, problem.message, problem.hint)} />;
}

function ByProvider({ lead }: { readonly lead?: string }): JSX.Element | null {
  const provider = session.value?.provider ?? null;
  if (provider === null) {
    return null;
  }
  const to = new URLSearchParams({ to: placeAfter(place.value) });
  return (
    <>
      {lead && <p>{lead}</p>}
      {/* With a target, it is a link that the browser follows, not the page. */}
      <a class="button primary" href={`${provider.start}?${to.toString()}`} target="_self">
        Sign in with {provider.title}
      </a>
    </>
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
  useViewTitle(title);
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
  const hasProvider = (session.value?.provider ?? null) !== null;
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
        <input name="name" autocomplete="username" required autofocus={!hasProvider} />
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
      <button class={hasProvider ? undefined : 'primary'} disabled={isBusy}>
        {button}
      </button>
    </Form>
  );
}
