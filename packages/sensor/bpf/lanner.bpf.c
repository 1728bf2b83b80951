/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The programs. Each asks first whether anybody wants to know, then whether the process is in scope. */
#include "events/clone.h"
#include "events/control.h"
#include "events/descriptor.h"
#include "events/exec.h"
#include "events/exit.h"
#include "events/keys.h"
#include "events/open.h"
#include "events/option.h"
#include "events/quota.h"
#include "events/socket.h"
#include "events/transfer.h"
#include "scope.h"
#include "steps.h"
#include "syscall.h"

char license_text[] SEC("license") = "Dual BSD/GPL";

GLOBAL int fill_file_event(struct scratch *s) {
  if (!s) {
    return 0;
  }
  switch (s->type) {
    case SYSCALL_OPEN_X:
      return fill_open(s);
    case SYSCALL_OPENAT_2_X:
      return fill_openat(s);
    case SYSCALL_OPENAT2_X:
      return fill_openat2(s);
    case SYSCALL_CREAT_X:
      return fill_creat(s);
    case SYSCALL_OPEN_BY_HANDLE_AT_X:
      return fill_open_by_handle_at(s);
    case SYSCALL_PIPE_X:
    case SYSCALL_PIPE2_X:
      return fill_pipe(s);
    case SYSCALL_IO_URING_SETUP_X:
      return fill_io_uring_setup(s);
    case SYSCALL_FSCONFIG_X:
      return fill_fsconfig(s);
    case SYSCALL_COPY_FILE_RANGE_X:
      return fill_copy_file_range(s);
    case SYSCALL_SENDFILE_X:
      return fill_sendfile(s);
    case SYSCALL_LLSEEK_X:
      return fill_llseek(s);
    case SYSCALL_QUOTACTL_X:
      return fill_quotactl(s);
    default:
      return 0;
  }
}

GLOBAL int fill_socket_event(struct scratch *s) {
  if (!s) {
    return 0;
  }
  switch (s->type) {
    case SOCKET_SOCKET_X:
      return fill_socket(s);
    case SOCKET_BIND_X:
      return fill_bind(s);
    case SOCKET_CONNECT_X:
      return fill_connect(s);
    case SOCKET_ACCEPT_5_X:
    case SOCKET_ACCEPT4_6_X:
      return fill_accept(s);
    case SOCKET_SOCKETPAIR_X:
      return fill_socketpair(s);
    case SOCKET_SEND_X:
    case SOCKET_SENDTO_X:
      return fill_sendto(s);
    case SOCKET_RECV_X:
    case SOCKET_RECVFROM_X:
      return fill_recvfrom(s);
    case SOCKET_SENDMSG_X:
      return fill_sendmsg(s);
    case SOCKET_RECVMSG_X:
      return fill_recvmsg(s);
    case SOCKET_SENDMMSG_X:
      return fill_sendmmsg(s);
    case SOCKET_RECVMMSG_X:
      return fill_recvmmsg(s);
    case SOCKET_GETSOCKOPT_X:
    case SOCKET_SETSOCKOPT_X:
      return fill_option(s);
    default:
      return 0;
  }
}

GLOBAL int fill_process_event(struct scratch *s) {
  if (!s) {
    return 0;
  }
  switch (s->type) {
    case SYSCALL_CLONE_20_X:
    case SYSCALL_CLONE3_X:
    case SYSCALL_FORK_20_X:
    case SYSCALL_VFORK_20_X:
      return fill_clone_in_caller(s);
    case SYSCALL_EXECVE_19_X:
      return fill_failed_exec(s, 0);
    case SYSCALL_EXECVEAT_X:
      return fill_failed_exec(s, 1);
    case SYSCALL_PTRACE_X:
      return fill_ptrace(s);
    case SYSCALL_PRCTL_X:
      return fill_prctl(s);
    case SYSCALL_CAPSET_X:
      return fill_capset(s);
    case SYSCALL_GETRLIMIT_X:
    case SYSCALL_SETRLIMIT_X:
      return fill_limits(s);
    case SYSCALL_PRLIMIT_X:
      return fill_prlimit(s);
    case SYSCALL_MMAP_X:
    case SYSCALL_MMAP2_X:
      return fill_mmap(s);
    case SYSCALL_SEMOP_X:
      return fill_semop(s);
    case SYSCALL_SEMCTL_X:
      return fill_semctl(s);
    case SYSCALL_KEYCTL_X:
      return fill_keyctl(s);
    case GENERIC_X:
      return fill_generic(s);
    default:
      return 0;
  }
}

/* An event is of exactly one of the four kinds: only one of them sets where its parameters start. */
INLINE void fill_event(struct scratch *s) {
  s->cursor = 0;
  s->kept.size = 0;
  if (fill_row(s)) {
    return;
  }
  fill_file_event(s);
  if (s->cursor == 0) {
    fill_socket_event(s);
  }
  if (s->cursor == 0) {
    fill_process_event(s);
  }
}

/*
 * The result of a clone in the child, and of a successful exec, is told by other programs: this one does not see the
 * first on arm64, and of the second the arguments are gone.
 */
INLINE bool is_told_elsewhere(u32 type, s64 result) {
  if (result != 0) {
    return false;
  }
  switch (type) {
    case SYSCALL_CLONE_20_X:
    case SYSCALL_CLONE3_X:
    case SYSCALL_FORK_20_X:
    case SYSCALL_VFORK_20_X:
    case SYSCALL_EXECVE_19_X:
    case SYSCALL_EXECVEAT_X:
      return true;
    default:
      return false;
  }
}

enum { MAX_MESSAGES = 16 };

/*
 * Of a call that sends or receives several messages: the first one has been recorded as the call. Not through the
 * filter's tests, which have too much on the stack for what a loop calls: where the type is wanted at all, its further
 * messages are.
 */
static long record_message(u32 index, void *context) {
  struct scratch *of_cpu = scratch_of_cpu();
  if (!of_cpu) {
    return 1;
  }
  struct messages *call = &of_cpu->messages;
  struct scratch *s = begin_event(call->type, call->is_compat);
  if (!s) {
    return 1;
  }
  s->native_nr = call->nr;
  s->sc = call->sc;
  s->result = call->result;
  s->args[0] = call->fd;
  s->args[1] = call->from + (u64)(index + 1) * (call->is_compat ? 32 : 64);
  fill_event(s);
  end_event(s, current_task());
  return 0;
}

INLINE bool has_messages(struct scratch *s) {
  return (s->type == SOCKET_SENDMMSG_X || s->type == SOCKET_RECVMMSG_X) && s->result > 1 && !filter_drops_type(s->type);
}

/* Notes the call while the scratch is still its own. */
INLINE void note_messages(struct scratch *s) {
  s->messages = (struct messages){s->type, s->native_nr, s->sc, s->is_compat, s->result, s->args[0], s->args[1]};
}

INLINE void record_messages(s64 count) {
  bpf_loop((count < MAX_MESSAGES ? count : MAX_MESSAGES) - 1, record_message, 0, 0);
}

/* Whether the brief way may decide on the call: it would drop what is to be told as evidence. */
INLINE bool is_decided_briefly(u32 type) {
  return (type == SYSCALL_OPENAT_2_X || type == SYSCALL_OPEN_X) && !(control.evidence & EVIDENCE_OPEN);
}

SEC("tp_btf/sys_exit")
int lanner_sys_exit(u64 *context) {
  struct pt_regs *registers = (void *)context[0];
  s64 result = context[1];
  u32 nr = number_of(registers) & (MAX_SYSCALLS - 1);
  u32 native_route = control.routes[nr], compat_route = control.compat_routes[nr];
  /* Every call of the machine comes here: on some processors returning from a helper costs as much as all the rest. */
  if (!(native_route | compat_route) || number_of(registers) >= MAX_SYSCALLS) {
    return 0;
  }
  struct task_struct *task = bpf_get_current_task_btf();
  bool is_compat = is_compat_task(task);
  u32 route = is_compat ? compat_route : native_route;
  if (route == 0 || !is_in_scope(task)) {
    return 0;
  }
  u32 form = form_of(route);
  if (form == SOCKETCALL || form == IPC) {
    route = carried_route(form, first_argument(registers));
    if (route == 0) {
      return 0;
    }
  }
  u32 type = route & TYPE_OF_ROUTE;
  if (is_told_elsewhere(type, result)) {
    return 0;
  }
  struct scratch *s = begin_event(type, is_compat);
  if (!s) {
    return 0;
  }
  s->native_nr = nr;
  s->sc = route >> 16;
  s->form = form;
  s->result = result;
  read_arguments(s, registers);
  if (form != PLAIN) {
    arrange_arguments(s, form);
  }
  if (is_decided_briefly(type)) {
    s->task = address_of(s, task);
    int decision = brief_decision(s);
    if (decision == BRIEF_DROPPED) {
      s->is_busy = 0;
      return 0;
    }
    s->is_kept = decision == BRIEF_KEPT;
  }
  fill_event(s);
  bool is_many = has_messages(s);
  if (is_many) {
    note_messages(s);
  }
  end_call(s, readable(task));
  if (is_many) {
    record_messages(result);
  }
  return 0;
}

/* The event type that a call that makes tasks has, or 0 when it is not wanted. */
INLINE u32 clone_route(struct pt_regs *registers, bool is_compat) {
  u32 nr = number_of(registers);
  if (nr >= MAX_SYSCALLS) {
    return 0;
  }
  u32 route = is_compat ? control.compat_routes[nr & (MAX_SYSCALLS - 1)] : control.routes[nr & (MAX_SYSCALLS - 1)];
  u32 type = route & TYPE_OF_ROUTE;
  return is_told_elsewhere(type, 0) ? type : 0;
}

SEC("tp_btf/sched_process_fork")
int lanner_fork(u64 *context) {
  struct task_struct *parent = readable((void *)context[0]);
  struct task_struct *child = readable((void *)context[1]);
  if ((parent->flags & PF_KTHREAD) || !is_in_scope(parent)) {
    return 0;
  }
  follow_fork(parent, child);
  bool is_compat = is_compat_task(parent);
  struct pt_regs *registers = registers_of(bpf_get_current_task_btf());
  u32 type = registers ? clone_route(registers, is_compat) : 0;
  if (type == 0 || !is_in_scope(child)) {
    return 0;
  }
  struct scratch *s = begin_event(type, is_compat);
  if (!s) {
    return 0;
  }
  s->result = 0;
  read_arguments(s, registers);
  u32 flags = scap_clone_flags(called_flags(s));
  if (child->thread_pid->level != 0) {
    flags |= SCAP_CHILD_IN_PIDNS;
  }
  set_parameter_count(s, SYSCALL_CLONE_20_X_PARAMS);
  push_u64(s, 0);
  push_clone(s, child, flags);
  end_event(s, child);
  return 0;
}

SEC("tp_btf/sched_process_exec")
int lanner_exec(u64 *context) {
  struct task_struct *task = readable((void *)context[0]);
  struct linux_binprm *program = (void *)context[2];
  if (!control.is_exec_wanted || !is_in_scope(task)) {
    return 0;
  }
  struct scratch *s = begin_event(SYSCALL_EXECVE_19_X, is_compat_task(task));
  if (!s) {
    return 0;
  }
  s->result = 0;
  fill_exec(s, task, program->filename);
  end_event(s, task);
  return 0;
}

SEC("tp_btf/sched_process_exit")
int lanner_exit(u64 *context) {
  struct task_struct *task = readable((void *)context[0]);
  if ((task->flags & PF_KTHREAD) || !is_in_scope(task)) {
    return 0;
  }
  if (control.is_exit_wanted) {
    struct scratch *s = begin_event(PROCEXIT_1_E, is_compat_task(task));
    if (s) {
      s->result = 0;
      fill_exit(s, task);
      end_event(s, task);
    }
  }
  leave_scope(task);
  return 0;
}
