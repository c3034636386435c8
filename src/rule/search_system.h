/*
 * search_system.h - linear inequalities in choices, solved exactly.
 *
 * All forms of one term must be >= 0. Candidates are reduced to items with the
 * options worth having, taken in the order of what they bring; a depth-first
 * search over them is cut wherever even the best that the remaining items can
 * bring is too little, for a form or for a sum of forms.
 */
#pragma once

#include "rule/search.h"
#include "rule/search_terms.h"

struct system;

/*
 *   any  in  leaving the base costs nothing (search_any)
 */
struct system *system_make(const struct search *search, uint64_t term,
                           const struct term_list *terms, bool any,
                           struct arena *arena);

/* For systems made with `any`. Takes steps from search->steps. */
enum search_answer system_any(struct system *system, struct search *search,
                              size_t *choice);

/*
 * Improve on *best (SIZE_MAX at first): the fewest away from their base, and
 * that choice. Returns false when the budget ended before nothing smaller than
 * *best was sure to exist.
 */
bool system_fewest(struct system *system, struct search *search, size_t *choice,
                   size_t *best);
