import { execFileSync } from 'node:child_process';
import { enrol, type Identity, parseJoinToken } from '../../packages/agent/src/index.ts';
import { shippedBin } from '../shipped.ts';

/** Makes a join token of a server that runs here, and joins it as a node. */
export async function enrolNode(
  data: string,
  server: string,
  { name, program = shippedBin }: { readonly name: string; readonly program?: string | undefined },
): Promise<Identity> {
  const words = [program, 'server', 'token', '--data', data];
  const token = execFileSync(process.execPath, words, { encoding: 'utf8', stdio: 'pipe' });
  return enrol({ server, token: parseJoinToken(token), name, version: 'test' });
}
