import type { Log } from '@lanner/core';
import {
  describeRules,
  describeText,
  engineVersion,
  eventTable,
  fieldClasses,
  formatVersion,
  fromByteString,
  jsonText,
  loadResultsJson,
  ruleSchema,
  schemaVersion,
  toByteString,
  validationText,
} from '@lanner/engine';
import { readFileSync } from 'node:fs';
import { arch, release, version as kernelVersion } from 'node:os';
import { configKeys } from '@lanner/api';
import { AppError } from '@lanner/core';
import {
  type CommandEnvironment,
  flagOption,
  listOption,
  type OptionValues,
  textOption,
} from '../command.ts';
import { listEvents, listIgnored } from '../listing/events.ts';
import { listFields, type ListFormat, listFormats } from '../listing/fields.ts';
import { builtInPlugins, pluginDocs } from './plugins.ts';
import { findRuleFiles } from './rule-files.ts';
import type { InfoOption } from './info-options.ts';
import { loadProgramFiles } from './rule-program.ts';
import { findConfiguredRules, reportLoading, ruleLoadSettings } from './rules.ts';
import type { DetectSettings } from './settings.ts';
import { versions } from './versions.ts';

interface InfoContext {
  readonly values: OptionValues;
  readonly environment: CommandEnvironment;
  readonly settings: DetectSettings;
  readonly log: Log;
}

/** Prints something instead of detecting. Gives the exit code. */
type InfoVerb = (context: InfoContext) => number;

const verbs: Readonly<Record<InfoOption, InfoVerb>> = {
  version: printVersion,
  'page-size': printPageSize,
  'config-schema': printConfigSchema,
  'rule-schema': printRuleSchema,
  i: printIgnored,
  'list-plugins': printPlugins,
  'plugin-info': printPlugin,
  list: printFields,
  'list-events': printEvents,
  validate: validate,
  L: describeAll,
  l: describeOne,
  support: printSupport,
};

/** Carries out an option that only prints. */
export function runInfo(option: InfoOption, context: InfoContext): number {
  return verbs[option](context);
}

function printVersion({ environment, settings }: InfoContext): number {
  if (settings.json) {
    environment.out(`${JSON.stringify(versions(environment.version))}\n`);
    return 0;
  }
  environment.out(
    `Lanner version: ${environment.version}\nEngine:         ${formatVersion(engineVersion)}\nEvent schema:   ${schemaVersion}\n`,
  );
  return 0;
}

function printPageSize({ environment }: InfoContext): number {
  // The auxiliary vector holds pairs of words; number 6 is the size of a page.
  const words = new BigUint64Array(Uint8Array.from(readFileSync('/proc/self/auxv')).buffer);
  const index = words.findIndex((word, i) => i % 2 === 0 && word === 6n);
  environment.out(`Your system page size is: ${words[index + 1] ?? 4096n} bytes\n`);
  return 0;
}

function printConfigSchema({ environment }: InfoContext): number {
  environment.out(`${JSON.stringify(configKeys, null, 2)}\n`);
  return 0;
}

function printRuleSchema({ environment }: InfoContext): number {
  environment.out(`${JSON.stringify(ruleSchema, null, 2)}\n`);
  return 0;
}

/** Syscalls that are read and written all the time and that no default rule wants. */
const ignored = [
  'sendfile',
  'preadv',
  'readv',
  'pread',
  'recv',
  'send',
  'pwritev',
  'writev',
  'write',
  'pwrite',
  'read',
];

function printIgnored({ environment }: InfoContext): number {
  environment.out(listIgnored(ignored));
  return 0;
}

function printPlugins({ environment }: InfoContext): number {
  environment.out(`${builtInPlugins.length} Plugins Loaded:\n\n`);
  builtInPlugins.forEach(({ name }) => {
    environment.out(pluginText(name));
  });
  return 0;
}

function printPlugin({ values, environment }: InfoContext): number {
  const name = textOption(values, 'plugin-info') ?? '';
  if (!builtInPlugins.some((plugin) => plugin.name === name)) {
    throw new AppError('usage.invalid', `there is no plugin ${name}`, {
      hint: `Built in are ${builtInPlugins.map((plugin) => plugin.name).join(', ')}; shared objects cannot be loaded.`,
    });
  }
  environment.out(pluginText(name));
  return 0;
}

function pluginText(name: string): string {
  const { version = '' } = builtInPlugins.find((plugin) => plugin.name === name) ?? {};
  const { doc = '', capabilities = [] } = pluginDocs[name] ?? {};
  return `Name: ${name}\nDescription: ${doc} (built in)\nVersion: ${version}\nCapabilities: \n${capabilities.map((each) => `  - ${each}\n`).join('')}\n`;
}

function formatOf(values: OptionValues): ListFormat {
  const text = textOption(values, 'format') ?? (flagOption(values, 'markdown') ? 'markdown' : 'text');
  const format = listFormats.find((each) => each === text);
  if (format === undefined) {
    throw new AppError('usage.invalid', `--format ${text} is none of ${listFormats.join(', ')}`);
  }
  return format;
}

function printFields({ values, environment }: InfoContext): number {
  const source = textOption(values, 'list') ?? '';
  if (source !== '' && source !== 'syscall' && !builtInPlugins.some((plugin) => plugin.source === source)) {
    throw new AppError('usage.invalid', `--list ${source} is no event source`, {
      hint: 'Use syscall or k8s_audit.',
    });
  }
  environment.out(
    listFields(fieldClasses, {
      source,
      format: formatOf(values),
      namesOnly: flagOption(values, 'N'),
      verbose: flagOption(values, 'v'),
    }),
  );
  return 0;
}

function printEvents({ values, environment }: InfoContext): number {
  environment.out(listEvents(eventTable, formatOf(values)));
  return 0;
}

/** Reads the files given with -V, and says of each whether it is accepted. */
function validate({ values, environment, settings, log }: InfoContext): number {
  const { files } = findRuleFiles(listOption(values, 'validate'), false);
  const set = loadProgramFiles(files, ruleLoadSettings(settings, undefined));
  if (settings.json) {
    environment.out(`${JSON.stringify(loadResultsJson(set.results))}\n`);
  } else {
    environment.out(`${validationText(set.results)}\n`);
    for (const { name, successful, warnings } of set.results) {
      if (successful && warnings.length > 0) {
        log.warn('rule file has warnings', {
          file: fromByteString(name),
          codes: warnings.map(({ code }) => code),
        });
      }
    }
  }
  return set.successful ? 0 : 1;
}

function describeAll(context: InfoContext): number {
  return describe(context, undefined);
}

function describeOne(context: InfoContext): number {
  return describe(context, textOption(context.values, 'l'));
}

function describe({ values, environment, settings, log }: InfoContext, name: string | undefined): number {
  const found = findConfiguredRules(settings);
  const set = loadProgramFiles(found.files, ruleLoadSettings(settings, textOption(values, 'print')));
  reportLoading(set, found, log);
  const options = {
    plugins: builtInPlugins,
    ...(name === undefined ? {} : { rule: toByteString(name) }),
  };
  environment.out(settings.json ? `${jsonText(describeRules(set, options))}\n` : describeText(set, options));
  return 0;
}

function printSupport({ environment, settings }: InfoContext): number {
  const { files } = findConfiguredRules(settings);
  const support = {
    version: environment.version,
    engine_info: versions(environment.version),
    system_info: {
      sysname: 'Linux',
      nodename: environment.hostname(),
      release: release(),
      version: kernelVersion(),
      machine: arch() === 'x64' ? 'x86_64' : arch() === 'arm64' ? 'aarch64' : arch(),
    },
    cmdline: process.argv.slice(1).join(' '),
    config: JSON.stringify(settings.config.effective()),
    rules_files: files.map(({ path, content }) => ({
      name: path,
      variants: [{ content: fromByteString(content) }],
    })),
  };
  environment.out(`${JSON.stringify(support)}\n`);
  return 0;
}
