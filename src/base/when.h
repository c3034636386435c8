/*
 * when.h - instants and periods, in UTC, proleptic Gregorian calendar.
 *
 * Time is always an argument: nothing here reads a clock except when_clock(),
 * which only cli and node may call. Intervals are half-open: [from, until).
 */
#pragma once

#include "base/err.h"
#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>

/* Whole seconds since 1970-01-01T00:00:00Z; years 0001 to 9999. */
struct when {
    int64_t s;
};

enum { WHEN_TEXT_SIZE = sizeof "2026-12-01T00:00:00Z" };

/* Exactly "YYYY-MM-DDThh:mm:ssZ", or a date "YYYY-MM-DD" (midnight). No leap
 * second (60). Source: RFC 3339, the UTC subset without fractions. */
enum err when_parse(struct slice text, struct when *when,
                    struct why *why) MUST_CHECK;
void when_format(struct when when, char text[WHEN_TEXT_SIZE]);
struct when when_clock(void);

/* A period of months and seconds; months are calendar months. */
struct period {
    int32_t months;   /* 0..12000 */
    int64_t seconds;  /* 0..10^11 */
    bool month_start; /* then moved on to the first day of the next month,
                       * 00:00, unless already there ("first day of the month
                       * following the expiration of three months") */
};

/* "72h", "30d", "45m" (minutes), "90s", "2w", "12 months", "1 month",
 * "1 year", "3 months, first of month", "0s"; a space before the unit is
 * allowed and units may be written out ("72 hours", "30 days"). */
enum err period_parse(struct slice text, struct period *period,
                      struct why *why) MUST_CHECK;
void period_format(struct period period, struct buf *out);
/* Months first (31 Jan + 1 month = 28/29 Feb), then seconds, then
 * month_start. Saturates at the end of year 9999. */
struct when when_after(struct when when, struct period period);
