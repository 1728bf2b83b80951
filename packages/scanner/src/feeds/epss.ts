import { defineFeed } from '../feed.ts';

export const feed = defineFeed({
  id: 'epss',
  doc: "FIRST's EPSS: the probability that a vulnerability is exploited, as CSV.",
  accepts: ({ path, text }) => path.endsWith('.csv') && /^cve,epss,percentile\r?$/m.test(text.slice(0, 1000)),
  read({ text }, sink) {
    for (const line of text.split('\n')) {
      const row = line.trim();
      if (row === '' || row.startsWith('#') || row.startsWith('cve,')) {
        continue;
      }
      const [id = '', epss = '', percentile = ''] = row.split(',');
      const [probability, share] = [Number(epss), Number(percentile)];
      if (!/^CVE-\d{4}-\d+$/.test(id) || !isShare(probability) || !isShare(share) || epss === '') {
        sink.rejected(id.slice(0, 30), 'is no row of an id and two probabilities');
        continue;
      }
      sink.threat(id, { epss: probability, percentile: share });
      sink.imported();
    }
  },
});

function isShare(value: number): boolean {
  return value >= 0 && value <= 1;
}
