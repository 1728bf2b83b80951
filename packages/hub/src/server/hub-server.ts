import { createAdaptorServer } from '@hono/node-server';
import { getConnInfo } from '@hono/node-server/conninfo';
import {
  agentRoutes,
  accessRoutes,
  alertRoutes,
  calmRoutes,
  destinationRoutes,
  findingRoutes,
  reportRoutes,
  ruleRoutes,
  savedViewRoutes,
  serverRoutes,
  viewRoutes,
} from '@lanner/api/http';
import type { Log } from '@lanner/core';
import type { Context } from 'hono';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AlertTail } from '../alert-tail.ts';
import type { Silences } from '../calm/silences.ts';
import type { DestinationSet } from '../delivery/destination-set.ts';
import type { EventIntake } from '../intake/event-intake.ts';
import type { ServerTls } from '../intake/intake-server.ts';
import type { Store } from '../store/store.ts';
import type { Tokens } from './tokens.ts';
import { Api } from './api.ts';
import { agentHandlers, type AgentsPart } from './handlers/agents.ts';
import { accessHandlers } from './handlers/access.ts';
import { alertHandlers } from './handlers/alerts.ts';
import { calmHandlers } from './handlers/calm.ts';
import { findingHandlers } from './handlers/findings.ts';
import { reportHandlers } from './handlers/report.ts';
import { destinationHandlers, serverHandlers, type ServerFacts } from './handlers/server.ts';
import { viewHandlers } from './handlers/views.ts';
import { ruleHandlers } from './handlers/rules.ts';
import type { RulesPart } from '../rules/rules-part.ts';
import type { FirstRun } from './first-run.ts';
import { addOidc } from './oidc-routes.ts';
import { Attempts } from '../oidc/attempts.ts';
import type { OidcProvider } from '../oidc/provider.ts';
import { addLiveTail } from './live-tail.ts';
import { addPage, type Page } from './page.ts';
import { RateLimit } from './rate-limit.ts';
import type { Sessions } from './sessions.ts';
import type { Users } from './users.ts';
import { savedViewHandlers } from './handlers/saved-views.ts';
import type { SavedViews } from './saved-views.ts';
import { addSidekickUi } from './sidekick-ui.ts';
import { type Listening, listenOn, type ListenPlace } from '../lib/listen-on.ts';

export interface HubServerOptions extends ServerFacts {
  readonly store: Store;
  readonly tail: AlertTail;
  readonly tokens: Tokens;
  readonly users: Users;
  readonly sessions: Sessions;
  readonly firstRun: FirstRun;
  readonly savedViews: SavedViews;
  /** Whether the page is reached by TLS. */
  readonly secure: boolean;
  /** Null where people sign in with passwords only. */
  readonly provider: OidcProvider | null;
  readonly silences: Silences;
  readonly destinations: DestinationSet;
  readonly intake: EventIntake;
  /** Null where no agents are taken. */
  readonly agents: AgentsPart | null;
  /** Null where nobody knows the rule language. */
  readonly rules: RulesPart | null;
  /** Null where the page was not built. */
  readonly page: Page | null;
  readonly uuid: () => string;
  readonly now: () => number;
  readonly log: Log;
}

/** The whole HTTP API, without a port. */
export function hubApi(options: HubServerOptions, stop: AbortSignal): Api {
  const { store, tail, tokens, silences, destinations, intake, uuid, now, provider } = options;
  const addressOf = (context: Context): string => getConnInfo(context).remote.address ?? '';
  const api = new Api({
    ...options,
    audit: store.audit,
    limit: new RateLimit(200, 50),
    failures: new RateLimit(20, 0.2),
    addressOf,
  });
  addLiveTail(api, { tail, alerts: store.alerts, now, stop });
  api.add(accessRoutes, accessHandlers({ ...options, audit: store.audit }));
  api.add(alertRoutes, alertHandlers(store.alerts));
  api.add(calmRoutes, calmHandlers(store.alerts, silences, store.documents, options.rules));
  api.add(ruleRoutes, ruleHandlers(options.rules, store.alerts, silences, options.agents));
  api.add(findingRoutes, findingHandlers(store.findings, store.documents, options.scan));
  api.add(reportRoutes, reportHandlers(store));
  api.add(destinationRoutes, destinationHandlers(destinations, store, uuid));
  api.add(savedViewRoutes, savedViewHandlers(options.savedViews));
  api.add(serverRoutes, serverHandlers(store, tokens, options));
  api.add(viewRoutes, viewHandlers(options));
  if (provider !== null) {
    addOidc(api, { ...options, provider, attempts: new Attempts(), audit: store.audit, addressOf });
  }
  api.add(agentRoutes, agentHandlers(options.agents));
  addPage(api.app, options.page);
  addSidekickUi(api, { alerts: store.alerts, intake, now });
  return api;
}

/** Throws AppError 'server.listen'. */
export function listen(
  api: Api,
  { tls, ...place }: ListenPlace & { readonly tls: ServerTls | null },
): Promise<Listening> {
  const { fetch } = api.app;
  const server =
    tls === null
      ? createAdaptorServer({ fetch, createServer })
      : createAdaptorServer({
          fetch,
          createServer: createTlsServer,
          serverOptions: { cert: tls.cert, key: tls.key, minVersion: 'TLSv1.2' },
        });
  // It is one of HTTP/1.1 by what makes it.
  return listenOn(server as Server, place, { breakOff: true });
}
