import type { accessRoutes, SessionState } from '@lanner/api/http';
import { AppError, type Log } from '@lanner/core';
import type { OidcProvider } from '../../oidc/provider.ts';
import { Refusal } from '../../oidc/refusal.ts';
import type { AuditLog } from '../../store/document-store.ts';
import type { Principal } from '../tokens.ts';
import { setCookie } from '../admission.ts';
import type { Call, Handlers } from '../api.ts';
import type { FirstRun } from '../first-run.ts';
import { oidcStart } from '../oidc-routes.ts';
import { RateLimit } from '../rate-limit.ts';
import type { Session, Sessions } from '../sessions.ts';
import { ownerOf, type SavedViews } from '../saved-views.ts';
import type { User, Users } from '../users.ts';

export interface AccessParts {
  readonly users: Users;
  readonly sessions: Sessions;
  readonly firstRun: FirstRun;
  readonly savedViews: SavedViews;
  readonly audit: AuditLog;
  /** Whether the page is reached by TLS. */
  readonly secure: boolean;
  /** Null where people sign in with passwords only. */
  readonly provider: OidcProvider | null;
  readonly log: Log;
}

/** Tries to sign in: ten at once from an address, then one in ten seconds; twice that for one name from everywhere. */
const byAddress = { burst: 10, perSecond: 0.1 };
const byName = { burst: 20, perSecond: 0.2 };

/** Signing in and out, the first run, passwords and people. */
export function accessHandlers(parts: AccessParts): Handlers<typeof accessRoutes> {
  const spare = tries();
  return { ...beginHandlers(parts, spare), ...sessionHandlers(parts, spare), ...peopleHandlers(parts) };
}

type AccessHandlers = Handlers<typeof accessRoutes>;
type Spare = (call: Call, name: string) => void;

function tries(): Spare {
  const addresses = new RateLimit(byAddress.burst, byAddress.perSecond);
  const names = new RateLimit(byName.burst, byName.perSecond);
  return (call, name) => {
    if (!addresses.take(call.address, call.nowMs) || !names.take(name.toLowerCase(), call.nowMs)) {
      throw new AppError('access.limited', 'too many tries to sign in', {
        hint: 'Wait ten seconds.',
        details: { retryAfterMs: 10_000 },
      });
    }
  };
}

function beginHandlers(parts: AccessParts, spare: Spare): Pick<AccessHandlers, 'signIn' | 'setUp'> {
  const { users, firstRun, audit } = parts;
  const note = (call: Call, by: string, action: string): Promise<void> =>
    audit.append({ atMs: call.nowMs, by, action, target: '', details: {}, address: call.address });
  return {
    async signIn(call) {
      const { name, password } = call.body;
      spare(call, name);
      const user = await users.check(name, password);
      if (user === null) {
        await note(call, name.slice(0, 64), 'session.refused');
        throw new AppError('access.unknown', 'name or password is wrong', {
          hint: 'Try again, or ask an administrator for a new password.',
        });
      }
      await note(call, user.name, 'session.begin');
      return begin(parts, call, user);
    },
    async setUp(call) {
      const { secret, name, password } = call.body;
      spare(call, name);
      const user = await firstRun.use(secret, () => users.create(name, 'admin', password, call.nowMs));
      if (user === null) {
        throw new AppError('access.denied', 'this link does not work', {
          hint:
            firstRun.secret !== null
              ? 'Take the one that the server printed last; each start prints a new one.'
              : 'Somebody is set up already: sign in.',
        });
      }
      await note(call, user.name, 'user.setup');
      return begin(parts, call, user);
    },
  };
}

function sessionHandlers(
  parts: AccessParts,
  spare: Spare,
): Pick<AccessHandlers, 'sessionState' | 'signOut' | 'changePassword'> {
  const { users, sessions, secure } = parts;
  return {
    sessionState({ principal, session }) {
      return Promise.resolve(stateOf(parts, principal, session));
    },
    async signOut(call) {
      if (call.session !== null) {
        await sessions.end(call.session.id);
      }
      call.answerHeaders.append('set-cookie', setCookie(null, secure));
      return { ok: true, goTo: call.session === null ? null : await logoutAddress(parts, call.session) };
    },
    async changePassword(call) {
      const { name } = call.principal;
      if (call.session === null) {
        throw new AppError('usage.invalid', 'a token has no password', { hint: 'Sign in on the page.' });
      }
      const provider = users.get(name)?.provider ?? null;
      if (provider !== null) {
        throw new AppError('usage.invalid', `you sign in by ${provider}`, {
          hint: 'Change your password there.',
        });
      }
      spare(call, name);
      if ((await users.check(name, call.body.current)) === null) {
        throw new AppError('access.denied', 'the current password is another one');
      }
      await users.change(name, { password: call.body.next });
      await sessions.endOf(name, call.session.id);
      return { ok: true };
    },
  };
}

function peopleHandlers({
  users,
  sessions,
  savedViews,
}: AccessParts): Pick<AccessHandlers, 'listUsers' | 'createUser' | 'changeUser' | 'removeUser'> {
  return {
    listUsers() {
      return Promise.resolve({ users: users.list() });
    },
    createUser({ body: { name, role, password }, nowMs }) {
      return users.create(name, role, password, nowMs);
    },
    async changeUser({ params: { name = '' }, body }) {
      const user = await users.change(name, body);
      if (body.password !== undefined) {
        await sessions.endOf(user.name);
      }
      return user;
    },
    async removeUser({ params: { name = '' } }) {
      const user = await users.remove(name);
      await sessions.endOf(user.name);
      await savedViews.removeOf(ownerOf({ name: user.name, isPerson: true }));
      return { ok: true };
    },
  };
}

/** Where the browser goes to end its session with the provider; null where it need not, or cannot. */
async function logoutAddress(
  { users, provider, log }: AccessParts,
  { user }: Session,
): Promise<string | null> {
  const isTheirs = (users.get(user)?.provider ?? null) !== null;
  if (provider === null || !provider.settings.logout || !isTheirs) {
    return null;
  }
  try {
    return (await provider.endSessionUrl(provider.settings.pageOrigin))?.href ?? null;
  } catch (error) {
    if (error instanceof Refusal) {
      log.warn('the session with the provider goes on', { why: error.why, reason: error.message });
      return null;
    }
    throw error;
  }
}

async function begin(parts: AccessParts, call: Call, user: User): Promise<SessionState> {
  const { sessions, secure } = parts;
  const { secret, session } = await sessions.open(user.name, call.nowMs);
  call.answerHeaders.append('set-cookie', setCookie(secret, secure));
  return stateOf(parts, { name: user.name, scopes: [user.role] }, session);
}

function stateOf(
  { users, provider }: AccessParts,
  { name, scopes }: Principal,
  session: Session | null,
): SessionState {
  const user = session === null ? null : users.get(name);
  return {
    setup: users.size === 0,
    you:
      scopes.length === 0
        ? null
        : {
            name,
            role: user?.role ?? null,
            scopes: [...scopes],
            hasPassword: user !== null && user.provider === null,
          },
    csrf: session?.csrf ?? null,
    provider: provider === null ? null : { title: provider.settings.title, start: oidcStart },
  };
}
