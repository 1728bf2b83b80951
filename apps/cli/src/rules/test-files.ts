import { AppError } from '@lanner/core';
import {
  readRuleTests,
  type ReadRuleTests,
  type RuleFile,
  type RuleSet,
  type RuleTestReport,
  testRuleFile,
  toByteString,
} from '@lanner/engine';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { readRuleFile, rulesOfFolder } from '../detect/rule-files.ts';
import { invalidRules } from '../detect/rules.ts';
import { asRuleFile, loadWithPlugins, ruleFilesOf } from './load.ts';

/** What testing one rule file gave. */
export interface TestedFile {
  /** Path of the test file; of the rule file where that has none. */
  readonly path: string;
  /** Problems of the test file itself. */
  readonly problems: ReadRuleTests['problems'];
  readonly report: RuleTestReport;
}

interface LoadedFolder {
  readonly files: readonly RuleFile[];
  readonly set: RuleSet;
}

const testName = /\.test\.ya?ml$/;

/**
 * Tests rule files: a path is a test file, a rule file whose tests lie beside it, or a folder of both. All rule files of
 * the folder are loaded by name, behind `before`. Throws AppError when the rules do not load.
 */
export function testPaths(paths: readonly string[], before: readonly string[]): TestedFile[] {
  const folders = new Map<string, LoadedFolder>();
  return paths.flatMap(ruleFilesToTest).map((path) => {
    const folder = dirname(path);
    const loaded = folders.get(folder) ?? loadFolder(folder, before);
    folders.set(folder, loaded);
    return testFile(path, loaded);
  });
}

/** Test files; and rule files that have none, whose rules are all untested. */
function ruleFilesToTest(path: string): string[] {
  if (!existsSync(path)) {
    throw new AppError('file.read', `${path} does not exist`, {
      hint: 'Name a test file (TOPIC.test.yaml), a rule file or a folder.',
    });
  }
  if (!statSync(path).isDirectory()) {
    return [testName.test(path) ? path : testsOf(path)];
  }
  const tests = readdirSync(path)
    .filter((name) => testName.test(name))
    .map((name) => join(path, name));
  const alone = rulesOfFolder(path).filter((file) => testsOf(file) === file);
  return [...tests, ...alone].sort();
}

/** The test file beside a rule file; the rule file itself when there is none. */
function testsOf(ruleFile: string): string {
  const stem = ruleFile.replace(/\.ya?ml$/, '');
  return [`${stem}.test.yaml`, `${stem}.test.yml`].find((path) => existsSync(path)) ?? ruleFile;
}

function loadFolder(folder: string, before: readonly string[]): LoadedFolder {
  const found = [...(before.length === 0 ? [] : ruleFilesOf(before)), ...ruleFilesOf([folder])];
  const files = found.map(asRuleFile);
  const set = loadWithPlugins(files);
  const failed = set.results.find(({ successful }) => !successful);
  if (failed !== undefined) {
    throw invalidRules(failed);
  }
  return { files, set };
}

function testFile(path: string, { files, set }: LoadedFolder): TestedFile {
  const isTest = testName.test(path);
  const { file, problems } = isTest
    ? readRuleTests(asRuleFile(readRuleFile(path)))
    : { file: { name: path, rules: toByteString(basename(path)), tests: [] }, problems: [] };
  const ruleFile = toByteString(join(dirname(path), '/')) + file.rules;
  const isKnown = files.some(({ name }) => name === ruleFile);
  const unknown = { message: `the folder has no rule file '${file.rules}'`, hint: null, line: 1, column: 1 };
  return {
    path,
    problems: isKnown || problems.length > 0 ? problems : [unknown],
    report: testRuleFile(file, {
      set,
      loadWith: (extra) => loadWithPlugins([...files, extra]),
      ruleFile,
    }),
  };
}
