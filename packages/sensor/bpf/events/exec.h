/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
/* execve and execveat: the program that has been started, or the one that could not be. */
#include "event-types.h"
#include "../file.h"
#include "process.h"

enum { EXE_WRITABLE = 1, EXE_UPPER_LAYER = 2, EXE_FROM_MEMFD = 4, EXE_LOWER_LAYER = 8 };
enum { CAP_DAC_OVERRIDE = 1, CAP_FOWNER = 3 };
enum { MAX_ARGUMENTS = 512 };

INLINE u64 nanoseconds(s64 seconds, u64 rest) {
  return seconds * 1000000000ull + rest;
}

INLINE u64 ctime_of(struct inode *inode) {
  struct inode___whole *whole = (void *)inode;
  struct inode___oldest *oldest = (void *)inode;
  if (FIELD_EXISTS(inode->i_ctime_sec)) {
    return nanoseconds(READ(inode, i_ctime_sec), READ(inode, i_ctime_nsec));
  }
  if (FIELD_EXISTS(whole->__i_ctime)) {
    return nanoseconds(READ(whole, __i_ctime.tv_sec), READ(whole, __i_ctime.tv_nsec));
  }
  return nanoseconds(READ(oldest, i_ctime.tv_sec), READ(oldest, i_ctime.tv_nsec));
}

INLINE u64 mtime_of(struct inode *inode) {
  struct inode___oldest *oldest = (void *)inode;
  if (FIELD_EXISTS(inode->i_mtime_sec)) {
    return nanoseconds(READ(inode, i_mtime_sec), READ(inode, i_mtime_nsec));
  }
  return nanoseconds(READ(oldest, i_mtime.tv_sec), READ(oldest, i_mtime.tv_nsec));
}

/* Whether the process could write to its own program; access lists are not looked at, as Falco does not. */
INLINE bool is_writable(struct task_struct *task, struct inode *inode) {
  u32 mode = READ(inode, i_mode);
  if (mode & 0002) {
    return true;
  }
  u32 owner = READ(inode, i_uid.val), group = READ(inode, i_gid.val);
  if (task->cred->fsuid.val == owner) {
    if (mode & 0200) {
      return true;
    }
  } else if (task->cred->fsgid.val == group && (mode & 0020)) {
    return true;
  }
  u64 caps = CAPABILITIES(task, cap_effective);
  return caps & (1ull << CAP_DAC_OVERRIDE) ? true : false;
}

/* A file of memfd_create has no place, and this name. */
INLINE bool is_memfd(struct scratch *s) {
  u32 at = s->path.at & (PATH_SIZE - 1);
  u8 *text = s->path.text + at;
  return s->path.is_unplaced && text[0] == 'm' && text[1] == 'e' && text[2] == 'm' && text[3] == 'f' &&
         text[4] == 'd' && text[5] == ':';
}

/* The path must have been built. */
INLINE u32 exe_flags(struct scratch *s, struct task_struct *task, struct inode *inode, u32 layer) {
  u32 flags = is_writable(task, inode) ? EXE_WRITABLE : 0;
  flags |= layer == LAYER_UPPER ? EXE_UPPER_LAYER : layer == LAYER_LOWER ? EXE_LOWER_LAYER : 0;
  return is_memfd(s) ? flags | EXE_FROM_MEMFD : flags;
}

INLINE u32 tty_of(struct task_struct *task) {
  struct tty_struct *tty = task->signal->tty;
  if (!tty) {
    return 0;
  }
  struct tty_driver *driver = tty->driver;
  return user_device((driver->major << 20) | (driver->minor_start + tty->index));
}

INLINE void push_cwd(struct scratch *s, struct task_struct *task) {
  build_path(s, address_of(s, task->fs) + FIELD_OFFSET(struct fs_struct, pwd));
  push_path(s);
}

INLINE void push_credentials(struct scratch *s, struct task_struct *task) {
  push_u64(s, CAPABILITIES(task, cap_inheritable));
  push_u64(s, CAPABILITIES(task, cap_permitted));
  push_u64(s, CAPABILITIES(task, cap_effective));
}

/* Parameters from the terminal on; the path of the program becomes the event's. */
INLINE void push_program(struct scratch *s, struct task_struct *task) {
  struct file *exe = task->mm->exe_file;
  struct inode *inode = READ(exe, f_inode);
  struct pid *pid = task->thread_pid;
  struct pid *group = task->signal->pids[PIDTYPE_PGID];
  u32 layer = note_file(s, exe);
  build_noted_path(s);
  push_u32(s, tty_of(task));
  push_u64(s, (s64)nr_at(group, pid->level));
  push_u32(s, task->loginuid.val);
  push_u32(s, exe_flags(s, task, inode, layer));
  push_credentials(s, task);
  push_u64(s, s->header.inode);
  push_u64(s, ctime_of(inode));
  push_u64(s, mtime_of(inode));
  push_u32(s, task->cred->euid.val);
  push_path(s);
  push_u64(s, (s64)nr_at(group, 0));
  push_u32(s, task->cred->egid.val);
}

/* The environment of the program that runs; a process that failed to start another keeps its own. */
INLINE void push_environment(struct scratch *s, struct task_struct *task) {
  push_user_texts(s, task->mm->env_start, task->mm->env_end);
}

/* A program that has been started. The kernel says the same of execve and execveat here, and so does Falco. */
INLINE void fill_exec(struct scratch *s, struct task_struct *task, const char *filename) {
  set_parameter_count(s, SYSCALL_EXECVE_19_X_PARAMS);
  push_u64(s, 0);
  push_command_line(s, task->mm->arg_start, task->mm->arg_end);
  push_ids(s, task);
  push_cwd(s, task);
  push_resources(s, task);
  push_environment(s, task);
  push_program(s, task);
  push_kernel_text(s, address_of(s, filename));
}

/* One text of an array of pointers in the process; ends the loop behind the last. */
static long argument_step(u32 index, void *context) {
  struct scratch *s = scratch_of_cpu();
  if (!s) {
    return 1;
  }
  u64 pointer = user_word(s, s->array + (index + s->array_skip) * (s->is_compat ? 4 : 8));
  u32 at = s->cursor;
  OPAQUE(at);
  if (pointer == 0 || at >= DATA_SIZE) {
    return 1;
  }
  u32 left = s->array_end - at;
  if (at >= s->array_end) {
    s->header.flags |= LANNER_TRUNCATED;
    return 1;
  }
  OPAQUE(left);
  left &= 2 * PATH_SIZE - 1;
  if (left > PATH_SIZE) {
    return 1;
  }
  s64 length = bpf_probe_read_user_str(s->data + at, left, (void *)pointer);
  if (length <= 0) {
    s->header.flags |= LANNER_RACED;
    return 1;
  }
  s->cursor = at + length;
  return 0;
}

/* An array of texts, each ended by NUL, as one parameter; without the first `skip`. */
GLOBAL int push_array(struct scratch *s, u64 array, u32 skip) {
  if (!s) {
    return 0;
  }
  u32 from = s->cursor;
  s->array = array;
  s->array_skip = skip;
  s->array_end = from + PATH_SIZE;
  bpf_loop(MAX_ARGUMENTS, argument_step, 0, 0);
  u32 length = s->cursor - from;
  s->cursor = from;
  end_parameter(s, length);
  return 0;
}

/* A program that could not be started: its arguments are still where the caller put them. */
GLOBAL int fill_failed_exec(struct scratch *s, u32 first) {
  if (!s || first > 1) {
    return 0;
  }
  struct task_struct *task = current_task();
  u64 path = s->args[first], array = s->args[first + 1], environment = s->args[first + 2];
  set_parameter_count(s, first ? SYSCALL_EXECVEAT_X_PARAMS : SYSCALL_EXECVE_19_X_PARAMS);
  push_u64(s, s->result);
  push_user_text(s, array ? user_word(s, array) : 0);
  push_array(s, array, 1);
  push_ids(s, task);
  push_cwd(s, task);
  push_resources(s, task);
  push_array(s, environment, 0);
  push_program(s, task);
  s->has_path = 0;
  if (first == 0) {
    push_user_text(s, path);
  }
  return 0;
}
