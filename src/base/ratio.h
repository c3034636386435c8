/*
 * ratio.h - exact thresholds and decimals; no floating point.
 */
#pragma once

#include "base/err.h"
#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>

/* num/den, den >= 1, both < 2^53, in lowest terms; num >= 0. */
struct ratio {
    int64_t num;
    int64_t den;
};

/*
 * Read "65%", "62.5%", "2/3", "0.65" or "9".
 *
 *   absolute  out  true for a bare integer ("9"): a count, not a share. "1/1",
 *                  "1.0" and "100%" are shares.
 *
 * Fails ERR_INPUT with what was expected, ERR_LIMIT beyond 2^53.
 */
enum err ratio_parse(struct slice text, struct ratio *ratio, bool *absolute,
                     struct why *why) MUST_CHECK;
/* Shares as "2/3" or "65%" (when den divides 10^9, as a percentage). */
void ratio_format(struct ratio ratio, bool absolute, struct buf *out);

/* Digits after the point, and before it. */
enum { DECIMAL_PLACES_MAX = 9, DECIMAL_WHOLE_MAX = 18 };

/*
 * Read a non-negative decimal with up to nine places exactly.
 *
 *   units   out  value * 10^places, below 10^(18 + places)
 *   places  out  digits after the point as written, 0..9
 *
 * Fails ERR_INPUT (sign, exponent, grouping, more than nine places),
 * ERR_LIMIT from 10^18.
 */
enum err decimal_parse(struct slice text, __int128 *units, int *places,
                       struct why *why) MUST_CHECK;
/* units / 10^places without trailing zeros: "1723.8". */
void decimal_format(__int128 units, int places, struct buf *out);
