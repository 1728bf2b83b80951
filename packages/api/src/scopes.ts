/** What a token, or a person's role, may do. Each scope stands alone; `admin` has all. */
export const scopes = ['view', 'triage', 'admin', 'intake', 'agent'] as const;
export type Scope = (typeof scopes)[number];
