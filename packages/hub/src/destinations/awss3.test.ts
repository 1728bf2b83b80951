import { eventJson } from '@lanner/api';
import { expect, test } from 'vitest';
import { sampleEvent } from '../testkit/events.ts';
import { postedBy } from '../testkit/posted.ts';
import { destination } from './awss3.ts';

const keys = { '.aws.accesskeyid': 'AK', '.aws.secretaccesskey': 'SK' };
const environment =
  (variables: Record<string, string>): ((name: string) => string | undefined) =>
  (name) =>
    variables[name];

test('an object is named by the event, and signed', async () => {
  const [posted] = await postedBy(
    destination,
    { bucket: 'alerts', prefix: 'falco', '.aws.region': 'eu-central-1', ...keys },
    [sampleEvent()],
  );
  expect(posted?.method).toBe('PUT');
  expect(posted?.url).toBe(
    'https://alerts.s3.eu-central-1.amazonaws.com/falco/2026-11-24/' +
      `2026-11-24T09%3A46%3A16.105082194Z-${sampleEvent().uuid}.json`,
  );
  expect(posted?.body).toBe(eventJson(sampleEvent()));
  expect(posted?.headers).toMatchObject({
    'x-amz-acl': 'bucket-owner-full-control',
    'x-amz-date': '20261124T233000Z',
    authorization: expect.stringContaining('Credential=AK/20261124/eu-central-1/s3/aws4_request') as string,
  });
});

test.each([
  [{ bucket: 'b', endpoint: 'http://minio:9000/' }, 'http://minio:9000/b/falco/'],
  [{ bucket: 'a.b', '.aws.region': 'us-east-1' }, 'https://s3.us-east-1.amazonaws.com/a.b/falco/'],
  [{ bucket: 'b', '.aws.region': 'cn-north-1' }, 'https://b.s3.cn-north-1.amazonaws.com.cn/falco/'],
])('%j leads to %s', async (values, start) => {
  const [posted] = await postedBy(destination, { ...values, ...keys }, [sampleEvent()]);
  expect(posted?.url.startsWith(start)).toBe(true);
});

test('credentials and region come from the environment, or from the file of profiles', async () => {
  const values = { bucket: 'b' };
  const [first] = await postedBy(destination, values, [sampleEvent()], {
    effects: {
      environment: environment({
        AWS_ACCESS_KEY_ID: 'E1',
        AWS_SECRET_ACCESS_KEY: 's',
        AWS_SESSION_TOKEN: 't',
        AWS_REGION: 'us-west-2',
      }),
    },
  });
  expect(first?.headers).toMatchObject({ 'x-amz-security-token': 't' });
  expect(first?.headers.authorization).toContain('Credential=E1/20261124/us-west-2/');
  const file =
    '[default]\naws_access_key_id = D\naws_secret_access_key=s\n[other]\naws_access_key_id=F1\naws_secret_access_key = s\n';
  const [second] = await postedBy(destination, values, [sampleEvent()], {
    effects: {
      environment: environment({ AWS_PROFILE: 'other', AWS_DEFAULT_REGION: 'us-west-1', HOME: '/h' }),
      readFile: (path) => Promise.resolve(Buffer.from(path === '/h/.aws/credentials' ? file : '')),
    },
  });
  expect(second?.headers.authorization).toContain('Credential=F1/20261124/us-west-1/');
});

test('what is missing is told at the start', async () => {
  const effects = { readFile: () => Promise.reject(new Error('none')) };
  await expect(postedBy(destination, { bucket: 'b' }, [], { effects })).rejects.toThrow(
    'no credentials for AWS',
  );
  await expect(postedBy(destination, { bucket: 'b', ...keys }, [])).rejects.toThrow('region of the bucket');
});
