/*
 * 1. Forms that hold, or fail, whatever is chosen are settled.
 * 2. The tree over the others is written out as terms: sets of forms that
 *    together make it true (search_terms.c).
 * 3. Each term is a system of linear inequalities in whole choices, solved by
 *    depth-first search (search_system.c).
 */
#include "rule/search_system.h"
#include "rule/search_terms.h"

#include <string.h>

struct survey {
    enum form_state *state; /* [forms] */
    struct term_list terms;
    bool complete;
};

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

static void make_survey(const struct search *search, struct arena *arena,
                        struct survey *survey)
{
    survey->state = arena_new(arena, search->forms + 1, sizeof *survey->state);
    settle_forms(search, survey->state);
    survey->complete = terms_write(search->gate, search->gates, survey->state,
                                   arena, &survey->terms);
}

enum search_answer search_any(struct search *search, struct arena *arena,
                              size_t *choice)
{
    struct survey survey;

    make_survey(search, arena, &survey);
    if (!survey.complete)
        return SEARCH_UNDECIDED;
    bool undecided = false;
    for (size_t t = 0; t < survey.terms.count; t++) {
        struct arena *scratch = arena_open();
        struct system *system = system_make(search, survey.terms.term[t],
                                            &survey.terms, true, scratch);
        enum search_answer answer = system_any(system, search, choice);

        arena_close(scratch);
        if (answer == SEARCH_FOUND)
            return answer;
        undecided = undecided || answer == SEARCH_UNDECIDED;
    }
    return undecided ? SEARCH_UNDECIDED : SEARCH_NONE;
}

enum search_answer search_fewest(struct search *search, struct arena *arena,
                                 size_t *choice, bool *exact)
{
    struct survey survey;
    size_t best = SIZE_MAX;

    *exact = true;
    make_survey(search, arena, &survey);
    if (!survey.complete)
        return SEARCH_UNDECIDED;
    for (size_t t = 0; t < survey.terms.count && best > 0; t++) {
        struct arena *scratch = arena_open();
        struct system *system = system_make(search, survey.terms.term[t],
                                            &survey.terms, false, scratch);

        *exact = system_fewest(system, search, choice, &best) && *exact;
        arena_close(scratch);
    }
    if (best != SIZE_MAX)
        return SEARCH_FOUND;
    return *exact ? SEARCH_NONE : SEARCH_UNDECIDED;
}
