import type { Package } from '../model/index.ts';
import { versionText } from './os-version.ts';

/** `8` of `8.1`. */
export function majorOf(release: string): string {
  return release.split('.', 1)[0] ?? '';
}

/** `3.17` of `3.17.2`. */
export function minorOf(release: string): string {
  return release.split('.').slice(0, 2).join('.');
}

/** [epoch:]version[-release] of the package. */
export function installedVersion({ epoch, version, release }: Package): string {
  return versionText({ epoch: someOf(epoch), version, release: someOf(release) });
}

/** [epoch:]version[-release] of the source package that it was built from; empty when that is not known. */
export function sourceVersion({ srcEpoch, srcVersion, srcRelease }: Package): string {
  return versionText({ epoch: someOf(srcEpoch), version: srcVersion, release: someOf(srcRelease) });
}

/** Packages of SBOMs may have an epoch of 0 or an empty release. */
function someOf<T extends number | string>(value: T | undefined): T | undefined {
  return value === 0 || value === '' ? undefined : value;
}

/** `nodejs:12::npm` of npm with the label `nodejs:12:8030020201124152102:229f0a1c`. */
export function modularName({ name, modularityLabel = '' }: Package): string {
  const parts = modularityLabel.split(':');
  return parts.length < 3 ? name : `${parts[0] ?? ''}:${parts[1] ?? ''}::${name}`;
}
