import { accessRoutes } from './access.ts';
import { agentRoutes } from './agents.ts';
import { alertRoutes, calmRoutes } from './alerts.ts';
import { findingRoutes } from './findings.ts';
import { reportRoutes } from './report.ts';
import { ruleRoutes } from './rules.ts';
import { savedViewRoutes } from './saved-views.ts';
import { destinationRoutes, serverRoutes } from './server.ts';
import { viewRoutes } from './views.ts';

/** All operations of the HTTP API. */
export const apiRoutes = {
  ...accessRoutes,
  ...agentRoutes,
  ...alertRoutes,
  ...calmRoutes,
  ...findingRoutes,
  ...reportRoutes,
  ...ruleRoutes,
  ...destinationRoutes,
  ...serverRoutes,
  ...savedViewRoutes,
  ...viewRoutes,
};
export type ApiRoutes = typeof apiRoutes;
