/*
 * 1. Forms that hold, or fail, whatever is chosen are settled.
 * 2. Where everyone has a choice that no other surpasses in any form, that is
 *    the best there is, and the tree is simply evaluated.
 * 3. Else the tree over the moving forms is written out as terms: sets of
 *    forms that together make it true (search_terms.c).
 * 4. Each term is a system of linear inequalities in whole choices, solved by
 *    depth-first search (search_system.c).
 */
#include "rule/search_system.h"
#include "rule/search_terms.h"

#include <string.h>

/* Step 1: least and greatest value of each form. */
static void settle_forms(const struct search *search, enum form_state *state)
{
    for (size_t f = 0; f < search->forms; f++) {
        __int128 low = search->base[f], high = low;

        for (size_t c = 0; c < search->candidates; c++) {
            const struct search_candidate *candidate = &search->candidate[c];
            __int128 least = 0, most = 0;

            for (size_t o = 0; o < candidate->options; o++) {
                __int128 move = candidate->move[o * search->forms + f];

                least = move < least ? move : least;
                most = move > most ? move : most;
            }
            low += least;
            high += most;
        }
        state[f] = low >= 0 ? FORM_HOLDS : high < 0 ? FORM_FAILS : FORM_MOVES;
    }
}

/* Is the tree true when the forms are as in value[forms]? */
static bool is_true(const struct search *search, const __int128 *value,
                    struct arena *arena)
{
    bool *truth = arena_new(arena, search->gates, sizeof *truth);

    for (size_t g = search->gates; g-- > 0;) {
        const struct rule_gate *gate = &search->gate[g];
        uint32_t count = 0;

        for (uint32_t i = 0; i < gate->count; i++)
            count += truth[gate->input[i]];
        truth[g] =
            gate->count == 0 ? value[gate->form] >= 0 : count >= gate->need;
    }
    return truth[0];
}

/* What a choice (0 the base) adds to a form. */
static __int128 move_of(const struct search *search, size_t candidate,
                        size_t choice, size_t form)
{
    const __int128 *move = search->candidate[candidate].move;

    return choice == 0 ? 0 : move[(choice - 1) * search->forms + form];
}

static bool is_unsurpassed(const struct search *search,
                           const enum form_state *state, size_t candidate,
                           size_t choice)
{
    for (size_t o = 0; o <= search->candidate[candidate].options; o++)
        for (size_t f = 0; f < search->forms; f++)
            if (state[f] == FORM_MOVES &&
                move_of(search, candidate, o, f) >
                    move_of(search, candidate, choice, f))
                return false;
    return true;
}

/* Step 2; SEARCH_UNDECIDED when someone has no such choice. */
static enum search_answer try_best(const struct search *search,
                                   const enum form_state *state,
                                   struct arena *arena, size_t *choice)
{
    __int128 *value = arena_new(arena, search->forms, sizeof *value);

    memcpy(value, search->base, search->forms * sizeof *value);
    for (size_t c = 0; c < search->candidates; c++) {
        size_t options = search->candidate[c].options, best = 0;

        while (best <= options && !is_unsurpassed(search, state, c, best))
            best++;
        if (best > options)
            return SEARCH_UNDECIDED;
        choice[c] = best;
        for (size_t f = 0; f < search->forms; f++)
            value[f] += move_of(search, c, best, f);
    }
    return is_true(search, value, arena) ? SEARCH_FOUND : SEARCH_NONE;
}

enum search_answer search_any(struct search *search, struct arena *arena,
                              size_t *choice)
{
    enum form_state *state = arena_new(arena, search->forms, sizeof *state);
    struct term_list terms = {0};
    bool undecided = false;

    settle_forms(search, state);
    enum search_answer best = try_best(search, state, arena, choice);
    if (best != SEARCH_UNDECIDED)
        return best;
    if (!terms_write(search->gate, search->gates, state, arena, &terms))
        return SEARCH_UNDECIDED;
    for (size_t t = 0; t < terms.count; t++) {
        struct arena *scratch = arena_open();
        struct system *system =
            system_make(search, terms.term[t], &terms, true, scratch);
        enum search_answer answer = system_any(system, search, choice);

        arena_close(scratch);
        if (answer == SEARCH_FOUND)
            return answer;
        undecided = undecided || answer == SEARCH_UNDECIDED;
    }
    return undecided ? SEARCH_UNDECIDED : SEARCH_NONE;
}

static void add_move(const struct search *search, size_t candidate, int sign,
                     __int128 *value)
{
    for (size_t f = 0; f < search->forms; f++)
        value[f] += sign * move_of(search, candidate, 1, f);
}

/* Without terms: let one after the other leave its base until the tree is
 * true, then take back whoever was not needed. */
static bool take_in_order(const struct search *search, struct arena *arena,
                          size_t *choice)
{
    __int128 *value = arena_new(arena, search->forms, sizeof *value);
    size_t taken = 0;

    memcpy(value, search->base, search->forms * sizeof *value);
    while (taken < search->candidates && !is_true(search, value, arena)) {
        choice[taken] = 1;
        add_move(search, taken++, 1, value);
    }
    if (!is_true(search, value, arena))
        return false;
    for (size_t c = taken; c-- > 0;) {
        add_move(search, c, -1, value);
        choice[c] = 0;
        if (is_true(search, value, arena))
            continue;
        add_move(search, c, 1, value);
        choice[c] = 1;
    }
    return true;
}

enum search_answer search_fewest(struct search *search, struct arena *arena,
                                 size_t *choice, bool *exact)
{
    enum form_state *state = arena_new(arena, search->forms, sizeof *state);
    struct term_list terms = {0};
    size_t best = SIZE_MAX;

    *exact = true;
    memset(choice, 0, search->candidates * sizeof *choice);
    if (is_true(search, search->base, arena))
        return SEARCH_FOUND;
    settle_forms(search, state);
    if (!terms_write(search->gate, search->gates, state, arena, &terms)) {
        *exact = false;
        return take_in_order(search, arena, choice) ? SEARCH_FOUND
                                                    : SEARCH_UNDECIDED;
    }
    for (size_t t = 0; t < terms.count && best > 0; t++) {
        struct arena *scratch = arena_open();
        struct system *system =
            system_make(search, terms.term[t], &terms, false, scratch);

        *exact = system_fewest(system, search, choice, &best) && *exact;
        arena_close(scratch);
    }
    if (best != SIZE_MAX)
        return SEARCH_FOUND;
    return *exact ? SEARCH_NONE : SEARCH_UNDECIDED;
}
