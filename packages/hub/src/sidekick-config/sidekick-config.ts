import type { Destination, DestinationSettings, SidekickPlace } from '../destination.ts';
import { redactor, urlSecrets } from '../lib/redact.ts';
import { sidekickKey, sidekickKeys, type SidekickValue } from './keys.ts';

export type ValueOrigin = GivenOrigin | 'default';
/** Where a value was given. */
export type GivenOrigin = 'file' | 'environment' | 'option';

/** What falcosidekick has as outputs and the server is by itself: its metrics, and its page in the place of that one's. */
const ownParts: ReadonlySet<string> = new Set(['prometheus', 'webui']);

/** falcosidekick's configuration, every key with a value. */
export class SidekickConfig {
  readonly #values: ReadonlyMap<string, { readonly value: SidekickValue; readonly from: GivenOrigin }>;
  readonly #env: Readonly<Record<string, string | undefined>>;

  constructor(
    values: ReadonlyMap<string, { readonly value: SidekickValue; readonly from: GivenOrigin }>,
    env: Readonly<Record<string, string | undefined>>,
  ) {
    this.#values = values;
    this.#env = env;
  }

  origin(key: string): ValueOrigin {
    return this.#values.get(key)?.from ?? 'default';
  }

  text(key: string): string {
    const value = this.#value(key);
    return typeof value === 'object' ? '' : String(value);
  }

  flag(key: string): boolean {
    return this.#value(key) === true;
  }

  number(key: string): number {
    return Number(this.#value(key));
  }

  list(key: string): readonly string[] {
    const value = this.#value(key);
    return Array.isArray(value) ? (value as readonly string[]) : [];
  }

  /** A value that is `%NAME` is that variable of the environment. */
  map(key: string): Readonly<Record<string, string>> {
    const value = this.#value(key);
    if (typeof value !== 'object' || Array.isArray(value)) {
      return {};
    }
    return Object.fromEntries(
      Object.entries(value as Readonly<Record<string, string>>).map(([name, text]) => [
        name,
        text.startsWith('%') ? (this.#env[text.slice(1)] ?? text) : text,
      ]),
    );
  }

  /** The keys of one destination, by their name in its section. */
  settings(section: string): DestinationSettings {
    const name = (key: string): string => (key.startsWith('.') ? key.slice(1) : `${section}.${key}`);
    return {
      text: (key) => this.text(name(key)),
      flag: (key) => this.flag(name(key)),
      number: (key) => this.number(name(key)),
      list: (key) => this.list(name(key)),
      map: (key) => this.map(name(key)),
      json: true,
      addedFields: [...Object.keys(this.map('customfields')), ...Object.keys(this.map('templatedfields'))],
      tls: this.#tls(),
    };
  }

  /** True when the keys that switch a destination on are set. */
  enables({ section, enabledBy }: SidekickPlace): boolean {
    return enabledBy.every((key) => {
      const value = this.#value(`${section}.${key}`);
      return typeof value === 'object' ? Object.keys(value).length > 0 : value !== '' && value !== false;
    });
  }

  /** Outputs that are configured, but that none of these destinations stands for. */
  unserved(destinations: readonly Destination[]): string[] {
    const served = destinations.flatMap(({ sidekick }) =>
      sidekick === undefined ? [] : [`${sidekick.section}.`],
    );
    const outputs = new Set<string>();
    for (const key of this.#values.keys()) {
      const output = sidekickKey(key)?.output;
      if (
        output !== undefined &&
        !ownParts.has(output) &&
        this.#isSet(key) &&
        !served.some((section) => key.startsWith(section))
      ) {
        outputs.add(output);
      }
    }
    return [...outputs].sort();
  }

  /** Every key with its value and where it came from; secrets are not shown. */
  effective(): { key: string; value: SidekickValue; from: ValueOrigin }[] {
    return sidekickKeys.map(({ key }) => ({
      key,
      value: isSecret(key) && this.#isSet(key) ? '***' : withoutSecrets(this.#value(key)),
      from: this.origin(key),
    }));
  }

  #isSet(key: string): boolean {
    const value = this.#value(key);
    const entry = sidekickKey(key);
    return (
      entry !== undefined && JSON.stringify(value) !== JSON.stringify(entry.default ?? empty[entry.type])
    );
  }

  #value(key: string): SidekickValue {
    const entry = sidekickKey(key);
    if (entry === undefined) {
      // A key that nobody knows is a mistake of the code that asks.
      throw new Error(`falcosidekick has no key ${key}`);
    }
    return this.#values.get(key)?.value ?? entry.default ?? empty[entry.type];
  }

  #tls(): NonNullable<DestinationSettings['tls']> {
    const folder = this.text('mutualtlsfilespath');
    const fileOf = (key: string, name: string): string =>
      this.text(`mutualtlsclient.${key}`) || `${folder}/${name}`;
    return {
      caFile: this.text('tlsclient.cacertfile'),
      certFile: fileOf('certfile', 'client.crt'),
      keyFile: fileOf('keyfile', 'client.key'),
      mutualCaFile: fileOf('cacertfile', 'ca.crt'),
    };
  }
}

const empty = { string: '', integer: 0, boolean: false, list: [], map: {}, duration: '' } as const;

/** Keys whose value gives access. */
function isSecret(key: string): boolean {
  return /(password|token|apikey|secretaccesskey|accesskeyid|routingkey|webhookurl|receiverurl|credentials|headers|clientsecret|headerauthvalue|rabbitmq\.url|jwt|extraenvvars)$/.test(
    key,
  );
}

/** Addresses without what gives access, in the same words as errors of destinations have them. */
function withoutSecrets(value: SidekickValue): SidekickValue {
  if (typeof value === 'string') {
    const url = value.includes('://') ? URL.parse(value.trim()) : null;
    return url === null ? value : redactor(urlSecrets(url))(value.replace(/\/\/[^/?#@]*@/, '//***@'));
  }
  return Array.isArray(value)
    ? (value as readonly string[]).map((each) => withoutSecrets(each) as string)
    : value;
}
