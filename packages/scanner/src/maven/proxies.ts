import type { MavenProxy, MavenSettings } from './settings.ts';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The proxies of settings.xml as the variables that programs know them by (`HTTP_PROXY`, `HTTPS_PROXY`, `NO_PROXY`); for
 * protocols without one, those of the environment.
 */
export function proxyVariables({ proxies }: MavenSettings, env: Env): Record<string, string> {
  const variables: Record<string, string> = {};
  const direct: string[] = [];
  for (const protocol of ['http', 'https']) {
    const name = `${protocol.toUpperCase()}_PROXY`;
    const proxy = proxies.find((one) => one.isActive && one.protocol.toLowerCase() === protocol);
    const address = proxy === undefined ? (env[name] ?? env[name.toLowerCase()] ?? '') : addressOf(proxy);
    if (address !== '') {
      variables[name] = address;
    }
    direct.push(...(proxy?.nonProxyHosts ?? '').split('|'));
  }
  const names = [...direct, env['NO_PROXY'] ?? env['no_proxy'] ?? ''].map((name) => name.trim());
  return { ...variables, NO_PROXY: names.filter((name) => name !== '').join(',') };
}

function addressOf({ host, port, username, password }: MavenProxy): string {
  const login =
    username === '' || password === ''
      ? ''
      : `${encodeURIComponent(username)}:${encodeURIComponent(password)}@`;
  return `http://${login}${host}${port === '' ? '' : `:${port}`}`;
}
