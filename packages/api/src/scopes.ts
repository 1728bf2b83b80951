/** What a token, or a person's role, may do. Each scope stands alone; `admin` has all. */
export const scopes = ['view', 'triage', 'admin', 'intake', 'agent'] as const;
export type Scope = (typeof scopes)[number];

/** What people may do, each more than the one before: look, act on alerts and findings, change everything. */
export const roles = ['view', 'triage', 'admin'] as const;
export type Role = (typeof roles)[number];
