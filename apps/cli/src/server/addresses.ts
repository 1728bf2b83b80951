import type { CommandEnvironment } from '../command.ts';
import { paint } from '../lib/colour.ts';
import type { TerminalView } from '../lib/terminal-view.ts';
import type { RunningServer } from './open-server.ts';
import { placeUrl } from './place-url.ts';
import type { ServerSettings } from './settings.ts';

/** Says where the server is: a few lines on a terminal, log lines elsewhere. */
export function tellAddresses(
  server: Pick<RunningServer, 'apiPort' | 'intakePort' | 'tokenFile' | 'destinations' | 'firstRun'>,
  settings: Pick<ServerSettings, 'api' | 'intake' | 'dataFolder'>,
  { log, errColour, version }: Pick<CommandEnvironment, 'log' | 'errColour' | 'version'>,
  view: Pick<TerminalView, 'write'> | null,
): void {
  const api = urlOf(settings.api, server.apiPort);
  const intake = urlOf(settings.intake, server.intakePort);
  const { dataFolder } = settings;
  const { secret } = server.firstRun;
  // Behind the #: browsers send it to nobody.
  const firstLink = secret === null ? null : `${api}/setup#${secret}`;
  const destinations = server.destinations.active.map(({ name }) => name);
  if (view === null) {
    log.info('server is up and listening', { api, intake, data: dataFolder, destinations });
    if (server.tokenFile !== null) {
      log.info("the administrator's token was written to a file that only you can read", {
        file: server.tokenFile,
      });
    }
    if (firstLink !== null) {
      log.info('open this link once, and be its administrator', { link: firstLink });
    }
    return;
  }
  const rows: readonly (readonly [string, string])[] = [
    ['Page', firstLink === null ? `${api}/` : `${firstLink}  makes you its administrator`],
    ['API', `${api}/api/v1/openapi.json  with the token in ${dataFolder}/admin-token`],
    ['Alerts to', `${intake}/  from any Falco (http_output)`],
    ['Kept in', dataFolder],
    ...(destinations.length === 0 ? [] : [['Sent on to', destinations.join(', ')] as const]),
  ];
  view.write(
    [
      paint(`Lanner ${version}`, errColour, 'bold'),
      ...rows.map(([label, text]) => `${paint(label.padEnd(12), errColour, 'dim')}${text}`),
      '',
      '',
    ].join('\n'),
  );
}

function urlOf({ address, tls }: ServerSettings['api'], port: number): string {
  return placeUrl(tls === null ? 'http' : 'https', address, port);
}
