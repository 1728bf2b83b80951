/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
/* Sizes of a process's memory in KiB. */
#include "push.h"

enum { FILE_PAGES, ANONYMOUS_PAGES, SWAPPED_PAGES, SHARED_PAGES };

/* A macro, since CO-RE finds an element of an array only by a constant. */
#define PAGES(mm, kind)                                                                                             \
  ({                                                                                                                \
    struct mm_struct___counted *counted_ = (void *)(mm);                                                            \
    s64 pages_ = FIELD_EXISTS(counted_->rss_stat.count) ? READ(counted_, rss_stat.count[kind].counter)              \
                                                        : READ(mm, rss_stat[kind].count);                           \
    pages_ < 0 ? 0 : (u64)pages_;                                                                                   \
  })

INLINE u32 vm_size(struct mm_struct *mm) {
  return mm ? READ(mm, total_vm) * control.page_kb : 0;
}

INLINE u32 vm_rss(struct mm_struct *mm) {
  return mm ? (PAGES(mm, FILE_PAGES) + PAGES(mm, ANONYMOUS_PAGES) + PAGES(mm, SHARED_PAGES)) * control.page_kb
            : 0;
}

INLINE u32 vm_swap(struct mm_struct *mm) {
  return mm ? PAGES(mm, SWAPPED_PAGES) * control.page_kb : 0;
}
