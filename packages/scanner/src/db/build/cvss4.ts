import scores from '../../data/cvss4-scores.json' with { type: 'json' };

// The method of first.org/cvss/v4.0/specification-document, chapter 8: vectors fall into 270 classes with a score each;
// within a class the score falls with the distance from its most severe vectors.

/** Values from the most severe on. */
const levels: Readonly<Record<string, string>> = {
  AV: 'NALP',
  PR: 'NLH',
  UI: 'NPA',
  AC: 'LH',
  AT: 'NP',
  VC: 'HLN',
  VI: 'HLN',
  VA: 'HLN',
  SC: 'SHLN',
  SI: 'SHLN',
  SA: 'SHLN',
  CR: 'HML',
  IR: 'HML',
  AR: 'HML',
  E: 'APU',
};
const required = ['AV', 'AC', 'AT', 'PR', 'UI', 'VC', 'VI', 'VA', 'SC', 'SI', 'SA'];
/** What is not said of these counts as the worst. */
const worst: Readonly<Record<string, string>> = { E: 'A', CR: 'H', IR: 'H', AR: 'H' };

/** One part of a class: some metrics, and for each of its values the most severe vectors and how deep it is. */
interface Part {
  readonly metrics: readonly string[];
  readonly classes: Readonly<Record<string, { readonly maxima: readonly string[]; readonly depth: number }>>;
}

const parts = {
  exploitability: {
    metrics: ['AV', 'PR', 'UI'],
    classes: {
      0: { maxima: ['NNN'], depth: 1 },
      1: { maxima: ['ANN', 'NLN', 'NNP'], depth: 4 },
      2: { maxima: ['PNN', 'ALP'], depth: 5 },
    },
  },
  complexity: {
    metrics: ['AC', 'AT'],
    classes: { 0: { maxima: ['LN'], depth: 1 }, 1: { maxima: ['HN', 'LP'], depth: 2 } },
  },
  vulnerable: {
    metrics: ['VC', 'VI', 'VA', 'CR', 'IR', 'AR'],
    classes: {
      '00': { maxima: ['HHHHHH'], depth: 7 },
      '01': { maxima: ['HHLMMH', 'HHHHMM'], depth: 6 },
      '10': { maxima: ['LHHHHH', 'HLHHHH'], depth: 8 },
      '11': { maxima: ['LHLHMH', 'LHHHMM', 'HLHMHM', 'HLLMHH', 'LLHHHM'], depth: 8 },
      '21': { maxima: ['LLLHHH'], depth: 10 },
    },
  },
  subsequent: {
    metrics: ['SC', 'SI', 'SA'],
    classes: {
      0: { maxima: ['HSS'], depth: 6 },
      1: { maxima: ['HHH'], depth: 5 },
      2: { maxima: ['LLL'], depth: 4 },
    },
  },
} as const satisfies Record<string, Part>;

type Metrics = ReadonlyMap<string, string>;

/** The score of a vector of CVSS 4.0; null for one that is not complete. */
export function cvss4Score(vector: string): number | null {
  const metrics = readVector(vector);
  if (metrics === null) {
    return null;
  }
  if (['VC', 'VI', 'VA', 'SC', 'SI', 'SA'].every((metric) => value(metrics, metric) === 'N')) {
    return 0;
  }
  const [one, two, three, four, five, six] = classOf(metrics);
  const score = scoreOf(one, two, three, four, five, six) ?? 0;
  const steps = [
    [scoreOf(one + 1, two, three, four, five, six), distance(metrics, parts.exploitability, String(one))],
    [scoreOf(one, two + 1, three, four, five, six), distance(metrics, parts.complexity, String(two))],
    [lowerImpact(one, two, three, four, five, six), distance(metrics, parts.vulnerable, `${three}${six}`)],
    [scoreOf(one, two, three, four + 1, five, six), distance(metrics, parts.subsequent, String(four))],
    [scoreOf(one, two, three, four, five + 1, six), 0],
  ] as const;
  const lower = steps.flatMap(([next, share]) => (next === undefined ? [] : [(score - next) * share]));
  let sum = 0;
  for (const part of lower) {
    sum += part;
  }
  const exact = score - (lower.length === 0 ? 0 : sum / lower.length);
  // Half a step is rounded up, whatever the last bit of the sum says.
  return Math.round(Math.min(10, Math.max(0, exact)) * 10 + 1e-6) / 10;
}

function readVector(vector: string): Metrics | null {
  const [head, ...rest] = vector.split('/');
  if (head !== 'CVSS:4.0') {
    return null;
  }
  const metrics = new Map(rest.map((part) => part.split(':', 2) as [string, string]));
  const isComplete = required.every(
    (metric) => levels[metric]?.includes(metrics.get(metric) ?? '?') === true,
  );
  const isKnown = [...Object.keys(levels)].every(
    (metric) => levels[metric]?.includes(value(metrics, metric)) === true,
  );
  return isComplete && isKnown ? metrics : null;
}

/** What counts: a modified metric before the one that it modifies. */
function value(metrics: Metrics, metric: string): string {
  const own = metrics.get(metric) ?? 'X';
  const modified = metrics.get(`M${metric}`) ?? 'X';
  return modified !== 'X' ? modified : own === 'X' ? (worst[metric] ?? own) : own;
}

type Class = readonly [number, number, number, number, number, number];

function classOf(metrics: Metrics): Class {
  function is(metric: string, level: string): boolean {
    return value(metrics, metric) === level;
  }
  const free = [is('AV', 'N'), is('PR', 'N'), is('UI', 'N')];
  const highs = [is('VC', 'H'), is('VI', 'H'), is('VA', 'H')];
  const demanded = ['C', 'I', 'A'].some((aim) => is(`${aim}R`, 'H') && is(`V${aim}`, 'H'));
  return [
    free.every(Boolean) ? 0 : free.some(Boolean) && !is('AV', 'P') ? 1 : 2,
    is('AC', 'L') && is('AT', 'N') ? 0 : 1,
    highs[0] === true && highs[1] === true ? 0 : highs.some(Boolean) ? 1 : 2,
    is('SI', 'S') || is('SA', 'S') ? 0 : is('SC', 'H') || is('SI', 'H') || is('SA', 'H') ? 1 : 2,
    'APU'.indexOf(value(metrics, 'E')),
    demanded ? 0 : 1,
  ];
}

/** undefined for a class that there is not. */
function scoreOf(...eq: Class): number | undefined {
  return (scores as Readonly<Record<string, number>>)[eq.join('')];
}

/** The two parts of impact fall together; where both can, the higher score is meant. */
function lowerImpact(...[one, two, three, four, five, six]: Class): number | undefined {
  const bySix = scoreOf(one, two, three, four, five, six + 1);
  const byThree = scoreOf(one, two, three + 1, four, five, six);
  if (three === 0 && six === 0) {
    return Math.max(bySix ?? 0, byThree ?? 0);
  }
  return three === 1 && six === 0 ? bySix : six === 1 ? byThree : undefined;
}

/** How far a vector lies below the most severe ones of its class, as a share of the depth of the class. */
function distance(metrics: Metrics, { metrics: names, classes }: Part, key: string): number {
  const { maxima = [], depth = 1 } = classes[key] ?? {};
  for (const most of maxima) {
    const steps = names.map((metric, i) => {
      const order = levels[metric] ?? '';
      return order.indexOf(value(metrics, metric)) - order.indexOf(most[i] ?? '');
    });
    if (steps.every((step) => step >= 0)) {
      let sum = 0;
      for (const step of steps) {
        sum += step;
      }
      return sum / depth;
    }
  }
  return 0;
}
