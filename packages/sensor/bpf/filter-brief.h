/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
/*
 * The brief way to decide on an open, before its event is put together. Programs open files with few different flags, so
 * what the numbers of a call leave of the test is kept; the path alone is then looked at. It only ever drops what
 * the whole way drops: whatever is not plain goes there.
 */
#include "filter-path.h"

/* Where the path lies in `data` meanwhile: no part of an event is there yet. */
enum { BRIEF_PATH_AT = 64 };

enum { BRIEF_UNDECIDED, BRIEF_DROPPED, BRIEF_KEPT };

/* The call's flags, as the process gave them. */
INLINE u32 brief_flags(struct scratch *s) {
  return s->type == SYSCALL_OPEN_X ? s->args[1] : s->args[2];
}

INLINE u32 brief_failure(struct scratch *s) {
  return s->result < 0 ? -s->result : 0;
}

INLINE struct brief_memo *brief_memo_of(struct filter_answers *answers, u32 flags, u32 failure) {
  u32 hash = flags ^ flags >> 6 ^ flags >> 15 ^ failure;
  OPAQUE(hash);
  return &answers->memos[hash & (BRIEF_MEMOS - 1)];
}

/* Whether an alternative is left when just these atoms are possible; what they ask for is in `answers` then. */
GLOBAL int filter_wants(struct filter_test *test, struct filter_answers *answers, u32 possible) {
  if (!test || !answers) {
    return 1;
  }
  u32 kept = answers->possible;
  answers->possible = possible;
  bool found = filter_want(test, answers);
  answers->possible = kept;
  return found;
}

/*
 * Keeps what the numbers have left of a test for the next call with the same flags: the languages a regular path must
 * not belong to so that it is dropped.
 */
GLOBAL int brief_remember(struct scratch *s, struct filter_test *test, struct filter_answers *answers, u32 slot, u32 number) {
  struct filter_tables *tables = bpf_map_lookup_elem(&filter_slots, &slot);
  if (!s || !test || !answers || !tables) {
    return 0;
  }
  u32 flags = brief_flags(s), failure = brief_failure(s);
  u32 possible = answers->possible, others = tables->pair_languages;
  u32 paths = test->raw_atoms | test->normal_atoms | test->absolute_atoms;
  u32 resolved = test->normal_atoms | test->absolute_atoms;
  u32 outcome = 0;
  struct brief_memo *memo = brief_memo_of(answers, flags, failure);
  memo->generation = 0;
  memo->test = number;
  memo->flags = flags;
  memo->failure = failure;
  if (!filter_wants(test, answers, possible)) {
    outcome = BRIEF_ALWAYS;
  }
  u32 left = possible & ~(test->pair_raw | test->pair_normal | test->pair_absolute);
  filter_wants(test, answers, left);
  memo->languages = answers->languages & ~others;
  if (!filter_wants(test, answers, left & ~paths)) {
    outcome |= BRIEF_ABSOLUTE;
    outcome |= filter_wants(test, answers, (left & ~paths) | resolved) ? BRIEF_ABSOLUTE_KERNEL : 0;
  }
  /* Of a relative path's absolute form nothing is known. */
  left = possible & ~(test->pair_raw | test->pair_normal);
  filter_wants(test, answers, left);
  memo->relative_languages = answers->languages & ~others;
  if (!(answers->wanted & test->raw_atoms) && !filter_wants(test, answers, left & ~test->normal_atoms)) {
    outcome |= BRIEF_RELATIVE;
    outcome |= filter_wants(test, answers, left | resolved) ? BRIEF_RELATIVE_KERNEL : 0;
  }
  memo->outcome = outcome;
  memo->possible = possible;
  memo->certain = answers->certain;
  memo->generation = tables->generation;
  return 0;
}

/* Whether a regular path is the one that the kernel knows the opened file by, as far as that counts. */
INLINE bool brief_leads_there(struct scratch *s, u32 length, u64 directory, u32 must_be_same) {
  if (s->result < 0 || !must_be_same) {
    return true;
  }
  u64 path = path_of_file(s, file_of_task(task_at(s->task), s->result));
  return path && is_path_of(s, path, BRIEF_PATH_AT, length, directory);
}

/* Whether a regular path that belongs to some languages leaves an alternative. */
GLOBAL int brief_decides(struct filter_answers *answers, u32 slot, struct brief_memo *memo, u32 decided, u32 mask) {
  struct filter_tables *tables = bpf_map_lookup_elem(&filter_slots, &slot);
  if (!answers || !memo || !tables) {
    return BRIEF_UNDECIDED;
  }
  struct filter_test *test = &tables->tests[(memo->test - 1) & (FILTER_TESTS - 1)];
  answers->possible = memo->possible;
  answers->certain = memo->certain;
  filter_note_path(test, answers, test->atoms[test->first_path & (FILTER_ATOMS - 1)].parameter, decided, mask);
  return filter_want(test, answers) ? BRIEF_KEPT : BRIEF_UNDECIDED;
}

INLINE int brief_absolute(struct scratch *s, struct filter_answers *answers, u32 slot, struct brief_memo *memo, u32 length) {
  u32 languages = answers->languages;
  if (!(memo->outcome & BRIEF_ABSOLUTE)) {
    return BRIEF_UNDECIDED;
  }
  u32 mask = languages ? filter_walk(s, answers, slot, BRIEF_PATH_AT, length) : 0;
  if (mask & languages) {
    return brief_decides(answers, slot, memo, EVERY_FORM, mask);
  }
  return brief_leads_there(s, length, 0, memo->outcome & BRIEF_ABSOLUTE_KERNEL) ? BRIEF_DROPPED : BRIEF_UNDECIDED;
}

/* The struct path from which a relative one starts; 0 where it is not known. */
INLINE u64 brief_directory(struct scratch *s) {
  struct task_struct *task = task_at(s->task);
  s32 fd = s->type == SYSCALL_OPEN_X ? CURRENT_DIRECTORY : (s32)s->args[0];
  return fd == CURRENT_DIRECTORY ? working_directory(s, task) : path_of_file(s, file_of_task(task, fd));
}

/* Goes with the automaton through the path of the directory; false when that cannot be told or is not plain. */
GLOBAL int brief_walk_directory(struct scratch *s, struct filter_answers *answers, u32 slot, u64 directory) {
  struct filter_tables *tables = bpf_map_lookup_elem(&filter_slots, &slot);
  if (!s || !answers || !tables) {
    return 0;
  }
  struct kept_directory *kept = &s->kept;
  u32 languages = answers->languages;
  if (kept->size > 1 && kept->generation == tables->generation && kept->languages == languages &&
      is_path_of(s, directory, FILTER_DIRECTORY_AT, kept->size - 1, 0)) {
    answers->row = kept->row;
    answers->mask = kept->mask;
    return kept->size;
  }
  kept->size = 0;
  u32 size = filter_put_path(s, directory);
  if (size == 0 || (size > 1 && filter_has_pair(s, FILTER_DIRECTORY_AT, size - 1))) {
    return 0;
  }
  filter_walk_start(answers, tables);
  filter_walk_on(s, answers, slot, FILTER_DIRECTORY_AT, size);
  kept->generation = tables->generation;
  kept->languages = languages;
  kept->row = answers->row;
  kept->mask = answers->mask;
  kept->size = size;
  return size;
}

INLINE int brief_relative(struct scratch *s, struct filter_answers *answers, u32 slot, struct brief_memo *memo, u32 length) {
  struct filter_tables *tables = bpf_map_lookup_elem(&filter_slots, &slot);
  if (!s || !answers || !memo || !tables || !(memo->outcome & BRIEF_RELATIVE)) {
    return BRIEF_UNDECIDED;
  }
  u64 directory = brief_directory(s);
  if (!directory) {
    return BRIEF_UNDECIDED;
  }
  /* Also where no language counts: a directory that is not plain may have a pair. */
  u32 size = brief_walk_directory(s, answers, slot, directory);
  if (size == 0 || size + 1 + length >= FILTER_LONGEST_PATH) {
    return BRIEF_UNDECIDED;
  }
  /* Where no language can be reached any more, none is reached by what follows. */
  filter_walk_on(s, answers, slot, BRIEF_PATH_AT, length);
  u32 mask = filter_walk_end(answers, tables);
  if (mask & answers->languages) {
    return brief_decides(answers, slot, memo, 1 << FORM_NORMAL, mask);
  }
  return brief_leads_there(s, length, directory, memo->outcome & BRIEF_RELATIVE_KERNEL) ? BRIEF_DROPPED : BRIEF_UNDECIDED;
}

/*
 * Whether a rule wants this open, as far as that is easily told. Arguments and result of the call are in `scratch`; its
 * path is read again for the event, which is kept whatever it has become meanwhile.
 */
GLOBAL int brief_decision(struct scratch *s) {
  u32 cpu = bpf_get_smp_processor_id(), zero = 0;
  u64 *position = bpf_map_lookup_elem(&filter_switch, &zero);
  struct filter_answers *answers = bpf_map_lookup_elem(&filter_work, &cpu);
  if (!s || !position || !answers || *position == 0) {
    return BRIEF_UNDECIDED;
  }
  u32 slot = (*position - 1) & 1;
  struct filter_tables *tables = bpf_map_lookup_elem(&filter_slots, &slot);
  if (!tables) {
    return BRIEF_UNDECIDED;
  }
  u32 flags = brief_flags(s), failure = brief_failure(s);
  struct brief_memo *memo = brief_memo_of(answers, flags, failure);
  if (memo->generation == 0 || memo->generation != tables->generation || memo->flags != flags ||
      memo->failure != failure || memo->test != tables->types[s->type & (FILTER_TYPES - 1)]) {
    return BRIEF_UNDECIDED;
  }
  if (memo->outcome & BRIEF_ALWAYS) {
    return BRIEF_DROPPED;
  }
  s64 size = bpf_probe_read_user_str(s->data + BRIEF_PATH_AT, FILTER_LONGEST_PATH + 1,
                                     (void *)(s->type == SYSCALL_OPEN_X ? s->args[0] : s->args[1]));
  u8 first = s->data[BRIEF_PATH_AT];
  if (size < 2 || size > FILTER_LONGEST_PATH || first == '.' || first == '(') {
    return BRIEF_UNDECIDED;
  }
  /* Names of the kernel can have two dots as well, and that they are the path does not make it one without a pair. */
  u32 length = size - 1;
  if (filter_finds_pair(s, BRIEF_PATH_AT, length)) {
    return BRIEF_UNDECIDED;
  }
  if (first == '/') {
    answers->languages = memo->languages;
    return brief_absolute(s, answers, slot, memo, length);
  }
  answers->languages = memo->relative_languages;
  return brief_relative(s, answers, slot, memo, length);
}
