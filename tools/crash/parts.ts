import { join } from 'node:path';
import { killAgent, spoolingAgent } from './agent-kills.ts';
import { bundleProgram } from './bundle.ts';
import type { CrashPart } from './part.ts';
import { cutPowerOfAgent } from './power/agent-power.ts';
import { guestImage } from './power/guest-image.ts';
import { cutPowerOfServer } from './power/server-power.ts';
import { summarize } from './report.ts';
import type { ServerCutReport } from './server-cuts.ts';
import { killServer } from './server-kills.ts';

/** The parts of the job, in the order in which they run. */
export const crashParts: readonly CrashPart[] = [
  {
    id: 'server-kills',
    title: '`kill -9` of the server',
    cuts: 100,
    expectsLoss: false,
    async run(input) {
      const report = await killServer(input);
      return {
        ...figuresOf(report),
        searchMs: summarize(report.searchMs),
        note: `at random moments while six senders each wait for the answer to their last alert; ${report.earlyCuts} of the kills came while the server started. The receiver of a webhook answers 503 or is not there two thirds of the time.`,
      };
    },
  },
  {
    id: 'agent-kills',
    title: '`kill -9` of agent and server',
    cuts: 100,
    expectsLoss: false,
    async run(input) {
      const agentProgram = join(input.folder, 'agent.mjs');
      await bundleProgram(spoolingAgent, agentProgram);
      const report = await killAgent({ ...input, agentProgram });
      return {
        ...undelivered,
        cuts: input.cuts,
        acknowledged: report.promised,
        stored: report.stored,
        faults: report.faults,
        note: `at random moments, ${report.agentKills} of the agent and ${report.serverKills} of the server, at times both, while the agent spools as fast as its disk takes alerts. Acknowledged is what its spool has promised.`,
      };
    },
  },
  powerOfServer({ id: 'server-power', cuts: 20, unsynced: false }),
  powerOfAgent({ id: 'agent-power', cuts: 20, unsynced: false }),
  powerOfServer({ id: 'server-unsynced', cuts: 3, unsynced: true }),
  powerOfAgent({ id: 'agent-unsynced', cuts: 3, unsynced: true }),
];

/** Of parts that have no receiver and no searches. */
const undelivered = { deliveries: null, searchMs: null, wrongSearches: [] } as const;

interface PowerPart {
  readonly id: string;
  readonly cuts: number;
  readonly unsynced: boolean;
}

function powerOfServer({ id, cuts, unsynced }: PowerPart): CrashPart {
  return {
    id,
    title: unsynced ? 'Power cuts of a server that does not sync' : 'Power cuts of the server',
    cuts,
    expectsLoss: unsynced,
    async run(input) {
      const { disk, ...report } = await cutPowerOfServer({ ...input, unsynced, image: await guestImage() });
      const searches = summarize(report.searchMs);
      return {
        ...figuresOf(report),
        // An emulated machine says nothing about time.
        searchMs: null,
        note: [
          unsynced
            ? unsyncedNote
            : 'The load is that of the kills with four times as many senders, and most cuts wait until writes are under way.',
          `${report.earlyCuts} of the cuts came while the guest started.`,
          disk.text(),
          `Under emulation searches were right ${searches?.median ?? '-'} ms after the power came back (median).`,
        ].join(' '),
      };
    },
  };
}

function powerOfAgent({ id, cuts, unsynced }: PowerPart): CrashPart {
  return {
    id,
    title: unsynced ? 'Power cuts of an agent that does not sync' : 'Power cuts of the agent',
    cuts,
    expectsLoss: unsynced,
    async run(input) {
      const report = await cutPowerOfAgent({ ...input, unsynced, image: await guestImage() });
      return {
        ...undelivered,
        cuts: input.cuts,
        acknowledged: report.promised,
        stored: report.stored,
        faults: report.faults,
        note: [
          unsynced
            ? unsyncedNote
            : 'Its spool is on the disk of the guest, its server is not; most cuts wait until writes are under way.',
          `In ${report.alone} rounds the server was away.`,
          report.disk.text(),
        ].join(' '),
      };
    },
  };
}

const unsyncedNote =
  'Shows that the test finds losses: what waits for the disk is taken out of the product, so alerts have to be lost.';

function figuresOf({
  cuts,
  acknowledged,
  stored,
  faults,
  deliveries,
  repeats,
  wrongSearches,
}: ServerCutReport) {
  return { cuts, acknowledged, stored, faults, deliveries: { ...deliveries, repeats }, wrongSearches };
}
