#include "rule/program.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

struct compiling {
    struct rule_program *program;
    struct rule_form *form;
    struct rule_gate *gate;
    struct rule_part *part;
    struct why *why;
};

/* An error at a clause: its place in the file goes in front. */
static enum err at_clause(const struct rule_clause *clause, enum err err,
                          struct why *why)
{
    return err == ERR_NONE ? err : fail_within(why, err, "%s", clause->place);
}

/* --- groups ------------------------------------------------------------- */

static enum err find_named(const struct roster *roster, const char *name,
                           struct member_set *set, struct why *why)
{
    size_t member;

    if (roster_has_column(roster, name))
        return roster_group(roster, name, set, why);
    member = roster_find(roster, slice_of(name));
    if (member == SIZE_MAX)
        return roster_group(roster, name, set, why); /* says what there is */
    memset(set, 0, sizeof *set);
    set_put(set, member, true);
    return ERR_NONE;
}

static enum err find_group(const struct rule_program *program,
                           const struct rule_group *group,
                           struct member_set *set, struct why *why)
{
    const size_t words = sizeof set->bits / sizeof *set->bits;
    struct member_set item;

    memset(set, 0, sizeof *set);
    if (group->kind == GROUP_NAMED)
        return find_named(program->roster, group->name, set, why);
    if (group->kind == GROUP_PARTICIPATING || group->kind == GROUP_EXCEPT)
        *set = program->participating;
    if (group->kind == GROUP_MEMBERS || group->kind == GROUP_BOTH)
        for (size_t i = 0; i < program->members; i++)
            set_put(set, i, true);
    for (size_t i = 0; i < group->count; i++) {
        TRY(find_group(program, group->item[i], &item, why));
        for (size_t w = 0; w < words; w++)
            if (group->kind == GROUP_EXCEPT)
                set->bits[w] &= ~item.bits[w];
            else if (group->kind == GROUP_BOTH)
                set->bits[w] &= item.bits[w];
            else
                set->bits[w] |= item.bits[w];
    }
    return ERR_NONE;
}

/* --- thresholds --------------------------------------------------------- */

/* A share multiplies the weights: the products must fit. */
static enum err check_product(const struct rule_program *program,
                              const __int128 *units, struct ratio share,
                              const char *weight, struct why *why)
{
    const __int128 most = (__int128)1 << 115;
    int64_t factor = share.num > share.den ? share.num : share.den;
    __int128 total = 0;

    for (size_t i = 0; i < program->members; i++)
        total += units[i];
    if (total > most / factor)
        return fail(why, ERR_LIMIT,
                    "the members' total of %.64s has too many digits for a "
                    "share as fine as this: fewer places were expected",
                    weight);
    return ERR_NONE;
}

static int greatest_first(const void *a, const void *b)
{
    __int128 left = *(const __int128 *)a, right = *(const __int128 *)b;

    return (left < right) - (left > right);
}

/* Taking the greatest weights first, how many until the share is held. */
static enum err count_min_members(const struct rule_program *program,
                                  const struct rule_leaf *leaf, int64_t *count,
                                  struct why *why)
{
    __int128 *units =
        arena_new(program->arena, program->members, sizeof *units);
    struct member_set in;
    __int128 total = 0, held = 0;
    size_t kept = 0;
    int places;

    TRY(roster_weight(program->roster, leaf->min_weight, units, &places, why));
    TRY(check_product(program, units, leaf->min_share, leaf->min_weight, why));
    TRY(find_group(program, leaf->min_in, &in, why));
    for (size_t i = 0; i < program->members; i++)
        if (set_has(&in, i)) {
            total += units[i];
            units[kept++] = units[i];
        }
    if (total == 0)
        return fail(why, ERR_INPUT,
                    "min_members: the members hold nothing of %.64s: a base "
                    "above 0 was expected",
                    leaf->min_weight);
    qsort(units, kept, sizeof *units, greatest_first);
    for (size_t i = 0; i <= kept; i++) {
        __int128 margin =
            leaf->min_share.den * held - leaf->min_share.num * total;

        if (margin > 0 || (margin == 0 && leaf->min_test == TEST_GE)) {
            *count = (int64_t)i;
            return ERR_NONE;
        }
        held += i < kept ? units[i] : 0;
    }
    return fail(why, ERR_INPUT,
                "min_members: not even all members hold so much: a share below "
                "100%% was expected");
}

static int64_t power_of_ten(int places)
{
    int64_t power = 1;

    while (places-- > 0)
        power *= 10;
    return power;
}

/* --- forms -------------------------------------------------------------- */

static __int128 common_divisor(__int128 a, __int128 b)
{
    if (b < 0)
        b = -b;
    while (b != 0) {
        __int128 rest = a % b;

        a = b;
        b = rest;
    }
    return a;
}

static __int128 floor_divide(__int128 value, __int128 by)
{
    __int128 quotient = value / by;

    return value % by < 0 ? quotient - 1 : quotient;
}

/* The same truth with coefficients as small as they can be: g * x + c >= 0
 * means x >= -c / g, and x is whole. */
static uint32_t add_form(struct compiling *compiling, __int128 constant,
                         __int128 *at)
{
    struct rule_program *program = compiling->program;
    size_t cells = program->members * POSITION_COUNT;
    __int128 divisor = 0;

    for (size_t i = 0; i < cells; i++)
        divisor = common_divisor(divisor, at[i]);
    if (divisor < 0)
        divisor = -divisor;
    if (divisor == 0)
        constant = constant >= 0 ? 0 : -1;
    else
        constant = floor_divide(constant, divisor);
    for (size_t i = 0; i < cells && divisor > 1; i++)
        at[i] /= divisor;
    compiling->form[program->forms].constant = constant;
    compiling->form[program->forms].at = at;
    return (uint32_t)program->forms++;
}

static uint32_t add_gate(struct compiling *compiling, uint32_t inputs,
                         uint32_t **input)
{
    struct rule_program *program = compiling->program;
    struct rule_gate *gate = &compiling->gate[program->gates];

    *input = arena_new(program->arena, inputs + 1, sizeof **input);
    gate->input = *input;
    gate->count = inputs;
    return (uint32_t)program->gates++;
}

/* Gate of `sign * (value) >= 0`, or, with `strict`, > 0. */
static uint32_t add_form_gate(struct compiling *compiling, __int128 constant,
                              __int128 *at, int sign, bool strict)
{
    size_t cells = compiling->program->members * POSITION_COUNT;
    uint32_t *unused;
    uint32_t gate = add_gate(compiling, 0, &unused);

    for (size_t i = 0; i < cells; i++)
        at[i] *= sign;
    compiling->gate[gate].form =
        add_form(compiling, constant * sign - strict, at);
    return gate;
}

/* numerator*[in, of] - denominator*[base, base_of], by member and position. */
static __int128 *fill_form(const struct rule_program *program,
                           const struct rule_leaf *leaf,
                           const struct rule_part *part, int64_t numerator,
                           int64_t denominator)
{
    __int128 *at = arena_new(program->arena, program->members * POSITION_COUNT,
                             sizeof *at);

    for (size_t i = 0; i < program->members; i++)
        for (unsigned p = 0; p < POSITION_COUNT; p++) {
            __int128 *cell = &at[i * POSITION_COUNT + p];

            if (set_has(&part->in, i) && leaf->of >> p & 1)
                *cell += numerator * part->units[i];
            if (set_has(&part->base, i) && leaf->base_of >> p & 1)
                *cell -= denominator * part->units[i];
        }
    return at;
}

/*
 * A share of votes cast where none was cast: nothing is reached, although 0 is
 * a share of 0. So such a `ge` also asks that something was counted at all.
 */
static void add_guarded(struct compiling *compiling,
                        const struct rule_leaf *leaf, struct rule_part *part,
                        __int128 *at, bool negated)
{
    const struct rule_program *program = compiling->program;
    uint32_t *input;

    part->gate = add_gate(compiling, 2, &input);
    compiling->gate[part->gate].need = negated ? 1 : 2;
    input[0] = add_form_gate(compiling, 0, at, negated ? -1 : 1, negated);
    input[1] =
        add_form_gate(compiling, 0, fill_form(program, leaf, part, 1, -1),
                      negated ? -1 : 1, !negated);
}

/* The leaf's numbers: weights, sets, threshold. */
static enum err resolve_leaf(struct compiling *compiling,
                             const struct rule_leaf *leaf,
                             struct rule_part *part)
{
    const struct rule_program *program = compiling->program;
    __int128 *units =
        arena_new(program->arena, program->members, sizeof *units);
    __int128 base = 0, threshold;

    part->units = units;
    TRY(roster_weight(program->roster, leaf->weight, units, &part->places,
                      compiling->why));
    TRY(find_group(program, leaf->in, &part->in, compiling->why));
    TRY(find_group(program, leaf->base, &part->base, compiling->why));
    if (leaf->min_members) {
        TRY(count_min_members(program, leaf, &part->min_members,
                              compiling->why));
        part->threshold = part->min_members;
        return ERR_NONE;
    }
    if (leaf->absolute) {
        threshold = (__int128)leaf->threshold.num * power_of_ten(part->places);
        part->threshold = threshold;
        return ERR_NONE;
    }
    TRY(check_product(program, units, leaf->threshold, leaf->weight,
                      compiling->why));
    for (size_t i = 0; i < program->members; i++)
        base += set_has(&part->base, i) ? units[i] : 0;
    if (base == 0)
        return fail(compiling->why, ERR_INPUT,
                    "the base holds nothing of %.64s whatever the votes: a "
                    "base above 0 was expected",
                    leaf->weight);
    part->threshold = base * leaf->threshold.num;
    return ERR_NONE;
}

static enum err compile_leaf(struct compiling *compiling,
                             const struct rule_clause *clause, bool negated)
{
    const struct rule_leaf *leaf = clause->leaf;
    struct rule_part *part = &compiling->part[clause->index];
    bool moving = !leaf->absolute && leaf->base_of != 0;
    bool at_most = leaf->test == TEST_LE || leaf->test == TEST_LT;
    bool strict = leaf->test == TEST_GT || leaf->test == TEST_LT;
    __int128 *at;

    TRY(at_clause(clause, resolve_leaf(compiling, leaf, part), compiling->why));
    at = fill_form(compiling->program, leaf, part,
                   leaf->absolute ? 1 : leaf->threshold.den,
                   moving ? leaf->threshold.num : 0);
    if (moving && leaf->test == TEST_GE)
        add_guarded(compiling, leaf, part, at, negated);
    else /* not v >= 0 is -v > 0 */
        part->gate =
            add_form_gate(compiling, moving ? 0 : -part->threshold, at,
                          at_most != negated ? -1 : 1, strict != negated);
    return ERR_NONE;
}

/* --- the tree ----------------------------------------------------------- */

static enum err compile_clause(struct compiling *compiling,
                               const struct rule_clause *clause, bool negated)
{
    struct rule_part *part = &compiling->part[clause->index];
    uint32_t need, *input;

    part->negated = negated;
    if (clause->kind == CLAUSE_LEAF)
        return compile_leaf(compiling, clause, negated);
    if (clause->kind == CLAUSE_NOT) {
        TRY(compile_clause(compiling, clause->item[0], !negated));
        part->gate = compiling->part[clause->item[0]->index].gate;
        return ERR_NONE;
    }
    need = clause->kind == CLAUSE_ALL   ? (uint32_t)clause->count
           : clause->kind == CLAUSE_ANY ? 1
                                        : clause->k;
    part->gate = add_gate(compiling, (uint32_t)clause->count, &input);
    compiling->gate[part->gate].need =
        negated ? (uint32_t)clause->count - need + 1 : need;
    for (size_t i = 0; i < clause->count; i++) {
        TRY(compile_clause(compiling, clause->item[i], negated));
        input[i] = compiling->part[clause->item[i]->index].gate;
    }
    return ERR_NONE;
}

static void start_program(struct compiling *compiling, const struct rule *rule,
                          const struct member_set *participating)
{
    struct rule_program *program = compiling->program;
    size_t most = rule->count * 3; /* a guarded leaf has three gates */

    compiling->form = arena_new(program->arena, most, sizeof(struct rule_form));
    compiling->gate = arena_new(program->arena, most, sizeof(struct rule_gate));
    compiling->part =
        arena_new(program->arena, rule->count, sizeof(struct rule_part));
    program->form = compiling->form;
    program->gate = compiling->gate;
    program->part = compiling->part;
    for (size_t i = 0; i < program->members; i++)
        set_put(&program->participating, i,
                participating == NULL || set_has(participating, i));
}

enum err program_compile(const struct rule *rule, const struct roster *roster,
                         const struct member_set *participating,
                         struct rule_program **program, struct why *why)
{
    struct arena *arena = arena_open();
    struct compiling compiling = {.why = why};
    enum err err;

    compiling.program = arena_new(arena, 1, sizeof **program);
    *compiling.program = (struct rule_program){
        .rule = rule,
        .roster = roster,
        .members = roster_count(roster),
        .arena = arena,
    };
    start_program(&compiling, rule, participating);
    if (set_count(&compiling.program->participating) == 0)
        err = fail(why, ERR_INPUT, "nobody participates in this matter");
    else
        err = compile_clause(&compiling, rule->root, false);
    if (err != ERR_NONE)
        arena_close(arena);
    else
        *program = compiling.program;
    return err;
}

void program_close(struct rule_program *program)
{
    if (program != NULL)
        arena_close(program->arena);
}

/* --- values ------------------------------------------------------------- */

__int128 program_form(const struct rule_program *program, size_t form,
                      const enum position *position)
{
    const struct rule_form *linear = &program->form[form];
    __int128 value = linear->constant;

    assert(form < program->forms);
    for (size_t i = 0; i < program->members; i++)
        value += linear->at[i * POSITION_COUNT + position[i]];
    return value;
}

/* Inputs of a gate have higher indexes: from the last to the first. */
void program_gates(const struct rule_program *program, const bool *holds,
                   bool *truth)
{
    for (size_t g = program->gates; g-- > 0;) {
        const struct rule_gate *gate = &program->gate[g];
        uint32_t count = 0;

        for (uint32_t i = 0; i < gate->count; i++)
            count += truth[gate->input[i]];
        truth[g] = gate->count == 0 ? holds[gate->form] : count >= gate->need;
    }
}

bool program_adopts(const struct rule_program *program,
                    const enum position *position)
{
    bool holds[RULE_FORMS_MAX], truth[RULE_FORMS_MAX];

    assert(program->gates > 0 && program->gates <= RULE_FORMS_MAX);
    for (size_t f = 0; f < program->forms; f++)
        holds[f] = program_form(program, f, position) >= 0;
    program_gates(program, holds, truth);
    return truth[0];
}

enum position program_against(const struct rule_program *program)
{
    bool more = false;

    if (!(program->rule->mentions & POSITION_BIT(POSITION_OBJECT)))
        return POSITION_NO;
    for (size_t f = 0; f < program->forms; f++)
        for (size_t i = 0; i < program->members; i++) {
            const __int128 *at = &program->form[f].at[i * POSITION_COUNT];

            if (!set_has(&program->participating, i))
                continue;
            if (at[POSITION_OBJECT] > at[POSITION_NO])
                return POSITION_NO;
            more = more || at[POSITION_OBJECT] < at[POSITION_NO];
        }
    return more ? POSITION_OBJECT : POSITION_NO;
}
