export { type ScanProgress, scanProgressText } from './scan-progress.ts';
export { blindRule } from './alerts/blind-rule.ts';
export { type AppendOutput, FalcoConfig, type RuleSelection } from './falco-config/config.ts';
export { configKeys, type ConfigKey, removedKeys } from './falco-config/keys.ts';
export {
  type ConfigFiles,
  type IncludeStrategy,
  loadFalcoConfig,
  type LoadConfigInput,
  type LoadedConfig,
} from './falco-config/load.ts';
export type { ConfigProblem } from './falco-config/problem.ts';
export {
  type AlertFacet,
  alertFacets,
  type AlertQuery,
  type GroupStatus,
  type LineageProcess,
  type NewAlert,
  type StoredAlert,
  type Workload,
} from './alerts/alert.ts';
export { eventJson, exactJson, parseExactJson } from './alerts/event-json.ts';
export { joinInside, splitInside } from './alerts/inside.ts';
export { type FalcoEvent, type PriorityName, priorityNames } from './alerts/falco-event.ts';
export {
  type AgentAnswer,
  type AgentHealth,
  agentPaths,
  agentProtocol,
  evaluationLimits,
  type RuleEvaluation,
  type AgentRules,
  agentServerName,
  batchRecord,
  type EnrolAnswer,
  type EnrolRequest,
  enrolText,
  maxServedRulesBytes,
  noteLimits,
  protocolHeader,
  recordEnd,
  type RenewAnswer,
  type RenewRequest,
  renewText,
  type RuleItem,
  type ServedRules,
  servedRulesLimits,
  spoolHeader,
  type SpoolStats,
  understands,
} from './agents/protocol.ts';
export { type AgentRulesState, rulesStateOf } from './agents/rules-state.ts';
export { momentMs } from './moment.ts';
export { type Role, roles, type Scope, scopes } from './scopes.ts';
export { type SignInProblem, signInProblems } from './sign-in-problems.ts';
