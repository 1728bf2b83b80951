import { createHash, createHmac } from 'node:crypto';

export interface AwsCredentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Empty for keys that do not expire. */
  readonly sessionToken: string;
}

interface SignInput {
  readonly method: string;
  /** Its path is taken as it stands: percent-encoded once, as S3 wants it. */
  readonly url: URL;
  /** All are signed; names in lower case, and `host` among them is not needed. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer | string;
  readonly region: string;
  readonly service: string;
  readonly credentials: AwsCredentials;
  readonly now: Date;
}

/** Headers with a signature of version 4, as AWS and what is compatible with it want them. */
export function signed(input: SignInput): Record<string, string> {
  const { url, body, region, service, credentials, now } = input;
  const time = now.toISOString().replace(/[-:]|\.\d+/g, '');
  const headers: Record<string, string> = {
    ...input.headers,
    host: url.host,
    'x-amz-content-sha256': sha256(body),
    'x-amz-date': time,
    ...(credentials.sessionToken === '' ? {} : { 'x-amz-security-token': credentials.sessionToken }),
  };
  const scope = `${time.slice(0, 8)}/${region}/${service}/aws4_request`;
  const names = Object.keys(headers).sort();
  const text = ['AWS4-HMAC-SHA256', time, scope, sha256(canonicalRequest(input, headers, names))].join('\n');
  let key: Buffer = Buffer.from(`AWS4${credentials.secretAccessKey}`);
  for (const part of scope.split('/')) {
    key = createHmac('sha256', key).update(part).digest();
  }
  const signature = createHmac('sha256', key).update(text).digest('hex');
  const credential = `${credentials.accessKeyId}/${scope}`;
  headers.authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
  return headers;
}

function canonicalRequest(
  { method, url, body }: SignInput,
  headers: Readonly<Record<string, string>>,
  names: readonly string[],
): string {
  const query = [...url.searchParams]
    .map(([name, value]) => `${encodePart(name)}=${encodePart(value)}`)
    .sort()
    .join('&');
  const lines = names.map((name) => `${name}:${(headers[name] ?? '').trim().replace(/ +/g, ' ')}\n`);
  return [method, url.pathname, query, lines.join(''), names.join(';'), sha256(body)].join('\n');
}

/** Percent-encodes everything but what RFC 3986 leaves alone. */
export function encodePart(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function sha256(data: Buffer | string): string {
  return createHash('sha256').update(data).digest('hex');
}
