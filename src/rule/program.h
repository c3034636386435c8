/*
 * program.h - a rule compiled against a roster: linear forms under gates.
 *
 * A leaf becomes a linear form: constant + sum over members of a coefficient
 * that depends on the member's position; it holds when the form is >= 0.
 * (`gt`, `le` and `lt` are brought to that by exact integer steps: v > 0 is
 * v - 1 >= 0.) `not` is pushed down to the leaves, where it turns v >= 0 into
 * -v - 1 >= 0, so all gates are of one kind, "at least `need` of the inputs",
 * and the outcome is monotone in the forms.
 *
 * |form| stays below 2^120 for every position of every member: weights total
 * at most 2^100 and, times what a ratio multiplies them with, below 2^115.
 * Nothing can overflow.
 */
#pragma once

#include "base/err.h"
#include "base/mem.h"
#include "rule/position.h"
#include "rule/roster.h"
#include "rule/rule.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { RULE_FORMS_MAX = 3 * RULE_CLAUSES_MAX }; /* and gates */

/* Holds when constant + sum of at[member * POSITION_COUNT + position] >= 0.
 * Coefficients of one form have no common divisor. */
struct rule_form {
    __int128 constant;
    const __int128 *at; /* [members * POSITION_COUNT] */
};

/* A form (count 0), or true when at least `need` of its inputs are. */
struct rule_gate {
    uint32_t form;         /* when count == 0 */
    uint32_t need;         /* 1 is any, count is all */
    uint32_t count;        /* inputs */
    const uint32_t *input; /* [count] gates, each of a higher index */
};

/* What a clause of the rule became. */
struct rule_part {
    uint32_t gate;
    bool negated; /* the clause holds when the gate does not */
    /* Of leaves: */
    const __int128 *units; /* [members] weights */
    int places;            /* of units */
    struct member_set in;
    struct member_set base;
    /* Absolute: the number, in units. Else share's numerator times the fixed
     * base (moving bases, base_of != 0, are summed at each evaluation). */
    __int128 threshold;
    int64_t min_members; /* computed, when the leaf asks for it */
};

struct rule_program {
    const struct rule *rule;     /* borrowed */
    const struct roster *roster; /* borrowed */
    size_t members;
    struct member_set participating;
    size_t forms;
    const struct rule_form *form;
    size_t gates;
    const struct rule_gate *gate; /* gate[0] is the rule */
    const struct rule_part *part; /* [rule->count] by clause */
    struct arena *arena;
};

/*
 * Compile.
 *
 *   rule, roster   in   borrowed until program_close
 *   participating  in   who is neither out nor suspended; NULL: everyone
 *
 * Owns     *program: program_close.
 * Fails    ERR_ABSENT for a weight or group the roster has not, ERR_INPUT for
 *          a bad cell or a base that is zero whatever the votes, ERR_LIMIT;
 *          each naming the clause.
 */
enum err program_compile(const struct rule *rule, const struct roster *roster,
                         const struct member_set *participating,
                         struct rule_program **program,
                         struct why *why) MUST_CHECK;
void program_close(struct rule_program *program);

/* The form's value when members stand as in position[members]. */
__int128 program_form(const struct rule_program *program, size_t form,
                      const enum position *position);
/* Which gates are true when forms are as in holds[forms].
 *   truth  out  [gates]; truth[0] is the rule */
void program_gates(const struct rule_program *program, const bool *holds,
                   bool *truth);
/* Adopted when members stand so? No defaults are applied. */
bool program_adopts(const struct rule_program *program,
                    const enum position *position);

/*
 * The position "against" of the game in which every participant is for (yes)
 * or against: `object` where the rule names it, and feels it at least as much
 * as `no` everywhere and more somewhere (silence procedures), else `no`.
 */
enum position program_against(const struct rule_program *program);
