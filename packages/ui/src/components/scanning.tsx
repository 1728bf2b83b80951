import { type ScanProgress, scanProgressText } from '@lanner/api';
import type { JSX } from 'preact';
import { withinText } from '../lib/format.ts';

/** How far the scan of this machine is; nothing between scans. */
export function Scanning({ scan }: { readonly scan: ScanProgress | null }): JSX.Element | null {
  if (scan === null) {
    return null;
  }
  const text = withinText(`Scanning ${scanProgressText(scan)} …`);
  return (
    <div class="scanning">
      <span title={text}>{text}</span>
      {/* Without a value it says that something is going on, and not how far it is. */}
      <progress aria-label={text} {...(scan.share === null ? {} : { value: scan.share, max: 1 })} />
    </div>
  );
}
