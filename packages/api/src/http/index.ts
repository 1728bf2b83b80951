export { agentRoutes } from './agents.ts';
export { accessRoutes, type SessionState } from './access.ts';
export {
  AlertConditions,
  alertRoutes,
  calmRoutes,
  ExceptionEffect,
  ExceptionProposal,
  liveRoutes,
  Silence,
} from './alerts.ts';
export { reportRoutes } from './report.ts';
export { findingRoutes } from './findings.ts';
export { openApiDocument } from './openapi.ts';
export { type BodyOf, defineRoute, type QueryOf, type ResultOf, type Route } from './route.ts';
export { savedViewRoutes } from './saved-views.ts';
export { type ApiRoutes, apiRoutes } from './routes.ts';
export {
  type OwnRules,
  type RuleCheck,
  type RuleCostState,
  type RuleDetail,
  type RuleDiagnostic,
  type RulePlace,
  ruleRoutes,
  type RuleState,
  type RuleTrialResult,
} from './rules.ts';
export { destinationRoutes, serverRoutes } from './server.ts';
export { AlertSummary, EventRow, viewRoutes } from './views.ts';
export { momentMs } from '../moment.ts';
export { type Role, roles, type Scope, scopes } from '../scopes.ts';
export { type SignInProblem, signInProblems } from '../sign-in-problems.ts';
