/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
/*
 * The kernel's types, cut down to the members that are read. CO-RE finds each member in the running kernel by its name,
 * so order and size here mean nothing. A name with three underscores stands for an older form of the type.
 */
typedef unsigned char u8;
typedef unsigned short u16;
typedef short s16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef int s32;
typedef long long s64;
typedef _Bool bool;
enum { false, true };

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

#if defined(__TARGET_ARCH_x86)
struct pt_regs {
  unsigned long bp, bx, r10, r9, r8, cx, dx, si, di, orig_ax;
};
struct thread_info {
  u32 status;
};
#else
struct user_pt_regs {
  u64 regs[31];
};
struct pt_regs {
  struct user_pt_regs user_regs;
  u64 orig_x0;
  s32 syscallno;
};
struct thread_info {
  unsigned long flags;
};
#endif

typedef struct {
  u32 val;
} kuid_t;
typedef struct {
  u32 val;
} kgid_t;

struct list_head {
  struct list_head *next, *prev;
};
struct ns_common {
  u32 inum;
};
struct task_struct;
struct pid_namespace {
  struct task_struct *child_reaper;
  u32 level;
  struct ns_common ns;
};
struct mnt_namespace {
  struct ns_common ns;
};
struct nsproxy {
  struct mnt_namespace *mnt_ns;
  struct pid_namespace *pid_ns_for_children;
};
struct upid {
  s32 nr;
  struct pid_namespace *ns;
};
struct pid {
  u32 level;
  struct upid numbers[1];
};
enum pid_type { PIDTYPE_PID, PIDTYPE_TGID, PIDTYPE_PGID, PIDTYPE_SID, PIDTYPE_MAX };

/* Once two 32-bit halves, now one number: the same eight bytes, never read by their members. */
typedef struct {
  u32 cap[2];
} kernel_cap_t;

struct cred {
  kuid_t uid, euid, fsuid;
  kgid_t gid, egid, fsgid;
  kernel_cap_t cap_inheritable, cap_permitted, cap_effective;
};

struct qstr {
  u32 len;
  const unsigned char *name;
};
struct inode;
struct dentry {
  struct dentry *d_parent;
  struct qstr d_name;
  struct inode *d_inode;
};
struct vfsmount {
  struct dentry *mnt_root;
};
struct mount {
  struct mount *mnt_parent;
  struct dentry *mnt_mountpoint;
  struct vfsmount mnt;
};
struct path {
  struct vfsmount *mnt;
  struct dentry *dentry;
};
struct super_block {
  u32 s_dev;
  unsigned long s_magic;
};
struct timespec64 {
  s64 tv_sec;
  long tv_nsec;
};
/* Only whether there is such a type is asked. */
struct bpf_rb_node {};
struct inode {
  u16 i_mode;
  kuid_t i_uid;
  kgid_t i_gid;
  struct super_block *i_sb;
  unsigned long i_ino;
  u32 i_nlink;
  s64 i_ctime_sec, i_mtime_sec;
  u32 i_ctime_nsec, i_mtime_nsec;
};
/* Before 6.11 and before 6.6. */
struct inode___whole {
  struct timespec64 __i_ctime, i_mtime;
};
struct inode___oldest {
  struct timespec64 i_ctime, i_mtime;
};
struct file {
  struct path f_path;
  struct inode *f_inode;
  void *private_data;
  u32 f_mode;
};
struct fdtable {
  u32 max_fds;
  struct file **fd;
};
struct files_struct {
  struct fdtable *fdt;
};
struct fs_struct {
  struct path pwd;
};

struct percpu_counter {
  s64 count;
};
struct mm_struct {
  unsigned long arg_start, arg_end, env_start, env_end, total_vm;
  struct file *exe_file;
  struct percpu_counter rss_stat[4];
};
/* Before 6.2. */
typedef struct {
  s64 counter;
} atomic_long;
struct mm_rss_stat {
  atomic_long count[4];
};
struct mm_struct___counted {
  struct mm_rss_stat rss_stat;
};

typedef struct {
  s32 counter;
} atomic_t;
struct rlimit {
  unsigned long rlim_cur;
};
struct tty_driver {
  s32 major, minor_start;
};
struct tty_struct {
  struct tty_driver *driver;
  s32 index;
};
struct signal_struct {
  atomic_t live;
  s32 nr_threads;
  struct list_head thread_head;
  struct pid *pids[PIDTYPE_MAX];
  struct tty_struct *tty;
  struct rlimit rlim[16];
  u32 is_child_subreaper : 1;
  u32 has_child_subreaper : 1;
};

struct kernfs_node {
  struct kernfs_node *__parent;
  const char *name;
};
/* Before 6.15. */
struct kernfs_node___plain {
  struct kernfs_node *parent;
};
struct cgroup {
  struct kernfs_node *kn;
};
struct cgroup_subsys_state {
  struct cgroup *cgroup;
};
struct css_set {
  struct cgroup_subsys_state *subsys[16];
};
enum cgroup_subsys_id { cpuset_cgrp_id, cpu_cgrp_id, cpuacct_cgrp_id, io_cgrp_id, memory_cgrp_id };

struct task_struct {
  struct thread_info thread_info;
  u32 flags;
  s32 pid, tgid, exit_code;
  struct mm_struct *mm;
  struct task_struct *real_parent, *group_leader;
  struct list_head children, sibling, thread_node;
  struct pid *thread_pid;
  u64 start_boottime;
  unsigned long min_flt, maj_flt;
  const struct cred *cred;
  kuid_t loginuid;
  char comm[16];
  struct nsproxy *nsproxy;
  struct fs_struct *fs;
  struct files_struct *files;
  struct signal_struct *signal;
  struct css_set *cgroups;
};
/* Before 5.5 the start time was called otherwise; those kernels are refused. */

struct linux_binprm {
  const char *filename;
};

struct in6_addr {
  u8 bytes[16];
};
struct sock_common {
  u16 skc_family;
  u32 skc_daddr, skc_rcv_saddr;
  u16 skc_dport, skc_num;
  struct in6_addr skc_v6_daddr, skc_v6_rcv_saddr;
};
struct sock {
  struct sock_common __sk_common;
  u32 sk_ack_backlog, sk_max_ack_backlog;
};
struct unix_address {
  s32 len;
};
struct unix_sock {
  struct unix_address *addr;
  struct sock *peer;
};
struct socket {
  struct sock *sk;
};
#pragma clang attribute pop
