import type { DistributionInput } from '../distribution.ts';
import type { Vulnerability } from '../model/index.ts';
import { detectByFixedVersion } from './os-findings.ts';
import { installedVersion } from './os-packages.ts';

/** Matching of distributions that have Alpine's packages and no releases. */
export function rollingApk(bucket: string): (input: DistributionInput) => Vulnerability[] {
  return detectByFixedVersion({
    versions: 'apk',
    bucket: () => bucket,
    name: ({ srcName, name }) => srcName ?? name,
    version: installedVersion,
    reportsUnfixed: false,
  });
}
