import { existsSync, readdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { AppError } from '@lanner/core';
import { checkStoreFile, type StoreFileReport } from '@lanner/hub/store';
import { type CommandEnvironment, type CommandInput, flagOption } from '../command.ts';
import { type DataFolder, dataFolder } from './data-folder.ts';

/** `store check`: looks through everything, also while a server runs. 1 when something is damaged. */
export async function check(environment: CommandEnvironment, { values }: CommandInput): Promise<number> {
  const data = dataFolder(values, environment);
  const report = checkStoreFile(data.of('store.db'), { words: flagOption(values, 'words') });
  const authority = await authorityProblem(data, report.agents, environment);
  const problems = [...report.problems, ...(authority === null ? [] : [authority])];
  const aside = readdirSync(dirname(data.of('store.db'))).filter((name) =>
    /\.(damaged|schema)-\d+$/.test(name),
  );
  const advice = adviceFor(report, authority !== null);
  environment.out(
    flagOption(values, 'json')
      ? `${JSON.stringify({ ...report, problems, aside, advice })}\n`
      : textOf(data, { ...report, problems }, aside, advice),
  );
  return problems.length > 0 ? 1 : 0;
}

/** Says what is wrong with the authority that agents trust; null for nothing. */
async function authorityProblem(
  data: DataFolder,
  agents: number,
  { now }: CommandEnvironment,
): Promise<string | null> {
  const path = data.of('agents-authority.pem');
  if (!existsSync(path)) {
    return agents === 0
      ? null
      : `agents-authority.pem: it is missing, and ${agents} agents are enrolled with it`;
  }
  try {
    // Loads the web framework: only where there is something to read.
    const { AgentAuthority } = await import('@lanner/hub/http');
    AgentAuthority.open(path, now().getTime());
    return null;
  } catch (error) {
    if (!(error instanceof AppError)) {
      throw error;
    }
    return `agents-authority.pem: ${error.message}`;
  }
}

function adviceFor({ broken, problems }: StoreFileReport, authority: boolean): string[] {
  const advice: string[] = [];
  if (broken) {
    advice.push(
      'Restart the server: it sets the damaged file aside, goes on with all that can be read of it, and counts what is lost. Or stop it and restore a backup: lanner store restore FOLDER --replace.',
    );
  } else if (problems.length > 0) {
    advice.push(
      'The server goes on without what is named, and counts it. To have it back, stop the server and restore a backup that is whole: lanner store restore FOLDER --replace.',
    );
  }
  if (authority) {
    advice.push(
      'Put agents-authority.pem back from a backup. Without it a new one is made, and every agent has to be enrolled again.',
    );
  }
  if (advice.length > 0) {
    advice.push('Look at the disk, too: damage rarely comes alone.');
  }
  return advice;
}

function textOf(
  data: DataFolder,
  { schemaVersion, alerts, damaged, problems, more }: StoreFileReport,
  aside: readonly string[],
  advice: readonly string[],
): string {
  const lines = [
    `${data.of('store.db')}: schema ${schemaVersion ?? 'unknown'}, ${alerts} alerts`,
    ...(damaged > 0 ? [`set aside as damaged before: ${damaged} records`] : []),
    ...aside.map((name) => `kept beside it: ${name}`),
    ...(problems.length === 0 ? ['nothing is damaged'] : problems.map((problem) => `damaged: ${problem}`)),
    ...(more > 0 ? [`and ${more} more`] : []),
    ...advice,
  ];
  return lines.map((line) => `${line}\n`).join('');
}
