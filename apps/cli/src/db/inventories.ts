import { inventoryFile, type MatchedPart, sqliteInventoryStore } from '@lanner/scanner';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type CommandEnvironment, type CommandInput, flagOption } from '../command.ts';
import { cacheDirOf } from './cache-dir.ts';

/** `db inventories`: what scans stored, and what was found in it when it was matched last. */
export function inventories({ env, out }: CommandEnvironment, { values }: CommandInput): number {
  const path = join(cacheDirOf(values, env), inventoryFile);
  const isJson = flagOption(values, 'json');
  if (!existsSync(path)) {
    out(isJson ? '[]\n' : 'no inventories: store one with lanner scan image NAME --store\n');
    return 0;
  }
  const store = sqliteInventoryStore(path);
  try {
    const stored = store.list().map(({ artifactId, name, matchedAt }) => ({
      artifactId,
      name,
      matchedAt: matchedAt?.toISOString() ?? null,
      vulnerabilities: idsOf(store.vulnerabilities(artifactId) ?? []),
    }));
    out(isJson ? `${JSON.stringify(stored)}\n` : stored.map(asText).join(''));
    return 0;
  } finally {
    store.close();
  }
}

function idsOf(parts: readonly MatchedPart[]): string[] {
  const found = parts.flatMap(({ vulnerabilities }) => vulnerabilities);
  return [...new Set(found.map(({ vulnerabilityId }) => vulnerabilityId))].sort();
}

function asText({
  name,
  matchedAt,
  vulnerabilities,
}: {
  readonly name: string;
  readonly matchedAt: string | null;
  readonly vulnerabilities: readonly string[];
}): string {
  const state =
    matchedAt === null ? 'never matched' : `${vulnerabilities.length} vulnerabilities, matched ${matchedAt}`;
  return `${name}: ${state}\n`;
}
