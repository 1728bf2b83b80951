/**
 * Why somebody was not signed in by the provider: it cannot be reached; it does not accept the client; the clocks
 * differ; no role, or no name, is left for them; the state is over, was used, or began in another browser; the provider
 * or the person said no; the answer is not as it should be; too many tries.
 */
export const signInProblems = [
  'unreachable',
  'client',
  'clock',
  'role',
  'name',
  'over',
  'used',
  'browser',
  'denied',
  'answer',
  'limited',
] as const;
export type SignInProblem = (typeof signInProblems)[number];
