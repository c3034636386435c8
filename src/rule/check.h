/*
 * check.h - what must be known of a rule before it may enter a charter.
 *
 * The game: every participant is for (yes) or against (program_against). A
 * coalition, the set of those for, wins when the rule adopts. Everything is
 * exact for this roster, or says that it could not be decided.
 */
#pragma once

#include "base/err.h"
#include "base/mem.h"
#include "rule/program.h"

#include <stdbool.h>
#include <stddef.h>

enum check_answer { CHECK_NO, CHECK_YES, CHECK_UNDECIDED };

/* A clause that is dead by its words makes a rule unfit; one that is dead only
 * for these members, weights and groups is reported. */
enum dead_kind {
    DEAD_NOT,          /* live */
    DEAD_ALWAYS_TRUE,  /* holds whatever the votes */
    DEAD_ALWAYS_FALSE, /* never holds */
    DEAD_IDLE,         /* the outcome is the same without it */
    DEAD_EMPTY_GROUP,  /* counts nobody of this roster: flagged, not unfit */
    DEAD_UNDECIDED,
};

struct rule_check {
    bool fit;          /* may enter a charter */
    const char *unfit; /* the first reason, "" when fit */
    bool has_law;
    enum check_answer
        monotone; /* a yes instead never turns adopted to rejected */
    const enum position *monotone_example; /* [members] adopts, and not if ...
                                              NULL unless CHECK_NO */
    size_t monotone_member;                /* ... this one said yes */
    enum check_answer proper; /* no two disjoint coalitions both win */
    struct member_set proper_example[2];
    enum check_answer wins;     /* some coalition does (not empty) */
    bool nobody_wins;           /* adopted though nobody is for */
    bool silence_adopts;        /* adopted when nobody says anything: flagged */
    const enum dead_kind *dead; /* [rule->count], leaves only */
    struct member_set dictators, vetoers, dummies;
    enum check_answer dictators_known, vetoers_known, dummies_known;
    /* CHECK_YES, or UNDECIDED */
    bool block_possible;
    bool block_exact;
    size_t block_count;      /* smallest set whose no stops all the others */
    struct member_set block; /* one such */
    enum position against;
};

/*
 *   arena  in   holds the report
 *
 * Cost     by search, bounded by a number of steps; about a second at worst
 *          for 40 members.
 */
void rule_check(const struct rule_program *program, struct arena *arena,
                struct rule_check *check);

/*
 * Only what `fit` hangs on; the rest of the report stays empty.
 *
 *   steps  in out  of search there may be; those taken are taken off. Without
 *                  any left an answer is CHECK_UNDECIDED, which spoils nothing
 *
 * Cost     a hundred nanoseconds a step.
 */
void rule_check_fit(const struct rule_program *program, struct arena *arena,
                    uint64_t *steps, struct rule_check *check);
