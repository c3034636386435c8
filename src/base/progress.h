/*
 * progress.h - a line on standard error for whatever takes longer than two
 * seconds; silent when standard error is no terminal.
 */
#pragma once

#include <stdint.h>

struct progress {
    const char *what; /* "verifying", borrowed */
    const char *unit; /* "entries" */
    uint64_t total;   /* 0 when unknown */
    int64_t started_ms;
    int64_t shown_ms;
};

void progress_start(struct progress *progress, const char *what,
                    const char *unit, uint64_t total);
/* Cheap; call as often as you like. */
void progress_at(struct progress *progress, uint64_t done);
void progress_end(struct progress *progress);
