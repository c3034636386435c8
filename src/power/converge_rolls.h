/*
 * converge_rolls.h - recorded votes: who took which position in which roll.
 *
 * A roll is one vote, by name. Positions are kept as bits, a few to a member
 * and roll, so that pairs of members can be compared 64 rolls at a time.
 * Order of rows changes nothing: members are sorted by code, rolls by name.
 */
#pragma once

#include "base/err.h"
#include "base/text.h"
#include "rule/position.h"
#include "rule/roster.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    ROLLS_MAX = 1 << 20,
    ROLL_NAME_MAX = 200, /* bytes of a roll's or a period's name */
};

struct rolls;

/* Empty. roster: the members there are, borrowed for this call; with NULL
 * whoever votes is one. Owns: rolls_close. */
struct rolls *rolls_open(const struct roster *roster);
void rolls_close(struct rolls *rolls); /* NULL does nothing */

/* A row: one member's position in one roll. */
struct roll_vote {
    struct slice roll;     /* 1..ROLL_NAME_MAX bytes, no control characters */
    struct slice code;     /* a name (text_is_name) */
    struct slice position; /* a word of rule/position.h */
    struct slice period;   /* of the roll: any text, or a date; or empty */
};

/* Which field of a row a failure is about. */
enum roll_field {
    ROLL_FIELD_ROLL,
    ROLL_FIELD_CODE,
    ROLL_FIELD_POSITION,
    ROLL_FIELD_PERIOD,
    ROLL_FIELDS,
};

/*
 * Add a row.
 *
 *   field  out  on failure
 *
 * Fails  ERR_INPUT for a bad name, an unknown member or position, a second
 *        position of a member in a roll, a second period of a roll; ERR_LIMIT
 *        for more than ROSTER_MEMBERS_MAX members or ROLLS_MAX rolls. The
 *        rows before it stay.
 */
enum err rolls_add(struct rolls *rolls, const struct roll_vote *vote,
                   enum roll_field *field, struct why *why) MUST_CHECK;

/*
 * Read CSV with the columns `roll`, `code`, `position`, perhaps `period`, in
 * any order; others are ignored.
 *
 *   roster  in  as for rolls_open
 *
 * Owns   *rolls: rolls_close.
 * Fails  as csv_open and rolls_add, naming file, line and field; ERR_INPUT
 *        without rows.
 * Cost   above 200 MB/s; the file and some bits a member and roll in memory.
 */
enum err rolls_parse(const char *name, const char *text, size_t len,
                     const struct roster *roster, struct rolls **rolls,
                     struct why *why) MUST_CHECK;
/* The same by base/csv.h alone, slower: what defines the format. rolls_parse
 * turns to it whenever a row is not plainly right. */
enum err rolls_parse_plainly(const char *name, const char *text, size_t len,
                             const struct roster *roster, struct rolls **rolls,
                             struct why *why) MUST_CHECK;
/* "-" is standard input; at most 1 GiB. */
enum err rolls_read(const char *path, const struct roster *roster,
                    struct rolls **rolls, struct why *why) MUST_CHECK;

/* Members in the order of their codes; sorted when first asked for. */
size_t rolls_members(const struct rolls *rolls);
const char *rolls_code(struct rolls *rolls, size_t member);

/* Rolls by number, in no useful order. */
size_t rolls_count(const struct rolls *rolls);
const char *roll_name(const struct rolls *rolls, size_t roll);
const char *roll_period(const struct rolls *rolls, size_t roll); /* or "" */
/* Names in the order people expect: 9 before 10, 2026-9 before 2026-10. */
int roll_compare(const char *a, const char *b);

/* How many took each side. */
struct roll_tally {
    uint32_t yes;
    uint32_t between; /* abstain, stand-aside */
    uint32_t no;      /* no, object */
};
struct roll_tally roll_tally(const struct rolls *rolls, size_t roll);

/*
 * A member's bits: word w has rolls 64w to 64w + 63, the lowest bit first.
 * Who was silent, absent, out or suspended took no position.
 */
struct roll_bits {
    uint64_t took; /* a position */
    uint64_t yes;
    uint64_t no; /* no or object; neither: between */
    uint64_t
        apart; /* stand-aside or object: not the same word as abstain, no */
};
size_t rolls_words(const struct rolls *rolls);
struct roll_bits rolls_bits(struct rolls *rolls, size_t member, size_t word);
