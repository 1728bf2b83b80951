import type { HttpRig } from '../rig.ts';

export const rig: HttpRig = {
  over: 'http',
  secrets: ['s3-access-key-id', 's3-secret-access-key'],
  settings: (base) => ({
    bucket: 'alerts',
    endpoint: base,
    '.aws.accesskeyid': 's3-access-key-id',
    '.aws.secretaccesskey': 's3-secret-access-key',
  }),
  outputs: ({ body }) => [(JSON.parse(body) as { output: string }).output],
};
