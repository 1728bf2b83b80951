// Loads the web framework and the schemas: a face of its own, so that agents and `detect` do without them.
export { type Api } from '../server/api.ts';
export { hubApi, type HubServerOptions, listen } from '../server/hub-server.ts';
export { agentFamilies } from '../agents/agent-families.ts';
export { AgentIntake } from '../agents/agent-intake.ts';
export { AgentAuthority } from '../agents/authority.ts';
export { AgentRegistry } from '../agents/registry.ts';
export { startAgentServer } from '../agents/agent-server.ts';
export type { AgentsPart } from '../server/handlers/agents.ts';
export { type Page, pageOf } from '../server/page.ts';
export type { RulesPart, RuleTrial, TrialVerdict } from '../rules/rules-part.ts';
