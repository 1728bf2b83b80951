/** Weights of the metrics of CVSS 3: first.org/cvss/v3.1/specification-document, table 16. */
const weights: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  AV: { N: 0.85, A: 0.62, L: 0.55, P: 0.2 },
  AC: { L: 0.77, H: 0.44 },
  PR: { N: 0.85, L: 0.62, H: 0.27 },
  UI: { N: 0.85, R: 0.62 },
  C: { H: 0.56, L: 0.22, N: 0 },
  I: { H: 0.56, L: 0.22, N: 0 },
  A: { H: 0.56, L: 0.22, N: 0 },
};
/** Privileges weigh more when the scope changes. */
const privilegesOfChangedScope: Readonly<Record<string, number>> = { N: 0.85, L: 0.68, H: 0.5 };

/** The base score of a vector of CVSS 3.0 or 3.1; null for one that is not complete. */
export function cvss3Score(vector: string): number | null {
  if (!/^CVSS:3\.[01]\//.test(vector)) {
    return null;
  }
  const metrics = new Map(
    vector
      .split('/')
      .slice(1)
      .map((part) => part.split(':', 2) as [string, string]),
  );
  const scope = metrics.get('S');
  const changed = scope === 'C';
  const values: Record<string, number> = {};
  for (const [metric, table] of Object.entries(weights)) {
    const level = metrics.get(metric) ?? '';
    const weight = changed && metric === 'PR' ? privilegesOfChangedScope[level] : table[level];
    if (weight === undefined || (scope !== 'U' && scope !== 'C')) {
      return null;
    }
    values[metric] = weight;
  }
  const { AV = 0, AC = 0, PR = 0, UI = 0, C = 0, I = 0, A = 0 } = values;
  const base = 1 - (1 - C) * (1 - I) * (1 - A);
  const impact = changed ? 7.52 * (base - 0.029) - 3.25 * (base - 0.02) ** 15 : 6.42 * base;
  const exploitability = 8.22 * AV * AC * PR * UI;
  if (impact <= 0) {
    return 0;
  }
  return roundUp(Math.min(changed ? 1.08 * (impact + exploitability) : impact + exploitability, 10));
}

/** To one digit, as appendix A of the specification says. */
function roundUp(value: number): number {
  const scaled = Math.round(value * 100_000);
  return scaled % 10_000 === 0 ? scaled / 100_000 : (Math.floor(scaled / 10_000) + 1) / 10;
}
