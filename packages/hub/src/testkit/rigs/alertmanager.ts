import type { HttpRig } from '../rig.ts';

interface PostedAlert {
  readonly annotations: { readonly description: string };
}

export const rig: HttpRig = {
  over: 'http',
  secrets: ['am-header-secret'],
  settings: (base) => ({ hostport: [base], customheaders: { Authorization: 'Bearer am-header-secret' } }),
  outputs: ({ body }) =>
    (JSON.parse(body) as PostedAlert[]).map(({ annotations }) => annotations.description),
};
