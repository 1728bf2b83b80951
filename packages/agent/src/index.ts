export { AgentClient, serverUrl } from './client.ts';
export { enrol, type EnrolInput, type JoinToken, parseJoinToken } from './enrolment.ts';
export { type Identity, readIdentity, validityOf, writeIdentity } from './identity.ts';
export { AgentLink, type LinkOptions, type LinkStats, type RulesTaker } from './link.ts';
export { parseServedRules } from './served-rules.ts';
export type { ReadLimits } from './spool/cursor.ts';
export { type RecordKind, recordKinds, type SpoolItem, type SpoolRecord } from './spool/record.ts';
export { Spool, type SpoolOptions } from './spool/spool.ts';
