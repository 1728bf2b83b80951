import { AppError } from '@lanner/core';
import type { DestinationEffects, DestinationSettings } from '../destination.ts';
import type { AwsCredentials } from './sigv4.ts';

/**
 * Keys of the settings, of the environment, or of the profile in the shared file: the order of the AWS programs but for
 * the settings, which falcosidekick has and does not read. Throws AppError 'config.invalid' where there are none.
 */
export async function awsCredentials(
  settings: DestinationSettings,
  { environment, readFile }: Pick<DestinationEffects, 'environment' | 'readFile'>,
): Promise<AwsCredentials> {
  const own = { id: settings.text('.aws.accesskeyid'), secret: settings.text('.aws.secretaccesskey') };
  if (own.id !== '' && own.secret !== '') {
    return { accessKeyId: own.id, secretAccessKey: own.secret, sessionToken: '' };
  }
  const [id, secret] = [environment('AWS_ACCESS_KEY_ID'), environment('AWS_SECRET_ACCESS_KEY')];
  if (id !== undefined && secret !== undefined) {
    return {
      accessKeyId: id,
      secretAccessKey: secret,
      sessionToken: environment('AWS_SESSION_TOKEN') ?? '',
    };
  }
  const file = environment('AWS_SHARED_CREDENTIALS_FILE') ?? `${environment('HOME') ?? ''}/.aws/credentials`;
  const profile = await readProfile(file, environment('AWS_PROFILE') ?? 'default', readFile);
  if (profile === null) {
    throw new AppError('config.invalid', 'there are no credentials for AWS', {
      hint: 'Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or a profile in ~/.aws/credentials.',
    });
  }
  return profile;
}

async function readProfile(
  file: string,
  name: string,
  readFile: DestinationEffects['readFile'],
): Promise<AwsCredentials | null> {
  const text = await readFile(file).then(String, () => '');
  const values = new Map<string, string>();
  let section = '';
  for (const line of text.split('\n')) {
    section = /^\s*\[\s*([^\]]+?)\s*\]/.exec(line)?.[1] ?? section;
    const [, key, value] = /^\s*(\w+)\s*=\s*(.*?)\s*$/.exec(line) ?? [];
    if (section === name && key !== undefined && value !== undefined) {
      values.set(key.toLowerCase(), value);
    }
  }
  const [id, secret] = [values.get('aws_access_key_id'), values.get('aws_secret_access_key')];
  return id === undefined || secret === undefined
    ? null
    : { accessKeyId: id, secretAccessKey: secret, sessionToken: values.get('aws_session_token') ?? '' };
}
