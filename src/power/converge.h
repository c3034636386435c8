/*
 * converge.h - how much members agree, from the votes they cast.
 *
 * Counts, shares, clusters, centre and divisions are exact: whole numbers and
 * fractions, ties broken by code or name. Only the map is a drawing and
 * computed in floating point; nothing exact rests on it.
 *
 * Two positions in one roll are the same (one word), adjacent (one of them
 * between yes and no, or abstain and stand-aside, or no and object), or
 * opposed. coincidence = (same + adjacent / 2) / joint.
 */
#pragma once

#include "base/mem.h"
#include "power/converge_rolls.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* num/den; den 0: there is nothing to tell. */
struct converge_share {
    uint64_t num, den;
};
/* Negative when a is less; nothing to tell is less than anything. */
int converge_share_compare(struct converge_share a, struct converge_share b);
/* "3/4" in lowest terms, or "". */
void converge_share_format(struct converge_share share, struct buf *out);
/* Hundredths, rounded down: 75. den >= 1. */
unsigned converge_share_percent(struct converge_share share);

/* Rolls that count: a bit each, as in rolls_bits. */
struct roll_set {
    uint64_t *word; /* [rolls_words] */
    size_t count;
};
/* Every roll. Owns: roll_set_clear, as of the next two. */
struct roll_set roll_set_all(const struct rolls *rolls);
void roll_set_clear(struct roll_set *set);
/* Those of one period. */
struct roll_set roll_set_of(const struct rolls *rolls, const char *period);
/*
 * Those before `at` (or, with `from`, at it and after): rolls by name when
 * there is a roll of that name, or no roll has a period; else by period, such
 * as a date.
 */
struct roll_set roll_set_side(const struct rolls *rolls, const char *at,
                              bool from);
/* Names of the periods there are, in the order of roll_compare. Owns: caller
 * frees the array (mem_free); names are borrowed. */
const char **roll_periods(const struct rolls *rolls, size_t *count);

/* Two members, over the rolls in which both took a position. */
struct agreement_pair {
    uint32_t joint, same, adjacent;
};
struct converge_share agreement_coincidence(struct agreement_pair pair);

/* Every pair of [members]; of (a, b), a != b, at agreement_index. */
struct agreement {
    size_t members;
    struct agreement_pair *pair;
};
size_t agreement_index(size_t members, size_t a, size_t b);
struct agreement_pair agreement_of(const struct agreement *agreement, size_t a,
                                   size_t b);

/*
 * Count. Owns: agreement_clear.
 * Cost   members^2 / 2 * rolls / 64 steps of some ten instructions.
 */
struct agreement agreement_count(struct rolls *rolls,
                                 const struct roll_set *set);
/* The same without instructions that only some machines have. */
struct agreement agreement_count_portably(struct rolls *rolls,
                                          const struct roll_set *set);
void agreement_clear(struct agreement *agreement);
/* All pairs pooled: the sum of what was shared over the sum of joint. */
struct converge_share agreement_whole(const struct agreement *agreement);

/*
 * How far each member is from the coalition's centre: the median position of
 * all who took one (no 0, between 1/2, yes 1; in the middle of two medians),
 * averaged over the rolls in which the member took one. 0 is always at the
 * centre, 1 always at the other end.
 *
 *   distance  out  [rolls_members]
 */
void rolls_distances(struct rolls *rolls, const struct roll_set *set,
                     struct converge_share *distance);

/*
 * How divided a roll was: (3 * largest - all) / (2 * all), over yes, between
 * and no. 1 is one voice, 0 three equal camps.
 * Source  Hix, Noury and Roland (2005).
 */
struct converge_share roll_unity(struct roll_tally tally);
/* |yes - no| / (yes + no). Source: Rice (1925). */
struct converge_share roll_rice(struct roll_tally tally);
/*
 * Rolls of a set in which two or more took a position, most divided first or
 * (`united`) most united; among equals those with more voices, then by name.
 *
 * Owns  the array: caller, mem_free.
 */
size_t *rolls_by_unity(const struct rolls *rolls, const struct roll_set *set,
                       bool united, size_t *count);

/* Two clusters joined, each known by its first member in order of code;
 * coincidence is pooled over the pairs between them. */
struct clusters_merge {
    size_t a, b; /* a < b */
    size_t size; /* of both */
    struct converge_share coincidence;
};
struct clusters {
    size_t members;
    struct clusters_merge *merge; /* [members - 1] closest first */
    size_t *order;                /* [members] like beside like */
    size_t *group;                /* [members] numbered along `order` */
    size_t groups;
};
/*
 * Average linkage, pooled: joins the two whose pairs agree most. Groups are
 * what was joined at no less than the whole coalition's coincidence.
 * Owns: clusters_clear.
 */
struct clusters clusters_make(const struct agreement *agreement);
void clusters_clear(struct clusters *clusters);

enum { MAP_SCALE = 10000 };

/* A place on the map; distance 1 is MAP_SCALE. */
struct agreement_place {
    bool known; /* false: never voted with anybody */
    int64_t x, y;
};
/*
 * Places whose distances come close to 1 - coincidence: classical scaling,
 * then SMACOF in fixed order. Turned so that the widest direction is x; the
 * first member off an axis is right of it, or above.
 *
 *   near    in   [members] places to start from and stay turned as, or NULL
 *   place   out  [members]
 *
 * Returns the stress, in MAP_SCALE, at the start and at the end: the root of
 * the sum of (wanted - drawn)^2 over the sum of wanted^2. It never rises.
 * Source  Torgerson (1952); de Leeuw (1977).
 */
struct agreement_stress {
    int64_t start, end;
};
struct agreement_stress agreement_map(const struct agreement *agreement,
                                      const struct agreement_place *near,
                                      struct agreement_place *place);
