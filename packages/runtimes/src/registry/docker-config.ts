import type { RegistryCredentials } from './client.ts';

interface DockerConfig {
  readonly auths?: Readonly<Record<string, { auth?: string; username?: string; password?: string }>>;
  readonly credsStore?: string;
  readonly credHelpers?: Readonly<Record<string, string>>;
}

export interface CredentialEffects {
  /** Text of the docker configuration; null when there is none. */
  readonly readConfig: () => Promise<string | null>;
  /** Runs `docker-credential-NAME get` with the host on its standard input; gives its output, null when it fails. */
  readonly runHelper: (name: string, host: string) => Promise<string | null>;
}

/** Credentials as docker keeps them: its configuration file and the helpers that it names. */
export async function dockerCredentials(
  registry: string,
  effects: CredentialEffects,
): Promise<RegistryCredentials | null> {
  const text = await effects.readConfig();
  if (text === null) {
    return null;
  }
  const config = JSON.parse(text) as DockerConfig;
  const keys =
    registry === 'docker.io' ? ['https://index.docker.io/v1/', registry] : [registry, `https://${registry}`];
  const helper =
    keys.map((key) => config.credHelpers?.[key]).find((name) => name !== undefined) ?? config.credsStore;
  if (helper !== undefined) {
    const answer = await effects.runHelper(helper, keys[0] ?? registry);
    const found = answer === null ? null : (JSON.parse(answer) as { Username?: string; Secret?: string });
    if (found?.Username !== undefined && found.Secret !== undefined) {
      return { username: found.Username, password: found.Secret };
    }
  }
  for (const key of keys) {
    const entry = config.auths?.[key];
    if (entry?.auth !== undefined && entry.auth !== '') {
      const [username = '', ...password] = Buffer.from(entry.auth, 'base64').toString('utf8').split(':');
      return { username, password: password.join(':') };
    }
    if (entry?.username !== undefined && entry.password !== undefined) {
      return { username: entry.username, password: entry.password };
    }
  }
  return null;
}
