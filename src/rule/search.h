/*
 * search.h - who would have to do what so that a rule adopts?
 *
 * Every candidate has a base and options that move the forms. The question is
 * whether some choice makes a tree of gates true, or which choice does so with
 * the fewest candidates leaving their base. The answer is exact, or says that
 * the budget of steps was used up.
 */
#pragma once

#include "base/mem.h"
#include "rule/program.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { SEARCH_OPTIONS_MAX = POSITION_COUNT };

struct search_candidate {
    size_t options;
    const __int128 *move; /* [options * forms] added to the forms' base */
};

struct search {
    size_t forms;
    const __int128 *base; /* [forms] values when everyone is at the base */
    size_t gates;
    const struct rule_gate *gate; /* gate[0] is to become true */
    size_t candidates;
    const struct search_candidate *candidate;
    uint64_t steps; /* budget; what remains of it afterwards */
};

enum search_answer { SEARCH_NONE, SEARCH_FOUND, SEARCH_UNDECIDED };

/*
 * Is there any choice that makes gate[0] true?
 *
 *   choice  out  [candidates] when found: 0 the base, else 1 + option
 *   arena   in   working memory
 */
enum search_answer search_any(struct search *search, struct arena *arena,
                              size_t *choice);

/*
 * The choice with the fewest candidates away from their base.
 *
 *   exact  out  when found: nothing smaller exists
 *
 * SEARCH_UNDECIDED when none was found and none was excluded.
 */
enum search_answer search_fewest(struct search *search, struct arena *arena,
                                 size_t *choice, bool *exact);
