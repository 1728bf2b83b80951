import type { JSX } from 'preact';
import { nameParts } from '../lib/format.ts';

/** The name of an image, a host or a folder; where there is no room its front is cut, and its whole is in its title. */
export function Name({ of }: { readonly of: string }): JSX.Element {
  const [from, own] = nameParts(of);
  return (
    <span class="name" title={of}>
      {from !== '' && <span>{from}</span>}
      <bdi>{own}</bdi>
    </span>
  );
}
