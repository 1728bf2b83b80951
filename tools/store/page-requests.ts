// What the views of the page ask the server for, and what that costs at the size of the store.
import type { Answered, ServerRun } from './server-run.ts';

/** What the page asks for when the conditions of findings change. */
function look(conditions: string): string {
  const whole = 'facets=severity,fixable,kev,accepted,packageName,artifact&trend_from=30d&limit=100';
  return `/api/v1/findings/look?kind=vulnerability,end-of-life,update&${whole}&${conditions}`;
}

/** Requests of a view each time that it is brought up to date, at the same time. */
const refreshes = {
  overview: [['/api/v1/views/overview']],
  events: [['/api/v1/views/events?from=24h&limit=100&buckets=80&values=12']],
  findings: [['/api/v1/findings/look?kind=vulnerability&by=package&limit=100&trend_from=30d']],
  inventory: [['/api/v1/artifacts', '/api/v1/agents']],
  filters: [
    'namespace=shop',
    'min_priority=Error&status=open',
    'rows=alerts&hostname=node-3',
    'q=shadow',
    'q=python*',
    'q=gr%C3%B6%C3%9Fe&source=syscall',
    'q=%22user%3Droot+user_uid%3D0%22',
    'q=%22cat+%2Fetc%2Fhosts%22',
    'rule=Shell+reads+a+secret+file&not.namespace=shop',
    'from=2h',
  ].map((filter) => [`/api/v1/views/events?${filter.includes('from=') ? '' : 'from=24h&'}${filter}`]),
  'finding-filters': [
    'severity=CRITICAL',
    'fixable=true&kev=true',
    'min_epss=0.5',
    'q=lib',
    'q=CVE-2025-1',
    'by=artifact',
    'by=package&severity=HIGH',
    'by=id&fixable=true',
    'change=new',
    'as_of=14d',
  ].map((filter) => [look(filter)]),
  // To any place of the whole list, as the bar beside it does.
  'finding-jumps': [100, 5000, 10_000, 15_000, 19_900].map((skip) => [look(`skip=${skip}`)]),
} as const satisfies Readonly<Record<string, readonly (readonly string[])[]>>;

export type PageView = keyof typeof refreshes;
export const pageViews = Object.keys(refreshes) as PageView[];

/** Costs of every refresh. */
export type PageCosts = Readonly<Record<PageView, readonly Answered[]>>;

/** `rounds` times each, after one that is left out: the page is loaded once before. */
export async function measureRequests(server: ServerRun, rounds: number): Promise<PageCosts> {
  const costs: Record<PageView, Answered[]> = {
    overview: [],
    events: [],
    findings: [],
    inventory: [],
    filters: [],
    'finding-filters': [],
    'finding-jumps': [],
  };
  for (let round = 0; round <= rounds; round++) {
    for (const view of pageViews) {
      for (const paths of refreshes[view]) {
        const start = performance.now();
        const answers = await Promise.all(paths.map((path) => server.ask(path)));
        const ms = performance.now() - start;
        let bytes = 0;
        for (const answer of answers) {
          bytes += answer.bytes;
        }
        // Filters count from their first time on: somebody asks for each anew.
        if (round > 0 || view === 'filters' || view === 'finding-filters') {
          costs[view].push({ ms, bytes });
        }
      }
    }
  }
  return costs;
}
