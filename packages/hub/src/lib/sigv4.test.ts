import { expect, test } from 'vitest';
import { signed } from './sigv4.ts';

// The examples of Amazon's documentation of S3, "Signature Calculations for the Authorization Header".
const example = {
  headers: {},
  body: '',
  region: 'us-east-1',
  service: 's3',
  credentials: {
    accessKeyId: 'AKIAIOSFODNN7EXAMPLE',
    secretAccessKey: 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY',
    sessionToken: '',
  },
  now: new Date('2013-05-24T00:00:00Z'),
};
const signature = (authorization = ''): string => /Signature=(\w+)$/.exec(authorization)?.[1] ?? '';

test('an object that is put', () => {
  const { authorization } = signed({
    ...example,
    method: 'PUT',
    url: new URL('https://examplebucket.s3.amazonaws.com/test%24file.text'),
    headers: { date: 'Fri, 24 May 2013 00:00:00 GMT', 'x-amz-storage-class': 'REDUCED_REDUNDANCY' },
    body: 'Welcome to Amazon S3.',
  });
  expect(authorization).toBe(
    'AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, ' +
      'SignedHeaders=date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class, ' +
      'Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd',
  );
});

test.each([
  ['lifecycle', '?lifecycle', 'fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543'],
  ['a list', '?max-keys=2&prefix=J', '34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7'],
])('%s that is got', (_what, query, wanted) => {
  const url = new URL(`https://examplebucket.s3.amazonaws.com/${query}`);
  expect(signature(signed({ ...example, method: 'GET', url }).authorization)).toBe(wanted);
});

test('the token of a session is signed too', () => {
  const headers = signed({
    ...example,
    method: 'GET',
    url: new URL('https://h/'),
    credentials: { ...example.credentials, sessionToken: 'tok' },
  });
  expect(headers['x-amz-security-token']).toBe('tok');
  expect(headers.authorization).toContain('x-amz-date;x-amz-security-token,');
});
