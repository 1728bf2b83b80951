import { optimizeLate, reportFormatOf } from '@lanner/scanner';
import { choiceOption, type CommandEnvironment, flagOption, type OptionValues } from '../command.ts';
import { withoutLogin } from './clone.ts';
import { updateAdvisories } from './database.ts';
import { inspect } from './inspect.ts';
import { type ScanKind, type ScanSettings, scannersOf } from './options.ts';
import { type ProgressForm, scanProgress } from './progress.ts';
import { makeReport, writeOut } from './report.ts';
import type { ScanContext } from './scan-context.ts';

/** What is known of a scan before anything is read. */
export type ScanRequest = Omit<ScanContext, 'scanners' | 'listsPackages' | 'progress' | 'login'> & {
  readonly values: OptionValues;
};

/** Reads, looks up and reports. Gives the exit code; throws AppError for what cannot be scanned. */
export async function perform({ values, ...request }: ScanRequest): Promise<number> {
  const { environment, settings, kind } = request;
  const format = reportFormatOf(settings.text('format') ?? 'table');
  const progress = scanProgress(progressForm(environment, values, settings), environment.err, () =>
    performance.now(),
  );
  const context: ScanContext = {
    ...request,
    ...(kind === 'repo' ? withoutLogin(request.target) : { login: null }),
    scanners: scannersOf(kind, settings, format.isSbom),
    listsPackages: format.isSbom || listsPackages(settings, format.id),
    progress,
  };
  try {
    // The download goes on while layers are read.
    const [inspected, drawn] = await Promise.all([
      inspect(context),
      drawnMeanwhile(environment, kind),
      updateAdvisories(context),
    ]);
    const report = await makeReport(inspected, context, drawn);
    if (flagOption(values, 'store')) {
      // Loaded when it is asked for: a scan of known layers should take no longer for it.
      (await import('./store.ts')).storeInventory(inspected, context);
    }
    progress.end();
    return await writeOut(report, format, context);
  } finally {
    progress.end();
  }
}

/** Drawn when the reading has begun: loading and seeding what draws takes 5 ms, in which this process has nothing to do. */
async function drawnMeanwhile({ uuid }: CommandEnvironment, kind: ScanKind): Promise<string> {
  await new Promise((resolve) => {
    setImmediate(resolve);
  });
  if (kind === 'image') {
    // By now all is loaded that most scans need.
    optimizeLate();
  }
  return uuid();
}

/** Packages are in JSON, counted in the table, and tell SARIF their lines, unless told otherwise; others show them when asked. */
function listsPackages(settings: ScanSettings, format: string): boolean {
  return settings.isGiven('list-all-pkgs')
    ? settings.isOn('list-all-pkgs')
    : ['json', 'table', 'sarif', 'github', 'cosign-vuln'].includes(format);
}

function progressForm(
  environment: CommandEnvironment,
  values: OptionValues,
  settings: ScanSettings,
): ProgressForm {
  const asked = choiceOption(values, 'progress', ['auto', 'none', 'json']) ?? 'auto';
  if (asked !== 'auto') {
    return asked;
  }
  const isQuiet = settings.isOn('quiet') || settings.isOn('db.no-progress');
  return !environment.errIsTerminal || isQuiet ? 'none' : 'line';
}
