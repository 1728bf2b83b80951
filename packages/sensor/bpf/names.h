/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
/* Where relative paths start, and whether a path of the process is the one that the kernel knows the file by. */
#include "event-types.h"
#include "file.h"
#include "path.h"

enum { CURRENT_DIRECTORY = -100, MAX_NAMES = 32, BRIEF_NAME = 24, PATH_PLACES = 2 };

/* Where in `data` a parameter starts; of those that have paths none comes late. */
GLOBAL int parameter_at(struct scratch *s, u32 parameter) {
  if (!s) {
    return 0;
  }
  u32 at = SCAP_HEADER + 2 * s->parameter;
  for (u32 i = 0; i < 8; i++) {
    if (i >= parameter) {
      break;
    }
    at += *(u16 *)(s->data + SCAP_HEADER + 2 * i);
  }
  return at;
}

INLINE s64 signed_parameter(struct scratch *s, u32 parameter) {
  u32 at = parameter_at(s, parameter);
  return *(s64 *)(s->data + (at & (DATA_SIZE - 1)));
}

INLINE u64 path_of_file(struct scratch *s, struct file *file) {
  return file ? address_of(s, file) + FIELD_OFFSET(struct file, f_path) : 0;
}

/* The struct path of the file behind a descriptor; 0 when there is none. */
GLOBAL u64 path_of_descriptor(struct scratch *s, s64 fd) {
  return s ? path_of_file(s, file_of(fd)) : 0;
}

INLINE u64 working_directory(struct scratch *s, struct task_struct *task) {
  return address_of(s, task->fs) + FIELD_OFFSET(struct fs_struct, pwd);
}

/* The struct path of a directory that a call names by its descriptor. */
INLINE u64 directory_path(struct scratch *s, s64 fd) {
  return fd == CURRENT_DIRECTORY ? working_directory(s, current_task()) : path_of_descriptor(s, fd);
}

/* The one that a relative path in the parameter starts from; 0 when that is not known. */
GLOBAL u64 directory_of_path(struct scratch *s, u32 parameter) {
  if (!s) {
    return 0;
  }
  const struct path_place *places = path_places[s->type & 511];
  for (u32 i = 0; i < PATH_PLACES; i++) {
    if (places[i].path == parameter + 1) {
      return directory_path(s, places[i].directory ? signed_parameter(s, places[i].directory - 1) : CURRENT_DIRECTORY);
    }
  }
  return 0;
}

/*
 * Tells of the descriptor that the event uses what is behind it: its kind, device and inode, and of files and directories
 * the path. User space need not have seen it being opened.
 */
GLOBAL int note_used(struct scratch *s, u32 parameter) {
  if (!s) {
    return 0;
  }
  struct file *file = file_of(signed_parameter(s, parameter));
  if (!file) {
    return 0;
  }
  struct inode *inode = READ(file, f_inode);
  u32 type = READ(inode, i_mode) & S_IFMT;
  s->header.file_type = type;
  if (type == S_IFREG || type == S_IFDIR) {
    note_file(s, file);
  }
  return 0;
}

enum { NAMES_GO_ON, NAMES_SAME, NAMES_DIFFER };

/* From the root of a mount to where it is mounted. */
INLINE int leave_mount(struct name_walk *names) {
  u64 mount = names->mount, above = WORD_OF(struct mount, mount, mnt_parent);
  if (above == mount) {
    return names->left == 0 && !names->until_dentry ? NAMES_SAME : NAMES_DIFFER;
  }
  names->dentry = WORD_OF(struct mount, mount, mnt_mountpoint);
  names->mount = above;
  names->root = WORD_OF(struct mount, above, mnt.mnt_root);
  return NAMES_GO_ON;
}

/* Where a name lies that is to be compared by words: as it is, or in a copy. */
INLINE u64 name_word(struct name_walk *names, u64 text, u32 at) {
  if (HAS_CASTS) {
    return word_at(text + at);
  }
  OPAQUE(at);
  return *(u64 *)((u8 *)names->name + (at & 255));
}

/* Whether a name, up to `most` bytes of it, is what lies in `data`. */
INLINE bool is_name_at(struct scratch *s, u64 text, u32 at, u32 length, u32 most) {
  for (u32 i = 0; i < most; i += 8) {
    if (i >= length) {
      break;
    }
    u32 in_text = at + i, rest = length - i;
    OPAQUE(in_text);
    u64 differs = *(u64 *)(s->data + (in_text & (DATA_SIZE - 1))) ^ name_word(&s->names, text, i);
    if (rest <= 8) {
      return differs << (64 - 8 * rest) == 0;
    }
    if (differs) {
      return false;
    }
  }
  return true;
}

/* On its own, since the verifier follows every step of a name in every step of a path. */
GLOBAL int is_long_name_at(struct scratch *s, u64 text, u32 at, u32 length) {
  return s && is_name_at(s, text, at, length, 256);
}

/* Compares a name with the end of the text that is left, and goes to its directory. */
INLINE int match_name(struct scratch *s, struct name_walk *names) {
  u64 dentry = names->dentry;
  u32 left = names->left;
  if (left == 0 && names->until_dentry == dentry && names->until_mount == names->mount) {
    return NAMES_SAME;
  }
  if (dentry == names->root) {
    return leave_mount(names);
  }
  u32 length = WORD_OF(struct dentry, dentry, d_name) >> 32;
  u64 parent = WORD_OF(struct dentry, dentry, d_parent);
  if (length == 0 || length > left || length > LONGEST_NAME || parent == dentry) {
    return NAMES_DIFFER;
  }
  u32 at = names->at + left - length;
  if (left > length && s->data[(at - 1) & (DATA_SIZE - 1)] != '/') {
    return NAMES_DIFFER;
  }
  u64 text = WORD_OF(struct dentry, dentry, d_name.name);
  if (!HAS_CASTS) {
    bpf_probe_read_kernel(names->name, length & 255, (void *)text);
  }
  bool is_same = length <= BRIEF_NAME ? is_name_at(s, text, at, length, BRIEF_NAME) : is_long_name_at(s, text, at, length);
  if (!is_same) {
    return NAMES_DIFFER;
  }
  names->dentry = parent;
  names->left = left > length ? left - length - 1 : 0;
  return NAMES_GO_ON;
}

/* A few of them: returning from a function costs more than a name, and the verifier looks at each. */
INLINE int match_some_names(struct scratch *s) {
  for (u32 i = 0; i < NAMES_AT_ONCE; i++) {
    int found = match_name(s, &s->names);
    if (found != NAMES_GO_ON) {
      return found;
    }
  }
  return NAMES_GO_ON;
}

GLOBAL int match_names(struct scratch *s) {
  return s ? match_some_names(s) : NAMES_DIFFER;
}

/*
 * Whether the text in `data`, which has no `.`, `..` or empty component, is the path of a file: from the root of the
 * mount namespace, or from a directory (the address of a struct path). Where names are too many it is not.
 */
GLOBAL int is_path_of(struct scratch *s, u64 path, u32 at, u32 length, u64 directory) {
  if (!s) {
    return 0;
  }
  struct name_walk *names = &s->names;
  u64 mount = WORD_OF(struct path, path, mnt);
  names->dentry = WORD_OF(struct path, path, dentry);
  names->mount = mount - FIELD_OFFSET(struct mount, mnt);
  names->root = WORD_OF(struct vfsmount, mount, mnt_root);
  names->at = at;
  names->left = length;
  names->until_dentry = 0;
  if (directory) {
    names->until_dentry = WORD_OF(struct path, directory, dentry);
    names->until_mount = WORD_OF(struct path, directory, mnt) - FIELD_OFFSET(struct mount, mnt);
  }
  int found = match_some_names(s);
  for (u32 i = NAMES_AT_ONCE; i < MAX_NAMES && found == NAMES_GO_ON; i += NAMES_AT_ONCE) {
    found = match_names(s);
  }
  return found == NAMES_SAME;
}
