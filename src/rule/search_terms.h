/*
 * search_terms.h - a tree of gates written out as alternatives.
 *
 * A term is a set of forms; when all of them hold the tree is true, and the
 * tree is true only when all forms of some term hold.
 */
#pragma once

#include "base/mem.h"
#include "rule/program.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { TERM_FORMS_MAX = 64, TERMS_MAX = 4096 };

enum form_state { FORM_MOVES, FORM_HOLDS, FORM_FAILS };

struct term_list {
    size_t count;
    const uint64_t *term; /* [count] bit b is the form form[b] */
    size_t forms;
    size_t form[TERM_FORMS_MAX]; /* those that move */
};

/*
 * Write the tree out; terms that contain another are left out.
 *
 *   state  in  by form; settled forms are folded
 *   list   out starts from {0}
 *
 * Returns false beyond TERM_FORMS_MAX or TERMS_MAX.
 */
bool terms_write(const struct rule_gate *gate, size_t gates,
                 const enum form_state *state, struct arena *arena,
                 struct term_list *list);
