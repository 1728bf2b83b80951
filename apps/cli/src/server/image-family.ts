import type { Finding, FindingStore, MetricFamily } from '@lanner/hub';

type Artifact = Awaited<ReturnType<FindingStore['artifacts']>>[number];

const maxImages = 2000;
const severities: readonly (readonly [Finding['severity'], string])[] = [
  ['CRITICAL', 'Critical'],
  ['HIGH', 'High'],
  ['MEDIUM', 'Medium'],
  ['LOW', 'Low'],
  ['UNKNOWN', 'Unknown'],
];

/**
 * Open findings of images under the name and the labels of Trivy Operator, for dashboards and alert rules that ask for
 * it. What only a cluster knows is empty here.
 */
export function imageFamily(artifacts: readonly Artifact[]): MetricFamily {
  const images = artifacts.filter(({ kind, retiredMs }) => kind === 'image' && retiredMs === null);
  return {
    name: 'trivy_image_vulnerabilities',
    help: 'Open findings of images by severity.',
    type: 'gauge',
    samples: images.slice(0, maxImages).flatMap((image) => {
      const labels = labelsOf(image);
      return severities.map(([severity, label]) => ({
        labels: { ...labels, severity: label },
        value: image.open[severity],
      }));
    }),
  };
}

function labelsOf({ key, names }: Artifact): Record<string, string> {
  const name = names.find((each) => !each.includes('@')) ?? names[0] ?? key;
  const [, registry = '', repository = '', tag = ''] =
    /^(?:([^/]*[.:][^/]*)\/)?([^:@]+)(?::([^@]+))?/.exec(name) ?? [];
  return {
    namespace: '',
    name,
    resource_kind: '',
    resource_name: '',
    container_name: '',
    image_registry: registry,
    image_repository: repository,
    image_tag: tag,
    image_digest: names.find((each) => each.includes('@'))?.split('@')[1] ?? key,
  };
}
