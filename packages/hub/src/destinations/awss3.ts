import { eventJson } from '@lanner/api';
import { AppError } from '@lanner/core';
import { defineDestination, type DestinationEffects, type DestinationSettings } from '../destination.ts';
import { awsCredentials } from '../lib/aws-credentials.ts';
import { oneByOne } from '../lib/events.ts';
import { GoTime } from '../lib/go-time.ts';
import { openHttpClient, readUrl } from '../lib/http-client.ts';

export const destination = defineDestination({
  id: 'awss3',
  title: 'Amazon S3',
  doc: 'One object an alert, the event as JSON, in S3 or what is compatible with it.',
  sidekick: { section: 'aws.s3', enabledBy: ['bucket'], metricName: 'awss3', audience: 'machines' },
  async open(settings, effects) {
    const { encodePart, signed } = await import('../lib/sigv4.ts');
    const { crc32 } = await import('node:zlib');
    const credentials = await awsCredentials(settings, effects);
    const region = regionOf(settings, effects);
    const base = bucketAddress(settings, region);
    const client = await openHttpClient(settings, effects, {
      secrets: [credentials.accessKeyId, credentials.secretAccessKey, credentials.sessionToken],
      checkCert: true,
      mutualTls: false,
    });
    const prefix = settings.text('prefix');
    const acl = settings.text('objectcannedacl');
    return {
      send: oneByOne(async (event) => {
        const body = Buffer.from(eventJson(event));
        const url = new URL(
          `${base}/${keyOf(prefix, event.time, event.uuid).split('/').map(encodePart).join('/')}`,
        );
        const checksum = Buffer.alloc(4);
        checksum.writeUInt32BE(crc32(body));
        const headers = signed({
          method: 'PUT',
          url,
          headers: {
            'content-type': 'application/json',
            ...(acl === '' ? {} : { 'x-amz-acl': acl }),
            // Buckets with object lock take nothing without one.
            'x-amz-checksum-crc32': checksum.toString('base64'),
          },
          body,
          region,
          service: 's3',
          credentials,
          now: effects.now(),
        });
        await client.deliver({ url, method: 'PUT', headers, body });
      }),
      close: client.close,
    };
  },
});

function regionOf(settings: DestinationSettings, { environment }: DestinationEffects): string {
  const region =
    settings.text('.aws.region') || environment('AWS_REGION') || environment('AWS_DEFAULT_REGION') || '';
  if (region === '' && settings.text('endpoint') === '') {
    throw new AppError('config.invalid', 'the region of the bucket is not known', {
      hint: 'Set aws.region or AWS_REGION.',
    });
  }
  return region || 'us-east-1';
}

/** An endpoint of one's own is told the bucket in the path; Amazon's wants it in the name, where TLS allows that. */
function bucketAddress(settings: DestinationSettings, region: string): string {
  const bucket = settings.text('bucket');
  const endpoint = settings.text('endpoint');
  if (endpoint !== '') {
    return readUrl('aws.s3.endpoint', `${endpoint.replace(/\/+$/, '')}/${encodeURIComponent(bucket)}`).href;
  }
  const domain = region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com';
  return bucket.includes('.')
    ? `https://s3.${region}.${domain}/${encodeURIComponent(bucket)}`
    : readUrl('aws.s3.bucket', `https://${encodeURIComponent(bucket)}.s3.${region}.${domain}`).origin;
}

/**
 * `prefix/day/time.json` as falcosidekick names objects, but with the time and uuid of the event: two events never
 * share a name, and one that is sent again overwrites itself.
 */
function keyOf(prefix: string, time: string, uuid: string): string {
  const moment = new GoTime(time);
  const second = new Date(moment.Unix() * 1000).toISOString();
  const fraction = String(moment.UnixNano() % 1_000_000_000n).padStart(9, '0');
  return `${prefix}/${second.slice(0, 10)}/${second.slice(0, 19)}.${fraction}Z-${uuid}.json`;
}
