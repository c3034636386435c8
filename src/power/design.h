/*
 * design.h - variants of a rule, and what each of them gives and costs.
 *
 * A variant has other thresholds or other weights than the rule as written.
 * Of each is measured, exactly: the power to act (Coleman), what a minority
 * can prevent when it votes as one, and how far power is from an ideal
 * division. docs/power-design.md has the definitions.
 */
#pragma once

#include "base/err.h"
#include "base/mem.h"
#include "rule/roster.h"
#include "rule/rule.h"

#include <gmp.h>
#include <stdbool.h>
#include <stddef.h>

enum {
    DESIGN_POINTS_MAX = 2000,
    DESIGN_AXES_MAX = 8,
    DESIGN_IDEALS_MAX = 4,
    DESIGN_ROOT_PLACES = 3, /* of the square root of a weight */
};

/* What varies: the threshold of one clause, or a weight wherever the rule
 * compares it with a share. */
struct design_axis {
    const char *name; /* "all[0]", "population" */
    size_t count;     /* choices */
    size_t written;   /* the choice that is as written; `count`: none is */
    bool is_weight;
    /* Thresholds: */
    size_t clause;
    bool absolute;
    const struct ratio *threshold; /* [count + 1] the last one as written */
    /* Weights: */
    const char *const *weight; /* [count + 1] columns, "1" is heads */
};

/* How power should be divided: in the shares of a weight. */
struct design_ideal {
    const char *name;   /* "equal", "population", "sqrt(population)" */
    const char *weight; /* column, "1" is heads */
};

struct design {
    const struct rule *rule;
    struct roster *roster;
    size_t axes;
    struct design_axis axis[DESIGN_AXES_MAX];
    size_t ideals; /* the first counts for the frontier */
    struct design_ideal ideal[DESIGN_IDEALS_MAX];
    bool has_minority;
    struct member_set minority;
    struct arena *arena;
};

/* rule, roster  in  borrowed; square roots become columns of the roster */
void design_open(struct design *design, const struct rule *rule,
                 struct roster *roster);
void design_close(struct design *design);

/*
 * Where a clause is in the rule: "all[1]", "any[0].not.all[2]"; "0" is the
 * whole rule.
 */
void design_clause_path(const struct rule *rule, size_t clause,
                        struct buf *out);

/*
 * Add an axis.
 *
 *   text  in  "all[0]=55%..75%/5%": a clause by its path or number, the first
 *             and last threshold and the step; FROM and TO are of the kind
 *             that the clause has, a share or a number
 *
 * Fails ERR_ABSENT listing the clauses there are, ERR_INPUT, ERR_LIMIT.
 */
enum err design_sweep(struct design *design, const char *text,
                      struct why *why) MUST_CHECK;
/*
 *   text  in  "population=heads,sqrt(population),contribution": a weight of
 *             the rule, and what to weigh by instead. A clause that compares
 *             with a number keeps its weight.
 *
 * Fails ERR_ABSENT listing the weights there are, ERR_INPUT, ERR_LIMIT.
 */
enum err design_weigh(struct design *design, const char *text,
                      struct why *why) MUST_CHECK;
/* "equal", a weight, or the square root of one. Fails ERR_ABSENT, ERR_INPUT. */
enum err design_aim(struct design *design, const char *text,
                    struct why *why) MUST_CHECK;
/* Those who are to be protected. Fails ERR_INPUT when there are none. */
enum err design_protect(struct design *design, const struct member_set *who,
                        struct why *why) MUST_CHECK;

/* A choice of an axis in words, "55%"; axis->count is as written. */
void design_choice_text(const struct design_axis *axis, size_t choice,
                        struct buf *out);

enum design_outcome {
    DESIGN_MEASURED,
    DESIGN_NEVER, /* nothing can be adopted: no power is measured */
    DESIGN_ALWAYS /* everything is */
};

/* Start from {0}; design_point_clear. */
struct design_point {
    bool made;
    size_t choice[DESIGN_AXES_MAX];
    bool as_written;
    enum design_outcome outcome;
    mpq_t act;                         /* winning / 2^members */
    mpq_t prevent;                     /* of the minority as one player */
    bool blocks;                       /* the minority, alone */
    mpq_t distance[DESIGN_IDEALS_MAX]; /* sum of |share of power - ideal|: 0..2
                                        */
    size_t vetoers, dummies;
    char method[200];
    bool efficient; /* no variant is better in one thing and worse in none */
    size_t same_as; /* the first variant with these very figures */
};

/* How many variants there are, the rule as written among them (first, unless
 * it is one of the others). Fails ERR_LIMIT beyond DESIGN_POINTS_MAX. */
enum err design_count(const struct design *design, size_t *points,
                      struct why *why) MUST_CHECK;
/*
 * Measure one variant: number < design_count.
 *
 * Fails as program_compile and power_measure, naming the variant.
 * Cost  that of one power_measure, or two with a minority.
 */
enum err design_measure(const struct design *design, size_t number,
                        struct design_point *point, struct why *why) MUST_CHECK;
/* Set `efficient` and `same_as`: more power to act, more for the minority to
 * prevent (if there is one), less distance from the first ideal. */
void design_frontier(const struct design *design, struct design_point *point,
                     size_t points);
void design_point_clear(struct design_point *point);
