/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "filter.h"

/*
 * The last word on an event before it takes a sequence number and a place in the ring. Everything that will be recorded
 * is in `scratch`: type, result, arguments, the parameters as scap bytes (`data`, `parameter` of them, `cursor` bytes)
 * and the file whose path is still to be built (`noted_path`).
 */
INLINE bool keep_event(struct scratch *scratch) {
  return filter_passes(scratch);
}
