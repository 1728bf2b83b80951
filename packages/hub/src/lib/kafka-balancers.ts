/** The partition for a message of a length in bytes, when there are so many partitions. */
export type Balancer = (partitions: number, length: number) => number;

/** What murmur2 makes of an empty key, without the sign: falcosidekick's messages have none. */
const murmurOfNothing = 275_646_681;

/** By the names of falcosidekick. Those that hash the key come to one partition, those called random spread evenly. */
export const balancers: Readonly<Record<string, () => Balancer>> = {
  round_robin: roundRobin,
  crc32_random: roundRobin,
  murmur2_random: roundRobin,
  crc32: () => () => 0,
  murmur2: () => (partitions) => murmurOfNothing % partitions,
  least_bytes: leastBytes,
};

function roundRobin(): Balancer {
  let next = 0;
  return (partitions) => next++ % partitions;
}

function leastBytes(): Balancer {
  const sent: number[] = [];
  return (partitions, length) => {
    let least = 0;
    for (let partition = 0; partition < partitions; partition++) {
      if ((sent[partition] ?? 0) < (sent[least] ?? 0)) {
        least = partition;
      }
    }
    sent[least] = (sent[least] ?? 0) + length;
    return least;
  };
}
