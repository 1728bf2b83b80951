import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from '../../free-ports.ts';
import { SeededRandom } from '../../../packages/hub/src/testkit/seeded-random.ts';
import { type CutServer, cutServer, type ServerCutOptions, type ServerCutReport } from '../server-cuts.ts';
import { CutCounts, writesAtCut } from './cut-counts.ts';
import { guestPorts, hostAddress, marks } from './init.ts';
import { type GuestImage, PowerDisk, PowerGuest } from './power-guest.ts';

export interface ServerPowerOptions extends Pick<ServerCutOptions, 'cuts' | 'seed' | 'tell'> {
  /** Empty; the disk is put there. */
  readonly folder: string;
  readonly image: GuestImage;
  readonly unsynced: boolean;
}

/** Cuts the power of a guest that runs a server. Throws as `cutServer` does. */
export async function cutPowerOfServer(
  options: ServerPowerOptions,
): Promise<ServerCutReport & { readonly disk: CutCounts }> {
  const { folder, image, unsynced, ...rest } = options;
  const content = join(folder, 'content');
  mkdirSync(content, { recursive: true });
  const disk = new PowerDisk(folder, content);
  const random = new SeededRandom(options.seed + 1);
  const [intake = 0, api = 0] = await freePorts(2);
  const counts = new CutCounts();
  try {
    const report = await cutServer({
      ...rest,
      times: { load: [2000, 12_000], start: 15_000 },
      // Many that wait keep the disk of a slow machine busy.
      lanes: 24,
      start: async (receiver) => {
        const guest = await PowerGuest.boot(
          image,
          disk,
          { role: 'server', unsynced, webhook: `http://${hostAddress}:${receiver}/` },
          { forwards: { [guestPorts.intake]: intake, [guestPorts.api]: api } },
        );
        return serverIn(guest, { intake, api }, async () => {
          counts.add(await guest.cut(() => random.fraction(), writesAtCut(random)), guest.console);
        });
      },
    });
    return { ...report, disk: counts };
  } finally {
    disk.close();
  }
}

function serverIn(
  guest: PowerGuest,
  { intake, api }: { readonly intake: number; readonly api: number },
  cut: () => Promise<void>,
): CutServer {
  const tokens = new RegExp(String.raw`^${marks.token} (\S+)\r?$`, 'gm');
  let isCut = false;
  return {
    async listening() {
      await guest.says(/listening api=/);
      await guest.says(new RegExp(marks.token));
    },
    intake: `http://127.0.0.1:${intake}`,
    async json<T>(path: string): Promise<T> {
      const ask = (): Promise<Response> => {
        const token = [...guest.console.matchAll(tokens)].at(-1)?.[1] ?? '';
        return fetch(`http://127.0.0.1:${api}${path}`, { headers: { authorization: `Bearer ${token}` } });
      };
      let answer = await ask().catch(async () => {
        // A kept connection may have ended just now, as the emulated machine is slow.
        await sleep(1000);
        return ask();
      });
      // A store that has lost its tokens has a new one, which the guest tells in a moment.
      for (let tries = 0; answer.status === 401 && tries < 20; tries++) {
        await sleep(1000);
        answer = await ask();
      }
      if (answer.status !== 200) {
        throw new Error(`${path} gave ${answer.status}: ${await answer.text()}`);
      }
      return (await answer.json()) as T;
    },
    async cut() {
      if (!isCut) {
        isCut = true;
        await cut();
      }
    },
    get log() {
      return guest.console;
    },
  };
}
