/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
/* The filter's decision. */
#include "filter-brief.h"

INLINE void filter_ask_paths(struct scratch *s, struct filter_test *test, struct filter_answers *answers, u32 slot) {
  u32 walked = FILTER_PARAMETERS;
  u32 count = test->atom_count, from = test->first_path;
  for (u32 i = 0; i < FILTER_ATOMS; i++) {
    if (i >= count) {
      break;
    }
    u32 parameter = test->atoms[i].parameter;
    if (i >= from && parameter != walked) {
      filter_ask_path(s, test, answers, slot, parameter);
      walked = parameter;
    }
  }
}

/* What the kernel's path could make possible at best. */
INLINE bool filter_may_become_possible(struct filter_test *test, struct filter_answers *answers) {
  u32 possible = answers->possible;
  answers->possible |= test->normal_atoms | test->absolute_atoms;
  bool may = filter_want(test, answers);
  answers->possible = possible;
  return may;
}

GLOBAL int filter_test_event(struct scratch *s, u32 slot, u32 number) {
  u32 cpu = bpf_get_smp_processor_id();
  struct filter_answers *answers = bpf_map_lookup_elem(&filter_work, &cpu);
  struct filter_tables *tables = bpf_map_lookup_elem(&filter_slots, &slot);
  if (!s || !answers || !tables) {
    return 1;
  }
  struct filter_test *test = &tables->tests[number & (FILTER_TESTS - 1)];
  answers->possible = ~0u;
  answers->certain = 0;
  answers->path_length = 0;
  filter_locate(s, answers, test->parameter_count);
  filter_ask_numbers(s, test, answers, slot);
  /* Once an open's event is complete, it is no longer told what the next one will be told at first. */
  if ((test->flags & TEST_BRIEF) && (s->result < 0 || s->late)) {
    brief_remember(s, test, answers, slot, number + 1);
  }
  if (!filter_want(test, answers)) {
    return 0;
  }
  u32 first = test->first_path;
  if (first == test->atom_count) {
    return 1;
  }
  if (test->flags & TEST_ONE_PATH) {
    filter_ask_path(s, test, answers, slot, test->atoms[first & (FILTER_ATOMS - 1)].parameter);
  } else {
    filter_ask_paths(s, test, answers, slot);
  }
  if (filter_want(test, answers)) {
    return 1;
  }
  if (!(test->flags & TEST_KERNEL_PATH) || !filter_may_become_possible(test, answers)) {
    return 0;
  }
  filter_ask_kernel_path(s, test, answers, slot);
  return filter_want(test, answers);
}

/* Whether the filter drops all events of a type, whatever is in them. */
INLINE bool filter_drops_type(u32 type) {
  u32 zero = 0;
  u64 *position = bpf_map_lookup_elem(&filter_switch, &zero);
  if (!position || *position == 0) {
    return false;
  }
  u32 slot = (*position - 1) & 1;
  struct filter_tables *tables = bpf_map_lookup_elem(&filter_slots, &slot);
  OPAQUE(type);
  return tables && tables->types[type & (FILTER_TYPES - 1)] == FILTER_DROP;
}

/* Whether a rule or the state can want the event. */
INLINE bool filter_passes(struct scratch *s) {
  u32 zero = 0;
  u64 *position = bpf_map_lookup_elem(&filter_switch, &zero);
  if (!position || *position == 0) {
    return true;
  }
  u32 slot = (*position - 1) & 1;
  struct filter_tables *tables = bpf_map_lookup_elem(&filter_slots, &slot);
  if (!tables) {
    return true;
  }
  u32 test = tables->types[s->type & (FILTER_TYPES - 1)];
  if (test == FILTER_DROP || test == FILTER_PASS) {
    return test == FILTER_PASS;
  }
  return filter_test_event(s, slot, test - 1) != 0;
}
