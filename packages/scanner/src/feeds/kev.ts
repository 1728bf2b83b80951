import { defineFeed } from '../feed.ts';
import { isObject, objectsOf, present, textOf } from '../lib/json.ts';

export const feed = defineFeed({
  id: 'kev',
  doc: "CISA's catalogue of known exploited vulnerabilities, as JSON.",
  accepts({ path, document }) {
    const catalogue = path.endsWith('.json') ? document() : null;
    return (
      isObject(catalogue) && 'catalogVersion' in catalogue && Array.isArray(catalogue['vulnerabilities'])
    );
  },
  read({ document }, sink) {
    const catalogue = document();
    for (const entry of objectsOf(isObject(catalogue) ? catalogue['vulnerabilities'] : [])) {
      const [id, since] = [textOf(entry['cveID']), textOf(entry['dateAdded'])];
      if (id === undefined || since === undefined) {
        sink.rejected(id ?? '', 'names no vulnerability or no day');
        continue;
      }
      const ransomware = entry['knownRansomwareCampaignUse'] === 'Known' ? true : undefined;
      sink.threat(id, present({ exploitedSince: since, ransomware }));
      sink.imported();
    }
  },
});
