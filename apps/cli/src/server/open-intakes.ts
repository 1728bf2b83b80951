import { type IntakeServerOptions, type Listening, startIntakeServer, type Tokens } from '@lanner/hub';
import { isLoopback, type ServerSettings } from './settings.ts';

type IntakeParts = Pick<IntakeServerOptions, 'intake' | 'families' | 'isReady' | 'log'> & {
  readonly now: () => number;
};

/** Opens what takes alerts; with TLS also the port of the paths that go without. Throws AppError 'server.listen'. */
export async function openIntakes(
  { intake: place, plainIntake }: ServerSettings,
  tokens: Tokens,
  { now, ...parts }: IntakeParts,
): Promise<Listening[]> {
  // On loopback whoever is on this machine may send; elsewhere a certificate or a token is asked for.
  const isOpen = isLoopback(place.address) || (place.tls !== null && place.tls.clientCa !== null);
  const allows = isOpen
    ? null
    : (token: string | null) =>
        token !== null && (tokens.principal(token, now())?.scopes.includes('intake') ?? false);
  const allPaths = ['/', '/ping', '/healthz', '/test', '/metrics'];
  const paths =
    plainIntake === null ? null : new Set(allPaths.filter((path) => !plainIntake.paths.has(path)));
  const first = await startIntakeServer({ ...place, paths, allows, ...parts });
  if (plainIntake === null) {
    return [first];
  }
  const { port, paths: plainPaths } = plainIntake;
  const plain = { ...place, tls: null, port, setBy: 'tlsserver.notlsport', paths: plainPaths };
  try {
    return [first, await startIntakeServer({ ...plain, allows, ...parts })];
  } catch (error) {
    await first.close();
    throw error;
  }
}
