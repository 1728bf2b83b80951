import type { HttpRig } from '../rig.ts';

export const rig: HttpRig = {
  over: 'http',
  secrets: ['influx-password'],
  settings: (base) => ({ hostport: base, user: 'me', password: 'influx-password' }),
  // A line: measurement and tags, one field, a time; commas, blanks and quotes of texts are escaped.
  outputs: ({ body }) =>
    body.split('\n').map((line) => {
      const [, field] =
        /^events(?:,(?:\\.|[^ ,=\\])+=(?:\\.|[^ ,=\\]|\\)+)+ value="((?:\\.|[^"\\])*)" \d+$/.exec(line) ?? [];
      if (field === undefined) {
        throw new Error(`not line protocol: ${line}`);
      }
      return field.replace(/\\(.)/g, '$1');
    }),
  accept: () => ({ status: 204 }),
};
