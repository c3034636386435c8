/*
 * power.h - what a rule gives each member: the indices of voting power.
 *
 * The game is that of rule/check.h: every participant is for or against, a
 * coalition wins when the rule adopts. Everything is exact, in integers and
 * fractions of any size (GMP), but for what says otherwise. docs/power.md has
 * the definitions, the algorithms and worked examples.
 */
#pragma once

#include "base/err.h"
#include "base/mem.h"
#include "rule/program.h"
#include "rule/roster.h"

#include <gmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    POWER_NODES_MAX = 8 * 1000 * 1000, /* of a decision diagram */
    POWER_UNIONS_MAX = 64,
    POWER_LIST_MAX = 100 * 1000,
    POWER_SAMPLE_MAX = 100 * 1000 * 1000,
};

/* A bloc that votes together, agreed beforehand. */
struct power_union {
    const char *name;
    struct member_set members; /* by roster index */
};

struct power_request {
    const struct power_union *unions; /* [unions] disjoint; members in none are
                                       * alone */
    size_t unions_count;
    bool abstain;    /* also count with abstention, though the rule treats it
                      * as being against */
    bool no_minimal; /* minimal coalitions are not asked for */
    size_t list;     /* minimal coalitions to list, of each kind */
    uint64_t sample; /* 0: exact; else so many coalitions and orders drawn */
    uint64_t seed;   /* of the sample */
};

/* Sampled: hits of all draws, and the 95 % interval (Wilson) around the share
 * they are of it. */
struct power_estimate {
    uint64_t hits;
    double share, low, high;
};

struct power_index {
    size_t member; /* roster index */
    mpz_t swings;  /* coalitions that win with it and lose without it */
    mpq_t banzhaf; /* its share of all swings */
    mpq_t banzhaf_absolute; /* swings / 2^(members-1) */
    mpq_t shapley;          /* Shapley-Shubik, when `shapley_exact` */
    double shapley_near;    /* else to 10^-12 */
    mpq_t prevent;          /* Coleman: swings / winning */
    mpq_t initiate;         /* Coleman: swings / losing; 0 when none loses */
    bool veto, dictator, dummy;
    /* With unions: */
    mpq_t owen, banzhaf_owen;
    /* With abstention: profiles of the others in which ... */
    mpz_t yes_no;      /* its yes adopts and its no does not */
    mpz_t yes_abstain; /* its yes adopts and its abstention does not */
    /* Sampled: */
    struct power_estimate sampled_banzhaf, sampled_shapley;
};

/* Minimal coalitions: none of them could do without any of its members. */
struct power_coalitions {
    bool counted; /* false when it would take long, unless a list is asked for;
                   * or when there are too many */
    const char *why_not; /* when not counted */
    mpz_t count;
    size_t listed;
    const struct member_set *coalition; /* [listed] by roster index; smallest
                                         * first, then by the order in which
                                         * the engine takes members, heaviest
                                         * first */
};

enum power_method { POWER_DIAGRAM, POWER_COUNTING, POWER_SAMPLE };

struct power {
    enum power_method method;
    char text[200]; /* the method in words */
    bool shapley_exact;
    size_t members;            /* participants */
    struct power_index *index; /* [members] in roster order */
    mpz_t winning;             /* coalitions that win */
    mpq_t act;                 /* Coleman: winning / 2^members */
    struct power_estimate sampled_act;
    struct power_coalitions minimal_winning, minimal_blocking;
    bool has_unions;
    bool has_ternary;
    mpz_t adopted; /* of the 3^members profiles of yes, abstain, no */
    struct arena *arena;
};

/*
 * Measure the power that a rule gives.
 *
 *   request  in  NULL: nothing beside the indices and minimal coalitions
 *
 * Owns     *power: power_close.
 * Fails    ERR_INPUT for a rule under which nothing wins, or everything does,
 *          or that is not monotone; for unions that overlap. ERR_LIMIT when
 *          the game is too large to be held exactly, with what to do instead.
 * Cost     diagram: nodes * members; docs/power.md has figures.
 */
enum err power_measure(const struct rule_program *program,
                       const struct power_request *request,
                       struct power **power, struct why *why) MUST_CHECK;
void power_close(struct power *power);
