/** Where the guest finds this machine's loopback, and what its own address is: both are qemu's choice. */
export const hostAddress = '10.0.2.2';
const guestAddress = '10.0.2.15';

/** Ports of intake and API in the guest. */
export const guestPorts = { intake: 2801, api: 2802 } as const;

/** What the guest says on its console. */
export const marks = {
  token: 'LANNER-TOKEN',
  noDisk: 'LANNER-NO-DISK',
  synced: 'LANNER-STILL-SYNCED',
} as const;

/** Words of the kernel's command line that tell the guest what to do. */
export interface GuestTask {
  readonly role: 'server' | 'agent';
  /** The product is changed so that it does not wait for the disk. */
  readonly unsynced: boolean;
  /** Address that the server sends alerts to; empty for none. */
  readonly webhook?: string;
  /** Lane and seed of the agent. */
  readonly lane?: string;
  readonly seed?: number;
}

export function taskWords({ role, unsynced, webhook = '', lane = '', seed = 1 }: GuestTask): string {
  return `role=${role} unsynced=${unsynced ? 1 : 0} webhook=${webhook} lane=${lane} seed=${seed}`;
}

/** The first program of a guest: mounts its disk, and is server or agent until the power goes. */
export const init = `#!/bin/sh
export PATH=/usr/bin:/usr/sbin HOME=/root TMPDIR=/tmp NO_COLOR=1
box=/usr/bin/busybox
# The firmware leaves a line unfinished.
echo
$box mount -t proc proc /proc
$box mount -t sysfs sysfs /sys
$box mount -t devtmpfs dev /dev
mkdir -p /dev/shm /data
$box mount -t tmpfs shm /dev/shm
for module in /modules/*.ko; do
  $box insmod $module
done
$box ip link set lo up
$box ip address add ${guestAddress}/24 dev eth0
$box ip link set eth0 up
$box ip route add default via ${hostAddress}
# These are words of the kernel's command line: role, unsynced, webhook, lane, seed.
for word in $(cat /proc/cmdline); do
  case $word in
    role=*|unsynced=*|webhook=*|lane=*|seed=*) eval "$word" ;;
  esac
done
$box mount -t ext4 /dev/vda /data || echo ${marks.noDisk}
if [ "$unsynced" = 1 ]; then
  $box sed -i 's/synchronous = FULL/synchronous = OFF/' /lanner/lanner-store.mjs
  $box grep -q 'synchronous = OFF' /lanner/lanner-store.mjs || echo ${marks.synced}
  $box sed -i 's/handle\\.datasync()/handle.stat()/g; s/handle\\.sync()/handle.stat()/g; s/fsyncSync(/Number(/g; s/flush: true/flush: false/g' /crash/spooling-agent.mjs
  $box grep -q 'datasync()' /crash/spooling-agent.mjs && echo ${marks.synced}
fi
# Through a pipe: what is said to a terminal is drawn for people.
if [ "$role" = server ]; then
  # The server listens on loopback only.
  node /crash/forwarder.ts ${guestAddress} ${guestPorts.intake} ${guestPorts.api} &
  (
    # Again and again: a store that has lost its tokens gets a new one.
    while $box sleep 0.5; do
      [ ! -s /data/server/admin-token ] || echo "${marks.token} $(cat /data/server/admin-token)"
    done
  ) &
  echo "webhook: { address: '$webhook' }" >/tmp/config.yaml
  node /lanner/lanner.mjs server --data /data/server -c /tmp/config.yaml --keep-days 36500 --keep-mib 1048576 2>&1 |
    $box cat
else
  node /crash/spooling-agent.mjs /data/spool /data/identity.json "$lane" $seed 2>&1 | $box cat
fi
$box poweroff -f
`;
