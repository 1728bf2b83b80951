import { createHash } from 'node:crypto';
import { AppError, type Log } from '@lanner/core';
import type { Detection } from './detection.ts';
import { fileDigest } from './file-digests.ts';
import type { FoundRules } from './rule-files.ts';
import type { RuleProgram } from './rule-program.ts';
import { reportLoading } from './rules.ts';
import type { DetectSettings } from './settings.ts';
import type { WatchTargets } from './watch.ts';

/** Everything that is read from files. */
export interface Loaded {
  readonly settings: DetectSettings;
  readonly found: FoundRules;
  readonly program: RuleProgram;
}

export interface ReloaderOptions {
  readonly detection: Pick<Detection, 'exchange'>;
  /** Reads settings and rule files anew. Throws AppError for what cannot be accepted. */
  readonly load: () => Loaded;
  readonly log: Log;
}

/** Keys that a reload applies; others need a new start. */
const appliedKeys = new Set([
  'rules_files',
  'rules',
  'rule_matching',
  'priority',
  'append_output',
  'static_fields',
  'config_files',
  'time_format_iso_8601',
  'buffer_format_base64',
  'json_include_output_property',
  'json_include_message_property',
  'json_include_output_fields_property',
  'json_include_tags_property',
  'metrics.rules_counters_enabled',
  'metrics.resource_utilization_enabled',
  'metrics.state_counters_enabled',
  'metrics.plugins_metrics_enabled',
  'metrics.include_empty_values',
  'metrics.convert_memory_to_mb',
]);

/**
 * Exchanges rules and settings of a running detection between two events. What does not load changes nothing: the
 * rules that run go on running.
 */
export class Reloader {
  /** Reloads that were carried out. */
  count = 0;
  /** Reloads that failed. */
  failed = 0;
  #loaded: Loaded;
  #digests: string;
  readonly #options: ReloaderOptions;

  constructor(loaded: Loaded, options: ReloaderOptions) {
    this.#loaded = loaded;
    this.#digests = digestsOf(loaded);
    this.#options = options;
  }

  get settings(): DetectSettings {
    return this.#loaded.settings;
  }

  get ruleFiles(): readonly string[] {
    return this.#loaded.found.files.map(({ path }) => path);
  }

  /** What to watch for changes. */
  get targets(): WatchTargets {
    const { settings, found } = this.#loaded;
    return {
      files: [...settings.configFiles, ...this.ruleFiles, ...found.missing],
      folders: [...settings.configFolders, ...found.folders],
    };
  }

  /**
   * Loads anew and exchanges the rules; false when nothing was exchanged. `force` is false when a file may have
   * changed: equal contents are then left alone.
   */
  async reload(reason: string, force: boolean): Promise<boolean> {
    const { log } = this.#options;
    try {
      return await this.#renew(force);
    } catch (error) {
      if (!(error instanceof AppError)) {
        throw error;
      }
      this.failed++;
      log.error('reload failed, the rules that run are kept', {
        reason: error.message,
        ...(error.hint === undefined ? {} : { hint: error.hint }),
        trigger: reason,
      });
      return false;
    }
  }

  /** Loads anew and exchanges the rules. Rejects with an AppError when they are not accepted. */
  async exchange(): Promise<void> {
    try {
      await this.#renew(true);
    } catch (error) {
      this.failed++;
      throw error;
    }
  }

  /** False when equal contents were left alone. */
  async #renew(force: boolean): Promise<boolean> {
    const loaded = this.#options.load();
    const digests = digestsOf(loaded);
    if (!force && digests === this.#digests) {
      return false;
    }
    await this.#apply(loaded);
    this.#digests = digests;
    return true;
  }

  async #apply(loaded: Loaded): Promise<void> {
    const { detection, log } = this.#options;
    const { settings, found, program } = loaded;
    const { json } = this.#loaded.program.print;
    // Outputs are opened for either text or JSON.
    const report = await detection.exchange({ ...program, print: { ...program.print, json } });
    reportLoading(report, found, log);
    const left = changedKeys(this.#loaded.settings, settings).filter((key) => !appliedKeys.has(key));
    this.#loaded = loaded;
    this.count++;
    log.info('rules reloaded', { rules: report.enabled, reloads: this.count });
    if (left.length > 0) {
      log.warn('changed keys take effect at the next start', { keys: left });
    }
  }
}

function changedKeys(before: DetectSettings, after: DetectSettings): string[] {
  const old = before.config.effective();
  return Object.entries(after.config.effective())
    .filter(([key, value]) => JSON.stringify(old[key]) !== JSON.stringify(value))
    .map(([key]) => key);
}

// Contents of rules as they were loaded: files may change again meanwhile.
function digestsOf({ settings, found }: Loaded): string {
  const parts = [
    settings.configFiles.map((path) => [path, fileDigest(path)]),
    found.files.map(({ path, content }) => [path, content]),
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
