interface OsVersion {
  readonly epoch?: number | undefined;
  readonly version?: string | undefined;
  readonly release?: string | undefined;
}

/** `[epoch:]version[-release]` */
export function versionText({ epoch, version = '', release }: OsVersion): string {
  return `${epoch === undefined ? '' : `${epoch}:`}${version}${release === undefined ? '' : `-${release}`}`;
}

/** The epoch that a text names; undefined for 0, for `(none)` and for what is no number. */
export function epochOf(text: string | undefined): number | undefined {
  const epoch = text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : 0;
  return epoch === 0 ? undefined : epoch;
}

/** `glibc-2.17-307.el7.src.rpm` → name, version and release; null for a text of another form. */
export function sourceRpm(text: string): { name: string; version: string; release: string } | null {
  const stem = text.endsWith('.rpm') ? text.slice(0, -'.rpm'.length) : text;
  const archAt = stem.lastIndexOf('.');
  const releaseAt = archAt < 0 ? -1 : stem.lastIndexOf('-', archAt);
  const versionAt = releaseAt < 1 ? -1 : stem.lastIndexOf('-', releaseAt - 1);
  if (versionAt < 0) {
    return null;
  }
  return {
    name: stem.slice(0, versionAt),
    version: stem.slice(versionAt + 1, releaseAt),
    release: stem.slice(releaseAt + 1, archAt),
  };
}
