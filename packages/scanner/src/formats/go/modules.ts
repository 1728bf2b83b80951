export interface GoModule {
  readonly path: string;
  readonly version: string;
}

export interface GoBuild {
  /** `go1.22.3 X:boringcrypto` */
  readonly goVersion: string;
  /** null for the programs of Go itself. */
  readonly main: GoModule | null;
  /** Replaced ones as what they are replaced by. */
  readonly dependencies: readonly GoModule[];
  /** `-ldflags`, `vcs.revision` … */
  readonly settings: ReadonlyMap<string, string>;
}

/** The lines that `go version -m` shows. */
export function parseModules(text: string): Omit<GoBuild, 'goVersion'> {
  let main: GoModule | null = null;
  const dependencies: GoModule[] = [];
  const settings = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [kind = '', first = '', version = ''] = line.split('\t', 3);
    if (kind === 'mod') {
      main = { path: first, version };
    } else if (kind === 'dep') {
      dependencies.push({ path: first, version });
    } else if (kind === '=>' && dependencies.length > 0) {
      dependencies[dependencies.length - 1] = { path: first, version };
    } else if (kind === 'build') {
      const [key, value] = setting(line.slice('build\t'.length));
      settings.set(key, value);
    }
  }
  return { main, dependencies: dependencies.filter(({ path }) => path !== ''), settings };
}

/** `key=value`; each is quoted as Go does where it has spaces, quotes or equal signs. */
function setting(text: string): [key: string, value: string] {
  const [, quotedKey, plainKey = '', value = ''] =
    /^(?:("(?:[^"\\]|\\.)*"|`[^`]*`)|([^=]*))=(.*)$/.exec(text) ?? [];
  return [quotedKey === undefined ? plainKey : unquoted(quotedKey), unquoted(value)];
}

function unquoted(text: string): string {
  if (/^`[^`]*`$/.test(text)) {
    return text.slice(1, -1);
  }
  return /^".*"$/.test(text)
    ? text.slice(1, -1).replaceAll(/\\(x[0-9a-f]{2}|u[0-9a-f]{4}|.)/g, unescaped)
    : text;
}

function unescaped(_whole: string, code: string): string {
  const plain = { n: '\n', t: '\t', r: '\r' }[code];
  return plain ?? (code.length > 1 ? String.fromCharCode(Number.parseInt(code.slice(1), 16)) : code);
}
