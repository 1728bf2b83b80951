/** Lines between which the guest says what the self-test gave, and what came of each layout of control groups. */
export const marks = {
  output: 'LANNER-OUTPUT',
  errors: 'LANNER-ERRORS',
  end: 'LANNER-END',
  cgroups: 'LANNER-CGROUPS',
} as const;

/** Layouts of control groups that a machine may have. */
export const cgroupLayouts = ['v2', 'hybrid', 'v1'] as const;
export type CgroupLayout = (typeof cgroupLayouts)[number];

/** The container that the guest's own processes say to be in, by the name of their control group. */
export const containerId = '1f2e3d4c5b6a'.padEnd(64, '0');

/** What a shell of that container is to be seen with. */
export const containerRules = JSON.stringify([
  {
    rule: 'inside',
    desc: 'Names the container of a program.',
    condition: 'evt.type in (execve, execveat) and proc.name = true and evt.failed = false',
    output: 'id=%container.id',
    priority: 'NOTICE',
  },
]);

/** The first program of a guest: the self-test, then a process in a container under each layout of control groups. */
export const init = `#!/bin/sh
export PATH=/usr/bin:/usr/sbin HOME=/root TMPDIR=/tmp NO_COLOR=1
box=/usr/bin/busybox
$box mount -t proc proc /proc
$box mount -t sysfs sysfs /sys
$box mount -t devtmpfs dev /dev
mkdir -p /dev/pts /dev/shm
$box mount -t devpts devpts /dev/pts
$box mount -t tmpfs shm /dev/shm
$box mount -t bpf bpf /sys/fs/bpf
$box mount -t securityfs security /sys/kernel/security
$box mount -t tracefs tracing /sys/kernel/tracing
$box ip link set lo up

control_groups_v2() {
  $box mount -t cgroup2 cgroup /sys/fs/cgroup
  # As engines do: a process shows its group only for controllers that the group has.
  echo '+memory +pids' >/sys/fs/cgroup/cgroup.subtree_control
  mkdir /sys/fs/cgroup/docker
  echo '+memory +pids' >/sys/fs/cgroup/docker/cgroup.subtree_control
  containers='/sys/fs/cgroup'
}
legacy_controllers() {
  containers=''
  for name in pids memory cpu freezer; do
    mkdir -p /sys/fs/cgroup/$name
    if $box mount -t cgroup -o $name cgroup /sys/fs/cgroup/$name 2>/dev/null; then
      containers="$containers /sys/fs/cgroup/$name"
    fi
  done
}
control_groups_v1() {
  $box mount -t tmpfs cgroup /sys/fs/cgroup
  legacy_controllers
}
control_groups_hybrid() {
  control_groups_v1
  mkdir /sys/fs/cgroup/unified
  $box mount -t cgroup2 cgroup /sys/fs/cgroup/unified
  containers="$containers /sys/fs/cgroup/unified"
}
no_control_groups() {
  for folder in /sys/fs/cgroup/*/docker/* /sys/fs/cgroup/*/docker /sys/fs/cgroup/docker/* /sys/fs/cgroup/docker; do
    [ ! -d "$folder" ] || rmdir "$folder" 2>/dev/null
  done
  for folder in /sys/fs/cgroup/*/ /sys/fs/cgroup; do
    $box umount "$folder" 2>/dev/null
  done
}
# A shell that has entered a control group of a container becomes what it is given.
inside() {
  sh -c 'for folder in $0; do
      mkdir -p "$folder/docker/${containerId}" && echo $$ >"$folder/docker/${containerId}/cgroup.procs"
    done
    exec "$@"' "$containers" "$@"
}

uname -a
control_groups_v2
node /lanner/lanner.mjs selftest --json >/tmp/output 2>/tmp/errors
code=$?
echo
echo ${marks.output}
cat /tmp/output
echo ${marks.errors}
cat /tmp/errors
echo ${marks.end} $code
no_control_groups
if [ $code -le 1 ] && [ -s /tmp/output ]; then
  for layout in ${cgroupLayouts.join(' ')}; do
    control_groups_$layout
    inside node /lanner/lanner.mjs run -r /lanner/container.yaml --alerts /tmp/alerts -- /usr/bin/true 2>/tmp/errors
    echo "${marks.cgroups} $layout $(cat /tmp/alerts /tmp/errors | tr '\\n' ' ')"
    : >/tmp/alerts
    no_control_groups
  done
fi
$box poweroff -f
`;
