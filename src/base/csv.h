/*
 * csv.h - rows of comma-separated values with a header (RFC 4180).
 *
 * Accepts a BOM, CRLF or LF, quoted fields with "" and line breaks inside.
 * Refuses NUL, invalid UTF-8, a row with another number of fields than the
 * header, a duplicate or empty column name, a quote inside an unquoted field.
 * Blank lines are skipped. Never quadratic: two million lines are fine.
 */
#pragma once

#include "base/err.h"
#include "base/text.h"

#include <stddef.h>
#include <stdint.h>

enum {
    CSV_COLUMNS_MAX = 256,
    CSV_FIELD_MAX = 1 << 20, /* bytes */
};

struct csv; /* the whole text is in memory, rows are read one by one */

/* `text` is borrowed until csv_close; the header row is read at once. */
enum err csv_open(const char *name, const char *text, size_t len,
                  struct csv **csv, struct why *why) MUST_CHECK;
/* Reads the file (at most 1 GiB) and owns its bytes. */
enum err csv_open_file(const char *path, struct csv **csv,
                       struct why *why) MUST_CHECK;
void csv_close(struct csv *csv);

size_t csv_columns(const struct csv *csv);
const char *csv_column(const struct csv *csv, size_t column);
/* Index of a column by name, or SIZE_MAX. */
size_t csv_find(const struct csv *csv, const char *name);

/* Next row; *more is false at the end. Fields are valid until the next call,
 * NUL-terminated and unescaped. */
enum err csv_next(struct csv *csv, bool *more, struct why *why) MUST_CHECK;
struct slice csv_field(const struct csv *csv, size_t column);
size_t csv_line(const struct csv *csv); /* line on which the row began */

/* "members.csv:7: population: <message>"; column SIZE_MAX names no field. */
enum err csv_fail(const struct csv *csv, size_t column, struct why *why,
                  enum err code, const char *format, ...) PRINTF_LIKE(5, 6);

#ifdef __clang_analyzer__ /* as in err.h */
#define csv_fail(csv, column, why, code, ...)                                  \
    ((csv_fail)(csv, column, why, code, __VA_ARGS__), (code))
#endif
