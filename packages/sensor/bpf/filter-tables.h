/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
/*
 * Drops events that no rule can match and that change nothing of the state. User space writes the tables
 * (packages/sensor/src/live/filter-maps.ts knows the same layout, docs/kernel-filter.md describes it);
 * createFilter of the engine decides the same in JavaScript.
 */
#include "flags.h"
#include "names.h"

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
};
/*
 * The path that the kernel knows the opened file by counts as well as the one in the event; one parameter has a path;
 * of an open only its flags and whether it failed are asked about beside paths.
 */
enum { TEST_KERNEL_PATH = 1, TEST_ONE_PATH = 2, TEST_BRIEF = 4 };
/* What `types` holds beside 1 + the number of a test. */
enum { FILTER_DROP = 0, FILTER_PASS = 0xffff };
enum { ATOM_UNKNOWN = 0, ATOM_RANGE = 1, ATOM_BITS = 2, ATOM_PATH = 3, ATOM_PORTS = 4 };
/* Of a path atom: how much of the parameter is the text of the field. */
enum { FORM_RAW = 0, FORM_ONE_SLASH = 1, FORM_ABSOLUTE = 2, FORM_NORMAL = 3 };
enum { ATOM_SIGNED = 0x80, PATH_IRREGULAR = 1u << 30, PATH_DOUBLED = 1u << 31 };
enum { FILTER_IPV4 = 2, FILTER_IPV6 = 10, IN_PROGRESS = 115 };
/*
 * A row of the automaton: languages that hold from here on, those that hold at the end, those that can still come to
 * hold, and a cell for each class.
 */
enum { ROW_SEEN = 0, ROW_FINAL = 1, ROW_REACHED = 2, ROW_CLASSES = 3, CELL_HAS_SEEN = 1u << 31 };

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
  u32 languages; /* those that atoms of either kind ask for */
};

struct filter_test {
  u16 atom_count;
  u16 first_path;      /* from here on atoms are paths, those of one parameter together */
  u16 parameter_count; /* of which atoms ask */
  u8 alternative_count;
  u8 flags; /* TEST_* */
  u32 raw_atoms, normal_atoms, absolute_atoms; /* that ask for a path in these forms */
  /* Those of them that no path answers with yes that has no two dots or slashes side by side. */
  u32 pair_raw, pair_normal, pair_absolute;
  struct filter_alternative alternatives[FILTER_ALTERNATIVES];
  struct filter_atom atoms[FILTER_ATOMS];
};

struct filter_tables {
  u16 types[FILTER_TYPES];
  struct filter_test tests[FILTER_TESTS];
  struct filter_range ranges[FILTER_RANGES];
  u32 pair_languages;       /* that no path belongs to without two dots or slashes side by side */
  u32 generation;           /* another one, not 0, with each change of these tables */
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

/* What the numbers of an open have left of its test: see filter-brief.h. */
enum { BRIEF_MEMOS = 8 };
/* Dropped whatever the path; unless an absolute or relative path belongs to the languages, or the kernel's path differs. */
enum { BRIEF_ALWAYS = 1, BRIEF_ABSOLUTE = 2, BRIEF_ABSOLUTE_KERNEL = 4, BRIEF_RELATIVE = 8, BRIEF_RELATIVE_KERNEL = 16 };

struct brief_memo {
  u32 generation; /* of the tables it was made of; 0: none */
  u32 test;
  u32 flags, failure;
  u32 outcome; /* BRIEF_* */
  u32 languages, relative_languages;
  u32 possible, certain; /* atoms, as the numbers have left them */
};

/* The answers so far. In memory, so that the verifier does not follow each combination of them. */
struct filter_answers {
  u32 possible, certain;
  u32 wanted, languages;         /* atoms that an alternative which is still possible needs, and what they ask for */
  u32 row, mask;                 /* of the walk through a path */
  u32 path_at, path_length;      /* in `data`: a path whose absolute form has been asked about */
  u64 directory;                 /* the struct path where that one starts; 0: the root */
  u16 start[FILTER_PARAMETERS];  /* of the parameters in `data` */
  struct brief_memo memos[BRIEF_MEMOS];
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
INLINE void filter_locate(struct scratch *s, struct filter_answers *answers, u32 count) {
  u32 start = SCAP_HEADER + 2 * s->parameter;
  for (u32 i = 0; i < FILTER_PARAMETERS; i++) {
    if (i >= count) {
      break;
    }
    answers->start[i] = start;
    start += *(u16 *)(s->data + SCAP_HEADER + 2 * i);
  }
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

/* Bits that are not set yet: those that the opened file adds may still come. */
INLINE u32 filter_late_bits(struct scratch *s, struct filter_atom *atom) {
  bool is_late = atom->parameter != s->late_flags || s->type == SYSCALL_CREAT_X || (atom->mask & SCAP_OF_FILE);
  if (is_late) {
    s->is_unsure = 1;
  }
  return is_late ? ANSWER_UNKNOWN : ANSWER_NO;
}

INLINE u32 filter_ask_number(struct scratch *s, struct filter_atom *atom, struct filter_answers *answers, u32 slot) {
  u32 width = atom->form & 15, length = filter_length(s, atom->parameter);
  if (length < width || length == 0) {
    return ANSWER_UNKNOWN;
  }
  u32 is_late = s->late >> (atom->parameter & (FILTER_PARAMETERS - 1)) & 1;
  if (is_late && atom->kind != ATOM_BITS) {
    s->is_unsure = 1;
    return ANSWER_UNKNOWN;
  }
  u64 value = *(u64 *)filter_data(s, filter_start(answers, atom->parameter));
  u32 unused = (64 - 8 * width) & 63;
  value <<= unused;
  value = atom->form & ATOM_SIGNED ? (u64)((s64)value >> unused) : value >> unused;
  if (atom->kind == ATOM_BITS) {
    return (u32)value & atom->mask ? ANSWER_YES : is_late ? filter_late_bits(s, atom) : ANSWER_NO;
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

