/** Where something listens, as people and programs call it, without a slash at the end. */
export function placeUrl(scheme: 'http' | 'https', address: string, port: number): string {
  return `${scheme}://${address.includes(':') ? `[${address}]` : address}:${port}`;
}
