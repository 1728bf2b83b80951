/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
/* What the filter asks about paths: which languages of the automaton they belong to. */
#include "filter-tables.h"

enum { FILTER_BYTES_AT_ONCE = 128 };

/*
 * Goes on with some bytes of a text: true when it ends or no language that counts can come to hold any more. Returning
 * from a function costs more than some bytes, and the verifier follows each.
 */
GLOBAL int filter_walk_some(struct scratch *s, struct filter_answers *answers, u32 slot, u32 start, u32 length) {
  struct filter_tables *tables = bpf_map_lookup_elem(&filter_slots, &slot);
  if (!s || !answers || !tables) {
    return 1;
  }
  u32 row = answers->row, mask = answers->mask, languages = answers->languages;
  int is_done = length <= FILTER_BYTES_AT_ONCE;
  for (u32 i = 0; i < FILTER_BYTES_AT_ONCE; i++) {
    if (i >= length) {
      break;
    }
    u32 cell = row + tables->classes[*filter_data(s, start + i)];
    OPAQUE(cell);
    row = tables->cells[cell & (FILTER_CELLS - 1)];
    OPAQUE(row);
    if (row & CELL_HAS_SEEN) {
      row &= FILTER_CELLS - 1;
      OPAQUE(row);
      mask |= tables->cells[row & (FILTER_CELLS - 1)];
      OPAQUE(mask);
    }
    if ((i & 7) == 3) {
      u32 reached = row + ROW_REACHED;
      OPAQUE(reached);
      if (!(tables->cells[reached & (FILTER_CELLS - 1)] & languages & ~mask)) {
        is_done = 1;
        break;
      }
    }
  }
  answers->row = row;
  answers->mask = mask;
  return is_done;
}

INLINE void filter_walk_on(struct scratch *s, struct filter_answers *answers, u32 slot, u32 start, u32 length) {
  for (u32 i = 0; i < FILTER_LONGEST_PATH; i += FILTER_BYTES_AT_ONCE) {
    if (filter_walk_some(s, answers, slot, start + i, length - i)) {
      break;
    }
  }
}

INLINE void filter_walk_start(struct filter_answers *answers, struct filter_tables *tables) {
  answers->row = 0;
  answers->mask = tables->cells[ROW_SEEN];
}

/* The languages that the text belongs to which ends here. */
INLINE u32 filter_walk_end(struct filter_answers *answers, struct filter_tables *tables) {
  u32 row = answers->row + ROW_FINAL;
  OPAQUE(row);
  return answers->mask | tables->cells[row & (FILTER_CELLS - 1)];
}

INLINE u32 filter_walk(struct scratch *s, struct filter_answers *answers, u32 slot, u32 start, u32 length) {
  struct filter_tables *tables = bpf_map_lookup_elem(&filter_slots, &slot);
  if (!tables) {
    return 0;
  }
  filter_walk_start(answers, tables);
  filter_walk_on(s, answers, slot, start, length);
  return filter_walk_end(answers, tables);
}

/*
 * Whether two dots or slashes stand side by side, or a slash at the end: without, the path is regular, and most rules
 * that look at paths as they are do not care. Eight bytes a step.
 */
INLINE bool filter_finds_pair(struct scratch *s, u32 start, u32 length) {
  if (length == 0) {
    return 1;
  }
  const u64 low = 0x7f7f7f7f7f7f7f7full, dots = 0x2e2e2e2e2e2e2e2eull, even = 0xfefefefefefefefeull;
  u64 before = 0;
  for (u32 i = 0; i < FILTER_LONGEST_PATH + 8; i += 8) {
    if (i >= length) {
      break;
    }
    u32 at = start + i;
    OPAQUE(at);
    /* A dot and a slash differ in the lowest bit: bytes that are one of them become 0, then their highest bit is set. */
    u64 differs = (*(u64 *)(s->data + (at & (DATA_SIZE - 1))) & even) ^ dots;
    u64 found = ~(((differs & low) + low) | differs | low);
    u32 rest = length - i;
    if (rest <= 8) {
      found = found << (64 - 8 * rest) >> (64 - 8 * rest);
      return (found & (found << 8 | before)) || *filter_data(s, start + length - 1) == '/';
    }
    if (found & (found << 8 | before)) {
      return 1;
    }
    before = found >> 56;
  }
  return 1;
}

GLOBAL int filter_has_pair(struct scratch *s, u32 start, u32 length) {
  return !s || filter_finds_pair(s, start, length);
}

/* What the alternatives that are still possible ask for; false when there are none. */
INLINE bool filter_want(struct filter_test *test, struct filter_answers *answers) {
  u32 impossible = ~answers->possible, certain = answers->certain, count = test->alternative_count;
  u32 wanted = 0, languages = 0;
  bool found = false;
  for (u32 i = 0; i < FILTER_ALTERNATIVES; i++) {
    struct filter_alternative *one = &test->alternatives[i];
    if (i >= count) {
      break;
    }
    if (!(one->needed & impossible) && !(one->excluded & certain)) {
      wanted |= one->needed | one->excluded;
      languages |= one->languages;
      found = true;
    }
  }
  answers->wanted = wanted;
  answers->languages = languages;
  return found;
}

enum { EVERY_FORM = 1 << FORM_RAW | 1 << FORM_ONE_SLASH | 1 << FORM_ABSOLUTE | 1 << FORM_NORMAL };

/* Answers the atoms about a parameter whose form is decided, which belongs to the languages of the mask. */
GLOBAL int filter_note_path(struct filter_test *test, struct filter_answers *answers, u32 parameter, u32 decided, u32 mask) {
  if (!test || !answers) {
    return 0;
  }
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

enum { FILTER_DIRECTORY_AT = DATA_SIZE / 2 }; /* in `data`, where no event that is still to be decided on has come */

/* Puts the path of a directory into `data`, with a slash at its end, and gives its length; 0 when it is not known. */
GLOBAL int filter_put_path(struct scratch *s, u64 directory) {
  if (!s) {
    return 0;
  }
  build_path(s, directory);
  u32 from = s->path.at;
  OPAQUE(from);
  from &= PATH_SIZE - 1;
  u32 size = PATH_SIZE - 1 - from;
  OPAQUE(size);
  size &= PATH_SIZE - 1;
  if (s->path.text[from] != '/' || s->path.is_truncated || size >= FILTER_LONGEST_PATH) {
    return 0;
  }
  bpf_probe_read_kernel(s->data + FILTER_DIRECTORY_AT, size, s->path.text + from);
  /* Of a directory's path only the root's ends with a slash. */
  if (size > 1) {
    OPAQUE(size);
    size &= PATH_SIZE - 1;
    s->data[FILTER_DIRECTORY_AT + size] = '/';
    size++;
  }
  return size;
}

/* The same for the directory that a relative path in a parameter starts from. */
INLINE int filter_put_directory(struct scratch *s, struct filter_answers *answers, u32 parameter) {
  u64 directory = directory_of_path(s, parameter);
  answers->directory = directory;
  return directory ? filter_put_path(s, directory) : 0;
}

GLOBAL int filter_ask_absolute(struct scratch *s, struct filter_test *test, struct filter_answers *answers, u32 slot, u32 parameter) {
  struct filter_tables *tables = bpf_map_lookup_elem(&filter_slots, &slot);
  if (!s || !test || !answers || !tables) {
    return 0;
  }
  u32 at = filter_start(answers, parameter), length = filter_length(s, parameter) - 1;
  u32 decided = EVERY_FORM;
  bool is_regular = !filter_has_pair(s, at, length);
  answers->languages = ~0u;
  if (is_regular && (test->flags & TEST_ONE_PATH)) {
    answers->possible &= ~(test->pair_raw | test->pair_normal | test->pair_absolute);
    if (!filter_want(test, answers)) {
      return 0;
    }
    answers->languages &= ~tables->pair_languages;
  }
  u32 mask = filter_walk(s, answers, slot, at, length);
  if (!is_regular) {
    is_regular = !(mask & PATH_IRREGULAR);
    decided = 1 << FORM_RAW | 1 << FORM_ABSOLUTE | !(mask & PATH_DOUBLED) << FORM_ONE_SLASH |
              is_regular << FORM_NORMAL;
  }
  filter_note_path(test, answers, parameter, decided, mask);
  if (is_regular) {
    answers->directory = 0;
    answers->path_at = at;
    answers->path_length = length;
  }
  return 0;
}

/* As far as it is asked about as it is. */
INLINE void filter_ask_raw(struct scratch *s, struct filter_test *test, struct filter_answers *answers, u32 slot, u32 parameter, bool has_pair) {
  if (!has_pair && (test->flags & TEST_ONE_PATH)) {
    answers->possible &= ~test->pair_raw;
    if (!filter_want(test, answers) || !(answers->wanted & test->raw_atoms)) {
      return;
    }
  }
  if (!test->raw_atoms) {
    return;
  }
  answers->languages = ~0u;
  u32 mask = filter_walk(s, answers, slot, filter_start(answers, parameter), filter_length(s, parameter) - 1);
  filter_note_path(test, answers, parameter, 1 << FORM_RAW | !(mask & PATH_DOUBLED) << FORM_ONE_SLASH, mask);
}

GLOBAL int filter_ask_relative(struct scratch *s, struct filter_test *test, struct filter_answers *answers, u32 slot, u32 parameter) {
  struct filter_tables *tables = bpf_map_lookup_elem(&filter_slots, &slot);
  if (!s || !test || !answers || !tables) {
    return 0;
  }
  u32 at = filter_start(answers, parameter), length = filter_length(s, parameter) - 1;
  /* A dot at the start stands behind the directory's slash. */
  bool has_pair = *filter_data(s, at) == '.' || filter_has_pair(s, at, length);
  filter_ask_raw(s, test, answers, slot, parameter, has_pair);
  if (!test->normal_atoms || !filter_want(test, answers)) {
    return 0;
  }
  u32 size = filter_put_directory(s, answers, parameter);
  /* With a slash between them, also behind the root. */
  if (size == 0 || (size == 1 ? 2 : size) + length >= FILTER_LONGEST_PATH) {
    return 0;
  }
  has_pair |= filter_has_pair(s, FILTER_DIRECTORY_AT, size - 1) && size > 1;
  answers->languages = ~0u;
  if (!has_pair && (test->flags & TEST_ONE_PATH)) {
    answers->possible &= ~test->pair_normal;
    if (!filter_want(test, answers)) {
      return 0;
    }
    answers->languages &= ~tables->pair_languages;
  }
  filter_walk_start(answers, tables);
  filter_walk_on(s, answers, slot, FILTER_DIRECTORY_AT, size);
  filter_walk_on(s, answers, slot, at, length);
  u32 mask = filter_walk_end(answers, tables);
  if (has_pair && (mask & PATH_IRREGULAR)) {
    return 0;
  }
  filter_note_path(test, answers, parameter, 1 << FORM_NORMAL, mask);
  answers->path_at = at;
  answers->path_length = length;
  return 0;
}

/* Asks about the path in one parameter; what cannot be told of it stays unknown. */
INLINE void filter_ask_path(struct scratch *s, struct filter_test *test, struct filter_answers *answers, u32 slot, u32 parameter) {
  u32 length = filter_length(s, parameter);
  u8 first = *filter_data(s, filter_start(answers, parameter));
  /* `(NULL)` stands for what could not be read. The length counts the NUL. */
  if (length < 2 || length > FILTER_LONGEST_PATH || first == 0 || first == '(') {
    return;
  }
  if (first == '/') {
    filter_ask_absolute(s, test, answers, slot, parameter);
  } else {
    filter_ask_relative(s, test, answers, slot, parameter);
  }
}

/* The languages of a path that is not the event's: what belongs to them becomes possible. */
GLOBAL int filter_add_kernel_path(struct scratch *s, struct filter_test *test, struct filter_answers *answers, u32 slot, u64 path) {
  if (!s || !test || !answers) {
    return 0;
  }
  build_path(s, path);
  u32 from = s->path.at;
  OPAQUE(from);
  from &= PATH_SIZE - 1;
  u32 length = PATH_SIZE - 1 - from;
  OPAQUE(length);
  length &= PATH_SIZE - 1;
  if (length >= FILTER_LONGEST_PATH) {
    answers->possible = ~0u;
    return 0;
  }
  bpf_probe_read_kernel(s->data + FILTER_DIRECTORY_AT, length, s->path.text + from);
  answers->languages = ~0u;
  u32 mask = filter_walk(s, answers, slot, FILTER_DIRECTORY_AT, length);
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

/*
 * The same about the path of the file that was opened: links, and what has been put in the place of the event's path,
 * do not hide it. Only asked where the event's own path did not let it pass. Most often both are the same, which takes
 * less to find out than the path takes to build.
 */
GLOBAL int filter_ask_kernel_path(struct scratch *s, struct filter_test *test, struct filter_answers *answers, u32 slot) {
  if (!s || !test || !answers) {
    return 0;
  }
  u64 path = s->noted_path;
  if (!path && s->late) {
    path = path_of_descriptor(s, s->result);
  }
  if (!path) {
    return 0;
  }
  if (answers->path_length && is_path_of(s, path, answers->path_at, answers->path_length, answers->directory)) {
    return 0;
  }
  return filter_add_kernel_path(s, test, answers, slot, path);
}
