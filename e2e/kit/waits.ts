import { setTimeout as sleep } from 'node:timers/promises';

/** What a probe gives while there is nothing yet. */
type Nothing = false | null | undefined;

/** Asks every 20 ms until there is an answer, and gives it. Throws with `state` after `seconds`. */
export async function waitFor<T>(
  probe: () => T | Nothing | Promise<T | Nothing>,
  state: () => string = () => 'nothing more is known',
  seconds = 25,
): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const answer = await probe();
    if (answer !== undefined && answer !== false && answer !== null) {
      return answer;
    }
    if (Date.now() > end) {
      throw new Error(`not within ${seconds} s: ${state()}`);
    }
    await sleep(20);
  }
}

/** Waits until something holds. Throws after `seconds`. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  seconds = 25,
): Promise<void> {
  await waitFor(holds, () => what, seconds);
}
