import type { SignInProblem } from '@lanner/api/http';
import type { Place } from './place.ts';

interface Text {
  readonly message: string;
  readonly hint: string;
}

const texts: Readonly<Record<SignInProblem, Text>> = {
  unreachable: {
    message: 'The provider cannot be reached from this server.',
    hint: 'Try again in a moment; an administrator finds the reason in the log.',
  },
  client: {
    message: 'The provider does not accept this server.',
    hint: 'An administrator has to check the client and its secret, here and with the provider.',
  },
  clock: {
    message: 'The clocks of this server and of the provider differ too much.',
    hint: 'An administrator has to set them.',
  },
  role: {
    message: 'You have no role here.',
    hint: 'Ask whoever manages your account with the provider for one of the groups that may come in.',
  },
  name: { message: 'Your name is taken here.', hint: 'Ask an administrator.' },
  over: { message: 'This sign-in took too long, or the server was started anew.', hint: 'Begin again.' },
  used: { message: 'This sign-in was used already.', hint: 'Begin again.' },
  browser: {
    message: 'This sign-in began in another browser, under another address of this page, or without cookies.',
    hint: 'Begin again here, and allow cookies.',
  },
  denied: {
    message: 'The provider did not let you in.',
    hint: 'Begin again, or ask whoever manages your account there.',
  },
  answer: {
    message: 'The answer of the provider cannot be trusted.',
    hint: 'An administrator finds the reason in the log.',
  },
  limited: { message: 'Too many people try to sign in from here.', hint: 'Wait half a minute.' },
};

/** What an address says about signing in that did not work; null when it says nothing. Its texts are all from here. */
export function problemOf({ path, query }: Place): Text | null {
  const name = query.get('problem') ?? '';
  if (path !== '/sign-in' || !Object.hasOwn(texts, name)) {
    return null;
  }
  // It has just been looked up.
  const { message, hint } = texts[name as SignInProblem];
  const [ref = ''] = /^[0-9a-f]{8}$/.exec(query.get('ref') ?? '') ?? [];
  return { message, hint: ref === '' ? hint : `${hint} In the log it is ${ref}.` };
}
