/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
#pragma once
#include "maps.h"

/*
 * The last word on an event before it takes a sequence number and a place in the ring. Everything that will be recorded
 * is in `scratch`: type, result, arguments, the parameters as scap bytes (`data`, `parameter` of them, `cursor` bytes)
 * and the kernel's path of the event's file (`path`, when `has_path`).
 */
INLINE bool keep_event(struct scratch *scratch) {
  return true;
}
