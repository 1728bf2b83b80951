/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
/*
 * A record of the ring: this header, then one event as scap bytes, then the path that the kernel knows the event's file
 * by (without NUL), then the directories that its relative paths start from. packages/sensor/src/live/live-header.ts reads the same layout.
 */
struct lanner_header {
  u64 sequence;      /*  0  of the CPU: every event offered to the ring counts, lost ones too */
  u32 flags;         /*  8 */
  u16 cpu;           /* 12 */
  u16 path_length;   /* 14 */
  u32 tgid;          /* 16 */
  u32 parent_tgid;   /* 20 */
  u64 start_time_ns; /* 24  of the process, since boot */
  u64 cgroup_id;     /* 32  in the version 2 hierarchy */
  u32 mount_ns;      /* 40 */
  u32 pid_ns;        /* 44 */
  u32 uid;           /* 48 */
  u32 login_uid;     /* 52 */
  u64 inode;         /* 56 */
  u32 device;        /* 64 */
  u32 scap_length;   /* 68 */
  u16 directory_lengths[2]; /* 72  of `path_places` */
  u16 file_type;     /* 76  S_IFMT of the descriptor that the event uses; 0 when it is not told */
  u16 unused;        /* 78 */
};
enum {
  LANNER_RACED = 1,     /* memory of the process that the event needs could not be read */
  LANNER_TRUNCATED = 2, /* a parameter is longer than what is recorded of it */
  LANNER_COMPAT32 = 4,
  LANNER_EVIDENCE = 8,  /* no rule wants it: it tells that a file is in use */
};

/* The part of the header of a scap event that is not the thread id. */
enum { SCAP_HEADER = 26, SCAP_TID = 8, SCAP_LENGTH = 16, SCAP_TYPE = 20, SCAP_COUNT = 22 };

enum {
  PATH_SIZE = 4096,  /* PATH_MAX; also the most of arguments, environment and each other text */
  DATA_SIZE = 32768, /* where writing may start; a power of two */
  DATA_ROOM = 8192,  /* what one write may need beyond */
};

/* A path being built from its end. */
struct path_builder {
  u64 dentry, mount, root;
  u32 at; /* index of its first byte in `text` */
  u32 is_truncated, is_unplaced, unused;
  u8 text[PATH_SIZE + 512];
};

/* Names between a file and what its path is compared with. */
struct name_walk {
  u64 dentry, mount, root;
  u64 until_dentry, until_mount; /* where the text starts; 0: the root of the mount namespace */
  u32 at, left; /* of the text in `data` */
  u64 name[32 + 1]; /* one name, and room for reading it by words */
};

/*
 * The directory that the last relative open started from, whose path lies in `data` until an event is put together
 * there, and how far the filter's automaton has come with it.
 */
struct kept_directory {
  u32 size; /* with a slash at its end; 0: none */
  u32 generation, languages; /* the tables, and what the walk was about */
  u32 row, mask;
};

/* A call with several messages, while they are recorded one by one. */
struct messages {
  u32 type, nr, sc, is_compat;
  s64 result;
  u64 fd, from;
};

/* One event while it is put together; one for each CPU. */
struct scratch {
  u32 is_busy;
  u32 scope_tgid, scope_turn; /* found to be in scope last, and when; see is_process_in_scope */
  u32 cursor, parameter; /* where in `data`, and as which parameter, the next one goes */
  u32 type, native_nr, sc, is_compat, form;
  u32 has_path;
  u64 noted_path; /* a struct path that becomes the event's path if the event is kept; 0: it is there already */
  u32 late;       /* bits of parameters that wait for the opened file, see complete_open */
  u32 late_flags; /* which of them has the flags */
  u32 is_unsure;  /* the filter would have asked for one of them */
  u32 is_kept;    /* it has been decided that the event is */
  u32 flags_at, ids_at; /* where in `data` the flags and the ids of the file are */
  s64 result;
  u64 address; /* see address_of */
  u64 task;    /* who has made the call */
  u64 args[6];
  u64 cgroup; /* whose path `path` holds while they are listed */
  u64 array; /* of pointers in the process, while its texts are recorded */
  u32 array_skip, array_end;
  struct path_builder path;
  struct name_walk names;
  struct kept_directory kept;
  struct messages messages;
  struct lanner_header header;
  u8 data[DATA_SIZE + DATA_ROOM];
};
