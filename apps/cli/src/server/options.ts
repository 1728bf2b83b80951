import type { CommandOption } from '../command.ts';

export const serverOptions = {
  data: {
    type: 'string',
    value: 'DIR',
    doc: 'Where everything is kept (default /var/lib/lanner, ~/.local/share/lanner for users).',
  },
  config: {
    type: 'string',
    short: 'c',
    value: 'FILE',
    doc: 'A config.yaml of falcosidekick; its environment variables work too.',
  },
  listen: { type: 'string', value: 'ADDRESS:PORT', doc: 'Where page and API are (default 127.0.0.1:2802).' },
  agents: {
    type: 'string',
    value: 'ADDRESS:PORT',
    doc: 'Take agents of other machines there, such as 0.0.0.0:2803 (default: none are taken).',
  },
  'tls-cert': {
    type: 'string',
    value: 'FILE',
    doc: 'Certificate of page and API, PEM. Needed for other addresses than loopback.',
  },
  'tls-key': { type: 'string', value: 'FILE', doc: 'Its private key, PEM.' },
  'oidc-issuer': {
    type: 'string',
    value: 'URL',
    doc: 'Let people sign in by this OpenID provider (oidc.issuer; more keys of oidc in the configuration).',
  },
  'oidc-client-id': {
    type: 'string',
    value: 'ID',
    doc: 'What the provider calls this page (oidc.clientid).',
  },
  'oidc-client-secret-file': {
    type: 'string',
    value: 'FILE',
    doc: 'A file with the secret of that client (oidc.clientsecretfile).',
  },
  'oidc-page-url': {
    type: 'string',
    value: 'URL',
    doc: 'Where browsers reach the page, where they cannot tell (oidc.pageurl).',
  },
  'keep-days': { type: 'string', value: 'DAYS', doc: 'How long alerts are kept (default 30).' },
  'keep-mib': { type: 'string', value: 'MIB', doc: 'How large the store may become (default 1024).' },
  'notify-all': {
    type: 'boolean',
    doc: 'Tell people of every alert, as falcosidekick does, not only of what is new.',
  },
  'mute-minutes': {
    type: 'string',
    value: 'MINUTES',
    doc: 'After the first start tell people of critical alerts only for so long (default 10).',
  },
  'no-legacy-metrics': {
    type: 'boolean',
    doc: 'Leave out metrics under the names before falcosidekick 2.30.',
  },
  lenient: { type: 'boolean', doc: 'Warn of unknown keys in the configuration instead of refusing it.' },
} as const satisfies Readonly<Record<string, CommandOption>>;
