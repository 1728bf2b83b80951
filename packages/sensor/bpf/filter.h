/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
/*
 * Drops events that no rule can match and that change nothing of the state. User space writes the tables
 * (packages/sensor/src/live/filter-maps.ts knows the same layout, docs/kernel-filter.md describes it);
 * createFilter of the engine decides the same in JavaScript.
 */
#include "path.h"

enum {
  FILTER_TYPES = 512,
  FILTER_TESTS = 64,
  FILTER_ATOMS = 32,
  FILTER_ALTERNATIVES = 16,
  FILTER_RANGES = 1024,
  FILTER_ATOM_RANGES = 8,
  FILTER_CELLS = 1 << 16,
  FILTER_LONGEST_PATH = 1000,
  FILTER_PARAMETERS = 32,
  FILTER_STEP = 32, /* bytes of a path */
};
/* The path that the kernel knows the opened file by counts as well as the one in the event. */
enum { TEST_KERNEL_PATH = 1 };
/* What `types` holds beside 1 + the number of a test. */
enum { FILTER_DROP = 0, FILTER_PASS = 0xffff };
enum { ATOM_UNKNOWN = 0, ATOM_RANGE = 1, ATOM_BITS = 2, ATOM_PATH = 3, ATOM_PORTS = 4 };
/* Of a path atom: how much of the parameter is the text of the field. */
enum { FORM_RAW = 0, FORM_ONE_SLASH = 1, FORM_ABSOLUTE = 2, FORM_NORMAL = 3 };
enum { ATOM_SIGNED = 0x80, PATH_IRREGULAR = 1u << 30, PATH_DOUBLED = 1u << 31 };
enum { FILTER_IPV4 = 2, FILTER_IPV6 = 10, IN_PROGRESS = 115 };
/* A row of the automaton: languages that hold from here on, those that hold at the end, and a cell for each class. */
enum { ROW_SEEN = 0, ROW_FINAL = 1, ROW_CLASSES = 2, CELL_HAS_SEEN = 1u << 31 };

struct filter_range {
  s64 low, high;
};

struct filter_atom {
  u8 kind;
  u8 parameter;
  u8 form;         /* bytes of a number, with ATOM_SIGNED; form of a path; the parameter with the address of ports */
  u8 range_count;
  u32 mask;        /* bits that are asked for; the language's bit; the first of the ranges */
};

struct filter_alternative {
  u32 needed;   /* atoms that must be possible */
  u32 excluded; /* atoms that must not be certain */
};

struct filter_test {
  u16 atom_count;
  u16 first_path;      /* from here on atoms are paths, those of one parameter together */
  u16 parameter_count; /* of which atoms ask */
  u8 alternative_count;
  u8 flags; /* TEST_* */
  struct filter_alternative alternatives[FILTER_ALTERNATIVES];
  struct filter_atom atoms[FILTER_ATOMS];
};

struct filter_tables {
  u16 types[FILTER_TYPES];
  struct filter_test tests[FILTER_TESTS];
  struct filter_range ranges[FILTER_RANGES];
  u8 classes[256];          /* by byte: its cell in a row */
  u32 cells[FILTER_CELLS];  /* the row of the next state, with CELL_HAS_SEEN; the first row is that of the start */
};

/* Two sets of tables: the programs read one while user space writes the other. */
struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(map_flags, BPF_F_MMAPABLE);
  __uint(max_entries, 2);
  __type(key, u32);
  __type(value, struct filter_tables);
} filter_slots SEC(".maps");

/* 0: everything passes; otherwise 1 + the number of the tables in use. */
struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(map_flags, BPF_F_MMAPABLE);
  __uint(max_entries, 1);
  __type(key, u32);
  __type(value, u64);
} filter_switch SEC(".maps");

/* The answers so far. In memory, so that the verifier does not follow each combination of them. */
struct filter_answers {
  u32 possible, certain;
  u32 slot, row, mask, at, left; /* of the walk through a path */
  u16 start[FILTER_PARAMETERS];  /* of the parameters in `data` */
};

struct {
  __uint(type, BPF_MAP_TYPE_ARRAY);
  __uint(max_entries, 1); /* number of CPUs, set before loading */
  __type(key, u32);
  __type(value, struct filter_answers);
} filter_work SEC(".maps");

INLINE u8 *filter_data(struct scratch *s, u32 at) {
  OPAQUE(at);
  return s->data + (at & (DATA_SIZE - 1));
}

INLINE u32 filter_length(struct scratch *s, u32 parameter) {
  return parameter < s->parameter ? *(u16 *)(s->data + SCAP_HEADER + 2 * (parameter & (FILTER_PARAMETERS - 1))) : 0;
}

/* Finds out where the first `count` parameters start. */
GLOBAL int filter_locate(struct scratch *s, struct filter_answers *answers, u32 count) {
  if (!s || !answers) {
    return 0;
  }
  u32 start = SCAP_HEADER + 2 * s->parameter;
  for (u32 i = 0; i < FILTER_PARAMETERS; i++) {
    if (i >= count) {
      break;
    }
    answers->start[i] = start;
    start += *(u16 *)(s->data + SCAP_HEADER + 2 * i);
  }
  return 0;
}

INLINE u32 filter_start(struct filter_answers *answers, u32 parameter) {
  return answers->start[parameter & (FILTER_PARAMETERS - 1)];
}

enum { ANSWER_NO = 1, ANSWER_YES = 2, ANSWER_UNKNOWN = 3 };

/* On its own, as the functions below, so that the verifier does not multiply the ways through it. */
GLOBAL int filter_in_ranges(struct filter_atom *atom, u32 slot, s64 value) {
  struct filter_tables *tables = bpf_map_lookup_elem(&filter_slots, &slot);
  if (!atom || !tables) {
    return 1;
  }
  u32 first = atom->mask, count = atom->range_count;
  for (u32 i = 0; i < FILTER_ATOM_RANGES; i++) {
    if (i >= count) {
      break;
    }
    struct filter_range *range = &tables->ranges[(first + i) & (FILTER_RANGES - 1)];
    if (range->low <= value && value <= range->high) {
      return 1;
    }
  }
  return 0;
}

INLINE u32 filter_ask_number(struct scratch *s, struct filter_atom *atom, struct filter_answers *answers, u32 slot) {
  u32 width = atom->form & 15, length = filter_length(s, atom->parameter);
  if (length < width || length == 0) {
    return ANSWER_UNKNOWN;
  }
  u64 value = *(u64 *)filter_data(s, filter_start(answers, atom->parameter));
  u32 unused = (64 - 8 * width) & 63;
  value <<= unused;
  value = atom->form & ATOM_SIGNED ? (u64)((s64)value >> unused) : value >> unused;
  if (atom->kind == ATOM_BITS) {
    return (u32)value & atom->mask ? ANSWER_YES : ANSWER_NO;
  }
  /* JavaScript's numbers end here. */
  s64 largest = (1ll << 53) - 1;
  if ((s64)value > largest || (s64)value < -largest) {
    return ANSWER_UNKNOWN;
  }
  return filter_in_ranges(atom, slot, value) ? ANSWER_YES : ANSWER_NO;
}

/* Whether one of the ports of an address, or of `count` of them, is asked for; ANSWER_UNKNOWN for another family. */
INLINE u32 filter_ask_address(struct scratch *s, struct filter_atom *atom, u32 slot, u32 at, u32 length, u32 count) {
  if (length == 0) {
    return ANSWER_UNKNOWN;
  }
  u8 family = *filter_data(s, at);
  u32 size = family == FILTER_IPV4 ? 4 : family == FILTER_IPV6 ? 16 : 0;
  if (size == 0 || length < 1 + count * (size + 2)) {
    return ANSWER_UNKNOWN;
  }
  u32 found = filter_in_ranges(atom, slot, *(u16 *)filter_data(s, at + 1 + size));
  if (count == 2) {
    found |= filter_in_ranges(atom, slot, *(u16 *)filter_data(s, at + 3 + 2 * size));
  }
  return found ? ANSWER_YES : ANSWER_NO;
}

GLOBAL int filter_ask_ports(struct scratch *s, struct filter_atom *atom, struct filter_answers *answers, u32 slot) {
  if (!s || !atom || !answers || filter_length(s, 0) < 8) {
    return ANSWER_UNKNOWN;
  }
  s64 result = *(s64 *)filter_data(s, filter_start(answers, 0));
  if (result != 0 && result != -IN_PROGRESS) {
    return ANSWER_UNKNOWN;
  }
  u32 tuple = atom->parameter, address = atom->form;
  u32 ends = filter_ask_address(s, atom, slot, filter_start(answers, tuple), filter_length(s, tuple), 2);
  u32 asked = filter_ask_address(s, atom, slot, filter_start(answers, address), filter_length(s, address), 1);
  if (ends == ANSWER_UNKNOWN || asked == ANSWER_UNKNOWN) {
    return ends == ANSWER_UNKNOWN ? asked : ends;
  }
  return ends == ANSWER_YES || asked == ANSWER_YES ? ANSWER_YES : ANSWER_NO;
}

INLINE void filter_note(struct filter_answers *answers, u32 atom, u32 answer) {
  u32 bit = 1u << (atom & 31);
  if (!(answer & ANSWER_YES)) {
    answers->possible &= ~bit;
  }
  if (answer == ANSWER_YES) {
    answers->certain |= bit;
  }
}

/* Asks what costs little: everything but paths. */
GLOBAL int filter_ask_numbers(struct scratch *s, struct filter_test *test, struct filter_answers *answers, u32 slot) {
  if (!s || !test || !answers) {
    return 0;
  }
  u32 count = test->first_path;
  for (u32 i = 0; i < FILTER_ATOMS; i++) {
    if (i >= count) {
      break;
    }
    struct filter_atom *atom = &test->atoms[i];
    u32 answer = ANSWER_UNKNOWN;
    if (atom->kind == ATOM_PORTS) {
      answer = filter_ask_ports(s, atom, answers, slot);
    } else if (atom->kind == ATOM_RANGE || atom->kind == ATOM_BITS) {
      answer = filter_ask_number(s, atom, answers, slot);
    }
    filter_note(answers, i, answer);
  }
  return 0;
}

/* One step of the walk: some bytes of the path. What it needs between two steps is in the answers. */
static long filter_walk_step(u32 index, void *context) {
  u32 cpu = bpf_get_smp_processor_id();
  struct scratch *s = bpf_map_lookup_elem(&scratches, &cpu);
  struct filter_answers *answers = bpf_map_lookup_elem(&filter_work, &cpu);
  if (!s || !answers) {
    return 1;
  }
  u32 slot = answers->slot;
  struct filter_tables *tables = bpf_map_lookup_elem(&filter_slots, &slot);
  if (!tables) {
    return 1;
  }
  u32 row = answers->row, mask = answers->mask, at = answers->at, left = answers->left;
  for (u32 i = 0; i < FILTER_STEP; i++) {
    if (i >= left) {
      break;
    }
    u32 cell = row + tables->classes[*filter_data(s, at + i)];
    OPAQUE(cell);
    row = tables->cells[cell & (FILTER_CELLS - 1)];
    OPAQUE(row);
    if (row & CELL_HAS_SEEN) {
      row &= FILTER_CELLS - 1;
      OPAQUE(row);
      mask |= tables->cells[row & (FILTER_CELLS - 1)];
    }
  }
  answers->row = row;
  answers->mask = mask;
  if (left <= FILTER_STEP) {
    return 1;
  }
  answers->at = at + FILTER_STEP;
  answers->left = left - FILTER_STEP;
  return 0;
}

/* The languages that a path belongs to. */
INLINE u32 filter_walk(struct filter_answers *answers, u32 slot, u32 start, u32 length) {
  struct filter_tables *tables = bpf_map_lookup_elem(&filter_slots, &slot);
  if (!tables) {
    return 0;
  }
  answers->slot = slot;
  answers->row = 0;
  answers->mask = tables->cells[ROW_SEEN];
  answers->at = start;
  answers->left = length;
  bpf_loop(FILTER_LONGEST_PATH / FILTER_STEP + 1, filter_walk_step, 0, 0);
  u32 row = answers->row + ROW_FINAL;
  OPAQUE(row);
  return answers->mask | tables->cells[row & (FILTER_CELLS - 1)];
}

/* Asks about the path in one parameter; what cannot be told of it stays unknown. */
GLOBAL int filter_ask_path(struct scratch *s, struct filter_test *test, struct filter_answers *answers, u32 slot, u32 parameter) {
  if (!s || !test || !answers) {
    return 0;
  }
  u32 at = filter_start(answers, parameter), length = filter_length(s, parameter);
  u8 first = *filter_data(s, at);
  /* `(NULL)` stands for what could not be read. The length counts the NUL. */
  if (length < 2 || length > FILTER_LONGEST_PATH || first == 0 || first == '(') {
    return 0;
  }
  u32 mask = filter_walk(answers, slot, at, length - 1);
  u32 is_absolute = first == '/';
  u32 decided = 1 << FORM_RAW | !(mask & PATH_DOUBLED) << FORM_ONE_SLASH | is_absolute << FORM_ABSOLUTE |
                (is_absolute && !(mask & PATH_IRREGULAR)) << FORM_NORMAL;
  OPAQUE(decided);
  u32 count = test->atom_count, from = test->first_path;
  for (u32 i = 0; i < FILTER_ATOMS; i++) {
    struct filter_atom *atom = &test->atoms[i];
    if (i >= count) {
      break;
    }
    if (i >= from && atom->parameter == parameter && (decided >> (atom->form & 3) & 1)) {
      filter_note(answers, i, mask & atom->mask ? ANSWER_YES : ANSWER_NO);
    }
  }
  return 0;
}

/*
 * The same about the path of the file that was opened: links, and what has been put in the place of the event's path,
 * do not hide it. Only asked where the event's own path did not let it pass, since it costs most.
 */
GLOBAL int filter_ask_kernel_path(struct scratch *s, struct filter_test *test, struct filter_answers *answers, u32 slot) {
  if (!s || !test || !answers) {
    return 0;
  }
  build_path(s, s->noted_path);
  s->noted_path = 0;
  u32 at = s->cursor, from = s->path.at;
  OPAQUE(at);
  OPAQUE(from);
  from &= PATH_SIZE - 1;
  u32 length = PATH_SIZE - 1 - from;
  OPAQUE(length);
  length &= PATH_SIZE - 1;
  if (at > DATA_SIZE || length >= FILTER_LONGEST_PATH) {
    answers->possible = ~0u;
    return 0;
  }
  /* Behind the event's parameters, where it is put as well if the event is kept. */
  bpf_probe_read_kernel(s->data + at, length, s->path.text + from);
  u32 mask = filter_walk(answers, slot, at, length);
  u32 count = test->atom_count, first = test->first_path;
  for (u32 i = 0; i < FILTER_ATOMS; i++) {
    struct filter_atom *atom = &test->atoms[i];
    if (i >= count) {
      break;
    }
    if (i >= first && atom->form >= FORM_ABSOLUTE && mask & atom->mask) {
      answers->possible |= 1u << i;
    }
  }
  return 0;
}

GLOBAL int filter_is_possible(struct filter_test *test, struct filter_answers *answers) {
  if (!test || !answers) {
    return 1;
  }
  u32 impossible = ~answers->possible, certain = answers->certain, count = test->alternative_count;
  for (u32 i = 0; i < FILTER_ALTERNATIVES; i++) {
    struct filter_alternative *one = &test->alternatives[i];
    if (i >= count) {
      break;
    }
    if (!(one->needed & impossible) && !(one->excluded & certain)) {
      return 1;
    }
  }
  return 0;
}

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
  filter_locate(s, answers, test->parameter_count);
  filter_ask_numbers(s, test, answers, slot);
  if (!filter_is_possible(test, answers)) {
    return 0;
  }
  if (test->first_path == test->atom_count) {
    return 1;
  }
  filter_ask_paths(s, test, answers, slot);
  if (filter_is_possible(test, answers)) {
    return 1;
  }
  if (!(test->flags & TEST_KERNEL_PATH) || !s->noted_path) {
    return 0;
  }
  filter_ask_kernel_path(s, test, answers, slot);
  return filter_is_possible(test, answers);
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
