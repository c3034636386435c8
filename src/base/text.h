/*
 * text.h - bytes read as text: UTF-8, numbers, names, base64, hex.
 *
 * No locale is ever consulted.
 */
#pragma once

#include "base/err.h"
#include "base/mem.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes borrowed from somewhere else; not NUL-terminated. */
struct slice {
    const char *at;
    size_t len;
};
struct slice slice_of(const char *text); /* text may be NULL: empty */
bool slice_is(struct slice slice, const char *text);
/* Take the bytes before the first `mark`; *rest continues after it. False
 * (nothing changed) when there is no `mark`. */
bool slice_cut(struct slice *rest, char mark, struct slice *head);
/* Take one line (without LF) off *rest; false when *rest has no LF. */
bool slice_line(struct slice *rest, struct slice *line);

/* Length in bytes (1..4) of the character at `text`, or 0 when `len` is 0 or
 * it is not well-formed UTF-8. */
size_t text_next(const char *text, size_t len, uint32_t *rune);
/* Well-formed UTF-8 (no overlong forms, surrogates, or > U+10FFFF)? */
bool text_is_utf8(const char *text, size_t len);
/* Any byte below 0x20 other than LF, or 0x7f? */
bool text_has_control(const char *text, size_t len);
/* Make hostile text fit to be shown: control characters (C1 and those that
 * turn the direction included; LF too unless `keep_lf`) and malformed bytes
 * become '?', in place. */
void text_tame(char *text, bool keep_lf);
/* Columns it takes on a terminal: wide East Asian 2, combining marks 0. */
size_t text_width(const char *text);

/* Decimal digits only, no sign, no leading zero (but "0"), at most `max`. */
bool text_parse_u64(struct slice text, uint64_t max, uint64_t *value);
/* Optional '-', then as above; |value| < 2^63. */
bool text_parse_i64(struct slice text, int64_t *value);

/* Member code, group, weight, rule or matter name: [A-Za-z0-9_.-], 1..64
 * bytes, starts with a letter or digit. */
bool text_is_name(struct slice text);

/* Standard base64 with padding, canonical (unused bits zero). */
size_t text_base64_size(size_t len); /* characters, without NUL */
void text_base64(const uint8_t *data, size_t len, char *text); /* adds NUL */
/* Strict decode; false unless canonical and at most `cap` bytes. */
bool text_from_base64(struct slice text, uint8_t *data, size_t cap,
                      size_t *len);
void text_hex(const uint8_t *data, size_t len, char *text); /* 2*len + NUL */
/* Exactly `len` bytes, digits of either case. */
bool text_from_hex(struct slice text, uint8_t *data, size_t len);
