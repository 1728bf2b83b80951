/** How a constraint is read; what Trivy's comparers choose is the default of each scheme. */
export interface ConstraintOptions {
  /** Pre-releases satisfy constraints that do not name one. */
  readonly prereleases?: boolean;
  /** `=1.2` means 1.2.0 instead of any 1.2.x. */
  readonly zeroPadding?: boolean;
  /** Of Python: what is behind the plus counts too, as in `>=4.2.8+sp1`. */
  readonly localVersions?: boolean;
  /** Of Maven: only its ranges are read, and a bare version is a wish that every version fulfils. */
  readonly rangesOnly?: boolean;
}

export interface VersionConstraint<V> {
  admits(version: V): boolean;
}

/** The order of the versions of one packaging system. Texts that are no version of it are null, never an error. */
export interface VersionScheme<V> {
  /** File name. */
  readonly id: string;
  /** One sentence for the docs. */
  readonly doc: string;
  /** An example, where the order is not one in the mathematical sense: a < b < c < a. */
  readonly circles?: string;
  parse(text: string): V | null;
  print(version: V): string;
  /** Negative, 0 or positive. */
  compare(a: V, b: V): number;
  /** Reads a constraint such as `>=1.2, <2 || =3.1`; null when it is none. */
  constraint(text: string, options?: ConstraintOptions): VersionConstraint<V> | null;
  /** First version above the range that an operator such as `~>` opens; null for operators without such an end. */
  rangeEnd?(operator: string, version: V): V | null;
  /** The version without its pre-release. */
  release?(version: V): V;
}

/** A scheme of which the caller does not know how versions are held. */
export type AnyVersionScheme = VersionScheme<unknown>;

/** Longer texts are no versions: parsers may then be quadratic and recursive. */
export const maxVersionLength = 1000;

export function defineVersionScheme<V>(scheme: VersionScheme<V>): VersionScheme<V> {
  return {
    ...scheme,
    parse: (text) => (text.length > maxVersionLength ? null : scheme.parse(text)),
    constraint: (text, options) =>
      text.length > maxConstraintLength ? null : scheme.constraint(text, options),
  };
}

/** Advisories of the Linux kernel name hundreds of ranges. */
const maxConstraintLength = 1_000_000;

/** Compares two texts; null when one is no version. */
export function compareTexts(scheme: AnyVersionScheme, a: string, b: string): number | null {
  const left = scheme.parse(a);
  const right = scheme.parse(b);
  return left === null || right === null ? null : scheme.compare(left, right);
}
