/*
 * roster.h - the members of a vote: codes, weights, groups.
 *
 * A column is a name and one cell for each member. A column is a weight when
 * every cell is a decimal, a group when every cell is 0 or 1, and may be both.
 * Whether a column is good for what a rule asks of it is judged when it is
 * asked, so a column of names or a missing figure that no rule uses harms
 * nobody.
 */
#pragma once

#include "base/err.h"
#include "base/text.h"
#include "rule/position.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    ROSTER_MEMBERS_MAX = 1024,
    ROSTER_COLUMNS_MAX = 256,
};

/* A weight's total over all members, scaled by 10^places, stays below this:
 * figures are below 10^18 (base/ratio.h). */
#define ROSTER_TOTAL_MAX ((__int128)1 << 100)

/* A set of members by index. */
struct member_set {
    uint64_t bits[ROSTER_MEMBERS_MAX / 64];
};
bool set_has(const struct member_set *set, size_t member);
void set_put(struct member_set *set, size_t member, bool in);
size_t set_count(const struct member_set *set);

struct roster;
struct roster *roster_open(void); /* empty */
void roster_close(struct roster *roster);

/* Add a member after the others. Fails ERR_INPUT for a code that is no name
 * or is there already, ERR_LIMIT at ROSTER_MEMBERS_MAX. */
enum err roster_add(struct roster *roster, const char *code,
                    struct why *why) MUST_CHECK;
/* Set a cell of a weight (decimal text, "1723.8"), making the column if there
 * is none. Fails ERR_INPUT, ERR_LIMIT. */
enum err roster_set_weight(struct roster *roster, const char *weight,
                           size_t member, const char *decimal,
                           struct why *why) MUST_CHECK;
/* Make a group (empty if new), replacing its members by `set`. */
enum err roster_set_group(struct roster *roster, const char *group,
                          const struct member_set *set,
                          struct why *why) MUST_CHECK;

/* Add those of `from` that are in `which`, with what they have in every
 * column; which: NULL is all. Fails as roster_add, ERR_LIMIT for columns. */
enum err roster_add_from(struct roster *roster, const struct roster *from,
                         const struct member_set *which,
                         struct why *why) MUST_CHECK;

size_t roster_count(const struct roster *roster);
const char *roster_code(const struct roster *roster, size_t member);
/* Index of a member, or SIZE_MAX. */
size_t roster_find(const struct roster *roster, struct slice code);
/* Columns by index, in the order of the file, for listings. */
size_t roster_columns(const struct roster *roster);
const char *roster_column(const struct roster *roster, size_t column);

/*
 * A weight of every member at one scale.
 *
 *   units   out  [roster_count] weight * 10^places; total < ROSTER_TOTAL_MAX
 *   places  out  most places any cell has (trailing zeros not counted), 0..9
 *
 * Name "1" is heads: 1 each. Fails ERR_ABSENT when there is no such column,
 * ERR_INPUT naming the member and cell that is missing, negative or no
 * number, ERR_LIMIT for one from 10^18.
 */
enum err roster_weight(const struct roster *roster, const char *weight,
                       __int128 *units, int *places,
                       struct why *why) MUST_CHECK;
bool roster_has_column(const struct roster *roster, const char *name);
/* A group's members. Fails ERR_ABSENT, or ERR_INPUT when a cell is not 0/1. */
enum err roster_group(const struct roster *roster, const char *group,
                      struct member_set *set, struct why *why) MUST_CHECK;

/*
 * Read members from CSV: a column `code`, any others.
 * Fails ERR_INPUT with file, line, field and what was expected; ERR_LIMIT.
 */
enum err roster_parse(const char *name, const char *text, size_t len,
                      struct roster **roster, struct why *why) MUST_CHECK;
enum err roster_read(const char *path, struct roster **roster,
                     struct why *why) MUST_CHECK;

/*
 * Read positions from CSV: columns `code` and `position`.
 *
 *   position  out  [roster_count]; POSITION_SILENT for members not named
 *
 * Fails ERR_INPUT for an unknown member or position or a second vote of one
 * member, naming file, line and field.
 */
enum err votes_parse(const char *name, const char *text, size_t len,
                     const struct roster *roster, enum position *position,
                     struct why *why) MUST_CHECK;
enum err votes_read(const char *path, const struct roster *roster,
                    enum position *position, struct why *why) MUST_CHECK;
