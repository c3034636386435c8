/*
 * evaluate.h - what the votes mean: outcome, clauses, distance, effects.
 *
 * docs/rules.md numbers the steps; evaluate.c follows them.
 */
#pragma once

#include "base/err.h"
#include "base/mem.h"
#include "rule/position.h"
#include "rule/program.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum rule_outcome { OUTCOME_REJECTED, OUTCOME_ADOPTED, OUTCOME_OPEN };
const char *outcome_word(enum rule_outcome outcome);

/* One clause of the rule, numbers as if the vote closed now. */
struct clause_result {
    bool holds;
    bool settled; /* remains so whatever the silent members do */
    bool decides; /* part of the witness: by it the outcome stands */
    /* Of leaves, in units of 10^-places: */
    __int128 sum;
    __int128 base;   /* 0 when the threshold is absolute */
    __int128 needed; /* ge, gt: least sum that holds; le, lt: greatest (-1:
                      * none does) */
    __int128 margin; /* how far on the good side; negative: how far short */
    bool empty;      /* a share of nothing: `ge` does not hold */
};

/* The fewest members by whom the outcome would turn. */
struct rule_distance {
    bool possible;
    bool exact;    /* false: `fewest` is the best found within the limit (or
                    * possible is false because none was found) */
    size_t fewest; /* 0 when it is so already */
    const size_t *member;          /* [fewest] in roster order */
    const enum position *position; /* [fewest] what each would say */
};

struct rule_result {
    enum rule_outcome outcome;
    bool exact; /* false: `open` only because the search limit was reached */
    bool closed;
    size_t silent;                 /* members who may still speak, while open */
    const enum position *position; /* [members] as at the close: defaults
                                    * applied */
    const struct clause_result *clause; /* [rule->count] by clause */
    struct rule_distance to_adopt;
    struct rule_distance to_block;
    struct member_set witness; /* members whose positions the deciding clauses
                                * counted (or missed) */
    struct member_set bound;   /* empty unless adopted */
    struct member_set exempt;  /* empty unless adopted */
};

/*
 * Judge a vote.
 *
 *   position  in   [members] as cast; POSITION_SILENT where nothing was; OUT
 *                  or SUSPENDED exactly for those who do not participate
 *   closed    in   false: silent members may still take any position
 *   arena     in   holds the result; nothing else is kept
 *
 * Adoption: the fewest who do not say yes (while open: who are silent) whose
 * yes adopts it even if all the others stay as they are. Blocking: the fewest
 * of those who say yes (or, while open, are silent) whose no (or objection)
 * rejects it even if every other silent member says yes. Among smallest sets,
 * the order of search decides: docs/rules.md.
 *
 * Fails    ERR_INPUT when position and participation disagree.
 * Cost     forms * members for a closed vote's outcome; distances by search,
 *          bounded by a number of steps.
 */
enum err rule_judge(const struct rule_program *program,
                    const enum position *position, bool closed,
                    struct arena *arena, struct rule_result *result,
                    struct why *why) MUST_CHECK;

/* As rule_judge, but without the distances. */
enum err rule_decide(const struct rule_program *program,
                     const enum position *position, bool closed,
                     struct arena *arena, struct rule_result *result,
                     struct why *why) MUST_CHECK;
