import { defineAnalyzer, installed } from '../analyzer.ts';
import { parseObject, textsOf } from '../lib/json.ts';
import { isDirectlyIn } from '../lib/path.ts';

const folders = ['root/buildinfo/content_manifests/', 'usr/share/buildinfo/'] as const;

export const analyzer = defineAnalyzer({
  id: 'redhat-content-manifest',
  revision: 1,
  doc: "The content sets that a layer of Red Hat's was built from.",
  scope: 'file',
  targets: installed,
  scanners: ['vuln'],
  wants: ({ path }) => path.endsWith('.json') && folders.some((folder) => isDirectlyIn(path, folder)),
  analyze(file) {
    const contentSets = textsOf(parseObject(file.text(), 'artifact.parse')['content_sets']);
    return contentSets.length === 0 ? null : { buildInfo: { contentSets } };
  },
});
