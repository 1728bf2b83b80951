/** A scan of this machine that is under way. */
export interface ScanProgress {
  /** Such as `this host`, or the name of an image. */
  readonly what: string;
  /** What is looked for at the moment, such as `secrets`; empty where that is everything. */
  readonly step: string;
  /** How much of it is done, 0 to 1; null where nobody knows. */
  readonly share: number | null;
  /** Files that were looked at. */
  readonly files: number;
}

/** Such as `this host: secrets · 34 % · 12,345 files`. */
export function scanProgressText({ what, step, share, files }: ScanProgress): string {
  return [
    step === '' ? what : `${what}: ${step}`,
    ...(share === null ? [] : [`${Math.floor(share * 100)} %`]),
    ...(files === 0 ? [] : [`${files.toLocaleString('en')} files`]),
  ].join(' · ');
}
