import type { JSX } from 'preact';
import { nameParts } from '../lib/format.ts';

/**
 * The name of an image, a host, a folder or a file. Where there is no room, the front of where it is from is cut, and then the
 * middle of its own part; its whole is in its title.
 */
export function Name({
  of,
  isPath = false,
}: {
  readonly of: string;
  readonly isPath?: boolean;
}): JSX.Element {
  const [from, own, end] = nameParts(of, isPath);
  return (
    <span class="name" title={of}>
      {from !== '' && (
        <span class="from">
          <bdi>{from}</bdi>
        </span>
      )}
      <span class="own">
        <bdi>{own}</bdi>
        {end !== '' && <bdi>{end}</bdi>}
      </span>
    </span>
  );
}
