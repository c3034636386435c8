/*
 * compare.h - what changes, member by member, between two measurements of
 * power: of two rules, or of one rule for two memberships.
 */
#pragma once

#include "power/power.h"

/* What a change did to a member's veto, or to its being a dummy. */
enum power_trait { TRAIT_KEPT, TRAIT_GAINED, TRAIT_LOST };

/* Of one member. Who was not there before had no trait; who has left has lost
 * none. */
struct power_change_row {
    const char *code;                 /* borrowed from a roster */
    const struct power_index *before; /* NULL: it is not there */
    const struct power_index *after;  /* NULL: it is not there */
    /* After less before; set when it is there on both sides: */
    mpq_t banzhaf;
    mpq_t shapley; /* and only when both are exact */
    enum power_trait veto, dummy;
};

struct power_change {
    bool shapley_exact; /* on both sides */
    mpq_t act;          /* after less before */
    size_t rows;
    struct power_change_row *row; /* [rows] members of before in roster order,
                                   * then those that are only in after */
    struct arena *arena;
};

/* A measurement and what it was made of. Exact ones: no samples. */
struct power_side {
    const struct rule_program *program;
    const struct power *power;
};

/* Members are the same who have the same code. Borrows both sides.
 * Owns: power_change_clear. */
void power_change_make(const struct power_side *before,
                       const struct power_side *after,
                       struct power_change *change);
void power_change_clear(struct power_change *change);
