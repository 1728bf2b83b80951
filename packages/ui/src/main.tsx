import { type JSX, render } from 'preact';
import { useEffect } from 'preact/hooks';
import { call, nobody, session } from './api/client.ts';
import { Empty, Title } from './components/basic.tsx';
import { Shell } from './components/shell.tsx';
import { followPlace, go, oldPlace, place, placeAfter } from './lib/place.ts';
import { followWidth } from './lib/narrow.ts';
import { followTitle } from './lib/page-title.ts';
import { startSettings } from './lib/settings.ts';
import { say } from './lib/toast.ts';
import { Audit } from './views/audit.tsx';
import { Destinations } from './views/destinations.tsx';
import { Events } from './views/events.tsx';
import { Inventory } from './views/inventory.tsx';
import { Overview } from './views/overview.tsx';
import { People } from './views/people.tsx';
import { Rules } from './views/rules.tsx';
import { Secrets, Vulnerabilities } from './views/findings.tsx';
import { OpenSaved, Saved } from './views/saved.tsx';
import { WeeklyReport } from './views/report.tsx';
import { Settings } from './views/settings.tsx';
import { Silences } from './views/silences.tsx';
import { SetUp, SignIn } from './views/sign-in.tsx';
import { views } from './views/views.ts';

const components: Readonly<Record<string, () => JSX.Element>> = {
  '/': Overview,
  '/events': Events,
  '/vulnerabilities': Vulnerabilities,
  '/secrets': Secrets,
  '/inventory': Inventory,
  '/rules': Rules,
  '/report': WeeklyReport,
  '/destinations': Destinations,
  '/saved': Saved,
  '/settings': Settings,
  '/silences': Silences,
  '/people': People,
  '/audit': Audit,
};

function App(): JSX.Element | null {
  const state = session.value;
  const { path } = place.value;
  const isWaiting = path === '/sign-in' && (state?.you ?? null) !== null;
  useEffect(() => {
    if (isWaiting) {
      go(placeAfter(place.peek()), { replace: true });
    }
  }, [isWaiting]);
  if (state === null || isWaiting) {
    return null;
  }
  if (state.you === null) {
    return path === '/setup' ? <SetUp /> : <SignIn isEmpty={state.setup} />;
  }
  const View = path.startsWith('/saved/') ? OpenSaved : components[path];
  return <Shell>{View === undefined ? <Nowhere /> : <View key={path} />}</Shell>;
}

function Nowhere(): JSX.Element {
  return (
    <>
      <Title title="Not found" />
      <Empty title="There is nothing at this address">
        <a href="/">To the overview</a>
      </Empty>
    </>
  );
}

/** `g` and a letter go to a view, from everywhere but a field. */
function followKeys(): void {
  let isGoing = false;
  document.addEventListener('keydown', (event) => {
    const inField =
      event.target instanceof Element && event.target.closest('input, select, textarea, dialog') !== null;
    if (inField || event.ctrlKey || event.metaKey || event.altKey || (session.peek()?.you ?? null) === null) {
      return;
    }
    if (isGoing) {
      const view = views.find(({ key }) => key === event.key);
      if (view !== undefined) {
        event.preventDefault();
        go(view.path);
      }
    }
    isGoing = event.key === 'g' && !isGoing;
  });
}

async function start(): Promise<void> {
  startSettings();
  followPlace();
  followKeys();
  followTitle();
  followWidth();
  const old = oldPlace(location.hash);
  if (old !== null) {
    go(old, { replace: true });
  }
  try {
    session.value = await call('sessionState');
  } catch (error) {
    session.value = nobody;
    say(String(error), true);
  }
  const root = document.getElementById('app');
  if (root !== null) {
    render(<App />, root);
  }
}

void start();
