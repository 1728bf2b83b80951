// A server that takes alerts at a steady rate while it is asked, and what that costs.
import { setTimeout as sleep } from 'node:timers/promises';
import { alertGenerator } from '../../packages/hub/src/testkit/alert-generator.ts';
import { SeededRandom } from '../../packages/hub/src/testkit/seeded-random.ts';
import { ServerRun } from './server-run.ts';

export type Question = 'search' | 'facets' | 'histogram' | 'groups';

export interface WatchedServer {
  /** Milliseconds of the answers. */
  readonly answers: Readonly<Record<Question, readonly number[]>>;
  /** Milliseconds until phrases that were never asked for are counted to the end. */
  readonly wholeCounts: readonly number[];
  /** The largest resident size that was seen. */
  readonly rssMib: number;
  /** Alerts that were not acknowledged. */
  readonly refused: number;
}

const words = ['shadow', 'python3', 'curl', 'größe', 'node*', 'passwd', 'connect', 'payments'];
const phrases = [
  '"/etc/shadow"',
  '"proc_exepath=/usr/bin/find"',
  '"user=root user_uid=0"',
  '"cat /etc/hosts"',
];
const conditions = [
  'namespace=shop',
  'min_priority=Error',
  'status=open',
  'hostname=node-3',
  'source=syscall',
];
/** Nobody asks for them before they are counted. */
const freshPhrases = [
  '"user=root user_uid=0 user_loginuid"',
  '"exepath=/usr/bin/curl parent"',
  '"etc/hosts gparent"',
];
/** What an answer may take that says when it is of a share only. */
const withinMs = 100;
const batchMs = 20;
const askEveryMs = 100;

/** `firstMs` and `lastMs`: times of the alerts that the store has. */
export async function watchServer(
  data: string,
  options: {
    readonly rate: number;
    readonly seconds: number;
    readonly firstMs: number;
    readonly lastMs: number;
  },
): Promise<WatchedServer> {
  const server = await ServerRun.start(data);
  const answers: Record<Question, number[]> = { search: [], facets: [], histogram: [], groups: [] };
  const counts = { sent: 0, refused: 0 };
  let rssMib = server.rssMib;
  let over = false;
  const asking = async (): Promise<void> => {
    const random = new SeededRandom(5);
    const questions = Object.keys(answers) as Question[];
    for (let turn = 0; !over; turn++) {
      const question = questions[turn % questions.length] ?? 'search';
      answers[question].push((await server.ask(pathOf(question, random, options))).ms);
      rssMib = Math.max(rssMib, server.rssMib);
      await sleep(askEveryMs);
    }
  };
  try {
    await Promise.all([
      asking(),
      send(server, options, counts).finally(() => {
        over = true;
      }),
    ]);
    const wholeCounts: number[] = [];
    for (const phrase of freshPhrases) {
      wholeCounts.push((await server.ask(`/api/v1/alerts/count?q=${encodeURIComponent(phrase)}`)).ms);
      rssMib = Math.max(rssMib, server.rssMib);
    }
    return { answers, wholeCounts, rssMib, refused: counts.refused };
  } finally {
    await server.stop();
  }
}

async function send(
  server: ServerRun,
  { rate, seconds }: { readonly rate: number; readonly seconds: number },
  counts: { sent: number; refused: number },
): Promise<void> {
  const generator = alertGenerator({ seed: 99 });
  const waiting = new Set<Promise<void>>();
  const start = performance.now();
  for (let now = start; now - start < seconds * 1000; now = performance.now()) {
    const due = Math.floor(((now - start) / 1000) * rate);
    while (counts.sent < due) {
      counts.sent++;
      const sending = server.post(generator.next().value.event).then((status) => {
        counts.refused += status === 200 ? 0 : 1;
        waiting.delete(sending);
      });
      waiting.add(sending);
    }
    await sleep(batchMs);
  }
  await Promise.all(waiting);
}

function pathOf(
  question: Question,
  random: SeededRandom,
  { firstMs, lastMs }: { readonly firstMs: number; readonly lastMs: number },
): string {
  const parts: string[] = [];
  if (random.below(2) === 0) {
    const text = random.below(4) === 0 ? random.pick(phrases) : random.pick(words);
    parts.push(`q=${encodeURIComponent(text)}`);
  }
  if (random.below(3) === 0) {
    parts.push(random.pick(conditions));
  }
  if (question === 'histogram') {
    const by = random.pick(['priority', 'rule', 'namespace']);
    const [from, to] = [firstMs, lastMs].map((ms) => new Date(ms).toISOString());
    parts.push('buckets=60', `by=${by}`, `from=${from ?? ''}`, `to=${to ?? ''}`);
  } else {
    parts.push('limit=50');
  }
  if (question === 'histogram' || question === 'facets') {
    parts.push(`within_ms=${withinMs}`);
  }
  return `/api/v1/alerts${question === 'search' ? '' : `/${question}`}?${parts.join('&')}`;
}
