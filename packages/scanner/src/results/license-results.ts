import type { ArtifactContent } from '../artifacts/apply-layers.ts';
import type { LicenseJudge } from '../licenses/judge.ts';
import type { Application, DetectedLicense, Package, Result } from '../model/index.ts';
import { applicationTarget } from './targets.ts';

export interface LicenseOptions {
  readonly judge: LicenseJudge;
  /** Names of licences that are not reported. */
  readonly ignored: ReadonlySet<string>;
  /** Texts that are less surely a licence are not reported, 0 … 1. */
  readonly confidence: number;
  /** Texts of files were looked at: what was found in them is a result, also when it is nothing. */
  readonly full: boolean;
}

const textPrefix = 'text://';
/** Words of a text that stand for its name. */
const shownWords = 3;

/** What packages and files are licensed under: of the operating system, of each application, and of files. */
export function licenseResults(content: ArtifactContent, options: LicenseOptions): Result[] {
  const { judge, confidence, full } = options;
  const files = content.licenses.flatMap(({ filePath, findings }) =>
    findings
      .filter((finding) => finding.confidence >= confidence)
      .map(({ name, confidence: sure, link }): DetectedLicense => ({
        ...judge.judge(name),
        filePath,
        name,
        confidence: sure,
        ...(link === undefined ? {} : { link }),
      })),
  );
  return [
    ...(content.packages.length === 0
      ? []
      : [resultOf({ target: 'OS Packages' }, content.packages, options)]),
    ...content.applications
      .filter(({ packages }) => packages.some(({ licenses = [] }) => licenses.length > 0))
      .map((application) => applicationResult(application, options)),
    ...(full
      ? [
          {
            target: 'Loose File License(s)',
            class: 'license-file' as const,
            licenses: unlessIgnored(files, options),
          },
        ]
      : []),
  ];
}

function applicationResult(application: Application, options: LicenseOptions): Result {
  return resultOf(
    { target: applicationTarget(application), filePath: application.filePath },
    application.packages,
    options,
  );
}

function resultOf(
  { target, filePath }: { readonly target: string; readonly filePath?: string },
  packages: readonly Package[],
  options: LicenseOptions,
): Result {
  const licenses = packages.flatMap(({ name, licenses: names = [], filePath: own = filePath }) =>
    names.map((license) => packageLicense({ name, filePath: own }, license, options.judge)),
  );
  return { target, class: 'license', licenses: unlessIgnored(licenses, options) };
}

function packageLicense(
  { name: pkgName, filePath = '' }: { readonly name: string; readonly filePath: string | undefined },
  license: string,
  judge: LicenseJudge,
): DetectedLicense {
  const common = { pkgName, ...(filePath === '' ? {} : { filePath }), confidence: 1 };
  if (!license.startsWith(textPrefix)) {
    return { ...judge.judge(license), ...common, name: license };
  }
  const text = license.slice(textPrefix.length);
  return { ...judge.judgeText(text), ...common, name: `${text.split(' ', shownWords).join(' ')}...`, text };
}

function unlessIgnored(
  licenses: readonly DetectedLicense[],
  { ignored }: LicenseOptions,
): readonly DetectedLicense[] {
  return licenses.filter(({ name }) => !ignored.has(name));
}
