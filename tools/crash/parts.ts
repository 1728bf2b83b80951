import { join } from 'node:path';
import { killAgent, spoolingAgent } from './agent-kills.ts';
import { bundleProgram } from './bundle.ts';
import type { CrashPart } from './part.ts';
import { summarize } from './report.ts';
import { killServer } from './server-kills.ts';

export const crashParts: readonly CrashPart[] = [
  {
    id: 'server-kills',
    title: '`kill -9` of the server',
    cuts: 100,
    expectsLoss: false,
    async run({ cuts, ...options }) {
      const report = await killServer({ ...options, kills: cuts });
      return {
        cuts,
        acknowledged: report.acknowledged,
        stored: report.stored,
        faults: report.faults,
        deliveries: { ...report.deliveries, repeats: report.repeats },
        searchMs: summarize(report.searchMs),
        note: `at random moments while six senders each wait for the answer to their last alert; ${report.earlyKills} of the kills before the server listened. The receiver of a webhook answers 503 or is not there in two of three rounds.`,
      };
    },
  },
  {
    id: 'agent-kills',
    title: '`kill -9` of agent and server',
    cuts: 100,
    expectsLoss: false,
    async run({ cuts, ...options }) {
      const agentProgram = join(options.folder, 'agent.mjs');
      await bundleProgram(spoolingAgent, agentProgram);
      const report = await killAgent({ ...options, kills: cuts, agentProgram });
      return {
        cuts: report.agentKills + report.serverKills,
        acknowledged: report.promised,
        stored: report.stored,
        faults: report.faults,
        deliveries: null,
        searchMs: null,
        note: `${report.agentKills} of the agent and ${report.serverKills} of the server at ${cuts} random moments, while the agent spools as fast as its disk takes alerts. Acknowledged is what the agent's spool has promised.`,
      };
    },
  },
];
