/** A whole number from 0 to below; 0 where there is none. */
export type Random = (below: number) => number;

/** Numbers by chance (xorshift) that are the same for the same seed. */
export function randomNumbers(seed: number): Random {
  let state = seed >>> 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return below > 0 ? (state >>> 0) % below : 0;
  };
}
