/** One family of the Prometheus text format, version 0.0.4. */
export interface MetricFamily {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge';
  readonly samples: readonly MetricSample[];
}

export interface MetricSample {
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number | bigint;
}

/** What only grows; a number is the value of a family without labels. */
export function counterFamily(
  name: string,
  help: string,
  samples: number | readonly MetricSample[],
): MetricFamily {
  return familyOf('counter', name, help, samples);
}

/** What goes up and down. */
export function gaugeFamily(
  name: string,
  help: string,
  samples: number | readonly MetricSample[],
): MetricFamily {
  return familyOf('gauge', name, help, samples);
}

function familyOf(
  type: MetricFamily['type'],
  name: string,
  help: string,
  samples: number | readonly MetricSample[],
): MetricFamily {
  return { name, help, type, samples: typeof samples === 'number' ? [{ value: samples }] : samples };
}

/** Content type of `/metrics`. */
export const metricsContentType = 'text/plain; version=0.0.4';

/** Text of families; one without samples is left out, samples of equal names stand together. */
export function exposition(families: readonly MetricFamily[]): string {
  const blocks: string[] = [];
  for (const { name, help, type, samples } of families) {
    if (samples.length > 0) {
      const lines = samples.map(
        ({ labels = {}, value }) => `${name}${labelText(labels)} ${valueText(value)}\n`,
      );
      blocks.push(
        `# HELP ${name} ${help.replace(/\\/g, '\\\\').replace(/\n/g, '\\n')}\n# TYPE ${name} ${type}\n${lines.join('')}`,
      );
    }
  }
  return blocks.join('');
}

/** A name with every character that labels and metrics must not have replaced by an underscore. */
export function metricName(text: string): string {
  const name = text.replace(/[^a-zA-Z0-9_]/g, '_').replace(/_+/g, '_');
  return /^[a-zA-Z_]/.test(name) ? name : `_${name}`;
}

function labelText(labels: Readonly<Record<string, string>>): string {
  const entries = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
  if (entries.length === 0) {
    return '';
  }
  const escape = (text: string): string =>
    text.replace(/\\/g, '\\\\').replace(/"/g, '\\"').replace(/\n/g, '\\n');
  return `{${entries.map(([name, value]) => `${metricName(name)}="${escape(value)}"`).join(',')}}`;
}

function valueText(value: number | bigint): string {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
  }
  return String(value);
}
