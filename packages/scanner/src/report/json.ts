import { AppError } from '@lanner/core';
import { objectsOf, parseObject, present, textOf } from '../lib/json.ts';
import type { ArtifactType, Report, Result } from '../model/index.ts';
import { readMembers, showMembers, writeMembers } from './codec.ts';
import { metadata, resultMembers } from './shapes.ts';

const schemaVersion = 2;
const artifactTypes: readonly ArtifactType[] = [
  ...(['container_image', 'filesystem', 'repository', 'vm', 'cyclonedx', 'spdx'] as const),
];

interface JsonOptions {
  readonly listAllPackages?: boolean;
  readonly showSuppressed?: boolean;
}

/** The members of a report before its results, as Trivy's JSON has them. */
export function reportHead(report: Report): Record<string, unknown> {
  return present({
    SchemaVersion: schemaVersion,
    Trivy: { Version: report.version },
    ReportID: report.reportId,
    CreatedAt: goTime(report.createdAt),
    ArtifactID: report.artifactId,
    ArtifactName: report.artifactName === '' ? undefined : report.artifactName,
    ArtifactType: report.artifactType,
    Metadata: metadata.write(report.metadata),
  });
}

/** A result as Trivy's JSON has it. */
export function resultJson(
  result: Result,
  { listAllPackages = true, showSuppressed = false }: JsonOptions,
): Record<string, unknown> {
  const { packages, suppressed, ...rest } = result;
  return writeMembers(
    resultMembers,
    present({
      ...rest,
      packages: listAllPackages ? packages : undefined,
      suppressed: showSuppressed ? suppressed : undefined,
    }),
  );
}

/** Results as templates see them: every member exists. */
export function resultsForTemplate(results: readonly Result[]): Record<string, unknown>[] {
  return results.map((result) => showMembers(resultMembers, result));
}

/** JSON as Go writes it: indented, and safe within HTML. `depth` is how many arrays and objects it lies in. */
export function goJson(value: unknown, depth = 0): string {
  let nested = value;
  let [before, after] = [0, 0];
  for (let level = 1; level <= depth; level++) {
    nested = [nested];
    before += '[\n'.length + 2 * level;
    after += '\n]'.length + 2 * (level - 1);
  }
  const text = JSON.stringify(nested, null, 2);
  return text
    .slice(before, text.length - after)
    .replaceAll(
      /[<>&\u2028\u2029]/g,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
    );
}

/**
 * The same of an object in pieces, one for each item of its lists: each is made while its memory is warm, and a letter
 * beyond Latin-1 widens its own piece only.
 */
export function* goJsonObject(value: Readonly<Record<string, unknown>>, depth: number): Generator<string> {
  const indent = '\n' + '  '.repeat(depth);
  let separator = '{';
  for (const [key, member] of Object.entries(value)) {
    yield `${separator}${indent}  ${goJson(key)}: `;
    separator = ',';
    if (Array.isArray(member) && member.length > 0) {
      yield* goJsonList(member, depth + 1);
    } else {
      yield goJson(member, depth + 1);
    }
  }
  yield separator === '{' ? '{}' : `${indent}}`;
}

function* goJsonList(items: readonly unknown[], depth: number): Generator<string> {
  const indent = '\n' + '  '.repeat(depth);
  let separator = '[';
  for (const item of items) {
    yield `${separator}${indent}  `;
    yield goJson(item, depth + 1);
    separator = ',';
  }
  yield `${indent}]`;
}

/** Reads a JSON report, ours or Trivy's. Throws AppError 'artifact.parse'. */
export function readReport(text: string): Report {
  const json = parseObject(text, 'artifact.parse');
  const { SchemaVersion: schema, ArtifactType: type } = json;
  if (schema !== schemaVersion) {
    throw new AppError('artifact.parse', `this is no report of schema ${schemaVersion}`, {
      hint: 'Give a file that was written with --format json.',
      details: { schema },
    });
  }
  const createdAt = new Date(textOf(json['CreatedAt']) ?? 0);
  const version = (json['Trivy'] as { Version?: unknown } | undefined)?.Version;
  return present({
    version: textOf(version) ?? 'dev',
    reportId: textOf(json['ReportID']),
    createdAt: Number.isNaN(createdAt.getTime()) ? new Date(0) : createdAt,
    artifactId: textOf(json['ArtifactID']),
    artifactName: textOf(json['ArtifactName']) ?? '',
    artifactType: artifactTypes.find((known) => known === type) ?? 'filesystem',
    // The tables of members give what the types say; whatever does not fit is left out.
    metadata: metadata.read(json['Metadata']) ?? {},
    results: objectsOf(json['Results']).map((result) => ({
      target: '',
      class: 'custom',
      ...readMembers(resultMembers, result),
    })),
  });
}

/** RFC 3339 with as many digits of a second as it has. */
function goTime(time: Date): string {
  return time.toISOString().replace(/\.?0+Z$/, 'Z');
}
