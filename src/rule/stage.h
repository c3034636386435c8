/*
 * stage.h - questions about a rule put as a search.
 *
 * A question may need several copies of the rule at once, each with its own
 * reading of what a candidate does: "this group wins, and so does that one".
 */
#pragma once

#include "rule/program.h"
#include "rule/search.h"

enum { STAGE_COPIES_MAX = 4 };

/* No gate is forced. */
#define STAGE_FREE SIZE_MAX

struct stage_copy {
    const struct rule_program *program;
    uint32_t root;               /* gate that is asked about; 0 the rule */
    bool rejects;                /* it is to be false instead of true */
    const enum position *base;   /* [members] */
    const enum position *option; /* what a candidate may do instead */
    size_t forced;               /* gate held at `forced_to`, or STAGE_FREE */
    bool forced_to;
};

struct stage {
    const struct stage_copy *copy; /* all are to come true together */
    size_t copies;                 /* 1..STAGE_COPIES_MAX */
    const size_t *member;          /* [candidates] */
    size_t candidates;
    size_t options; /* of every candidate */
};

/* Everything is allocated from `arena`. */
void stage_search(const struct stage *stage, uint64_t steps,
                  struct arena *arena, struct search *search);
