import urls from './urls.json' with { type: 'json' };

/** Longer texts are no addresses. */
const maxUrl = 2000;

const ids = new Map<string, string>(Object.entries(urls));

/** An address in the form in which addresses of licences are compared: no scheme, no `www.`, no `.html`. */
export function normalizeLicenseUrl(url: string): string {
  const address = withoutSnapshot(url.trim());
  const [, scheme = '', host = '', path = ''] =
    /^((?:https?:\/\/)?)(?:www\.)?([^/]*)(.*)$/is.exec(address) ?? [];
  if (scheme === '' && address.includes('://') && !/^[^/:]+\//.test(address)) {
    return address;
  }
  const short = path
    .replace(/\/+$/, '')
    .replace(/\.(?:txt|html?)$/i, '')
    .replaceAll('opensource.org/licenses/', 'opensource.org/license/');
  const site = host.toLowerCase();
  return site + (site === 'opensource.org' ? short.replace(/^\/licenses\//, '/license/') : short);
}

/** The SPDX id of the licence at an address; null when it is none that is known. */
export function licenseIdByUrl(url: string): string | null {
  if (url.length > maxUrl) {
    return null;
  }
  const address = normalizeLicenseUrl(url);
  const known = ids.get(address);
  if (known !== undefined) {
    return known;
  }
  // SPDX and the Open Source Initiative have the id in the address.
  const id = /^(?:opensource\.org\/license|spdx\.org\/licenses)\/([\w.+-]+)$/.exec(address)?.[1];
  return id === undefined ? null : (ids.get(address.toLowerCase()) ?? (/[A-Z]/.test(id) ? id : null));
}

/** The address that a snapshot of the Internet Archive shows. */
function withoutSnapshot(url: string): string {
  const [head = ''] = /^https?:\/\/(?:web|wayback)\.archive\.org/i.exec(url) ?? [];
  return /^\/web\/\d{4,14}[a-z_]*\/(.+)$/.exec(url.slice(head.length))?.[1] ?? url;
}
