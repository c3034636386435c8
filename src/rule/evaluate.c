/*
 * The steps of docs/rules.md, "How a vote is judged", by number.
 */
#include "rule/evaluate.h"

#include "rule/stage.h"

#include <string.h>

/* Of one search; a few milliseconds. */
enum { JUDGE_STEPS = 100 * 1000 };

struct judging {
    const struct rule_program *program;
    const enum position *cast;
    bool closed;
    struct arena *arena;
    enum position *position; /* at the close, were it now */
    size_t silent;           /* still silent, while open */
    size_t *silent_member;
};

const char *outcome_word(enum rule_outcome outcome)
{
    static const char *const words[] = {"rejected", "adopted", "open"};

    return words[outcome];
}

/* --- 1. positions as at the close --------------------------------------- */

static enum err check_positions(const struct rule_program *program,
                                const enum position *position, struct why *why)
{
    for (size_t i = 0; i < program->members; i++) {
        bool away =
            position[i] == POSITION_OUT || position[i] == POSITION_SUSPENDED;

        if (away == set_has(&program->participating, i))
            return fail(why, ERR_INPUT,
                        "%s is '%s' but the rule was made for a vote in which "
                        "it %s part",
                        roster_code(program->roster, i),
                        position_word(position[i]),
                        away ? "takes" : "takes no");
    }
    return ERR_NONE;
}

static void apply_defaults(struct judging *judging)
{
    const struct rule_program *program = judging->program;
    size_t members = program->members;

    judging->position =
        arena_new(judging->arena, members, sizeof *judging->position);
    judging->silent_member = arena_new(judging->arena, members, sizeof(size_t));
    for (size_t i = 0; i < members; i++) {
        judging->position[i] = judging->cast[i];
        if (judging->cast[i] != POSITION_SILENT)
            continue;
        judging->position[i] = program->rule->silent;
        if (!judging->closed)
            judging->silent_member[judging->silent++] = i;
    }
}

/* What a silent member may still do, apart from staying silent: yes, no,
 * abstain, and what else the rule knows. A ballot that it does not know is no
 * ballot. */
static size_t list_open_positions(const struct rule *rule, enum position *list)
{
    const enum position all[] = {POSITION_YES, POSITION_NO, POSITION_ABSTAIN,
                                 POSITION_STAND_ASIDE, POSITION_OBJECT};
    size_t count = 0;

    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i] <= POSITION_ABSTAIN || rule->mentions & POSITION_BIT(all[i]))
            list[count++] = all[i];
    return count;
}

/* --- 2. the tally of each clause ---------------------------------------- */

static __int128 floor_divide(__int128 value, __int128 by)
{
    return value >= 0 ? value / by : -((by - 1 - value) / by);
}

/* The least sum that holds (ge, gt) or the greatest (le, lt). */
static __int128 needed_of(const struct rule_leaf *leaf, __int128 product,
                          __int128 den)
{
    switch (leaf->test) {
    case TEST_GE:
        return floor_divide(product + den - 1, den);
    case TEST_GT:
        return floor_divide(product, den) + 1;
    case TEST_LE:
        return floor_divide(product, den);
    default:
        return floor_divide(product - 1, den);
    }
}

static void tally_leaf(const struct judging *judging,
                       const struct rule_clause *clause,
                       struct clause_result *result)
{
    const struct rule_program *program = judging->program;
    const struct rule_leaf *leaf = clause->leaf;
    const struct rule_part *part = &program->part[clause->index];
    unsigned base_of = leaf->base_of != 0 ? leaf->base_of : ~0u;
    bool at_most = leaf->test == TEST_LE || leaf->test == TEST_LT;

    for (size_t i = 0; i < program->members; i++) {
        unsigned bit = POSITION_BIT(judging->position[i]);

        if (leaf->of & bit && set_has(&part->in, i))
            result->sum += part->units[i];
        if (!leaf->absolute && base_of & bit && set_has(&part->base, i))
            result->base += part->units[i];
    }
    result->needed = leaf->absolute
                         ? needed_of(leaf, part->threshold, 1)
                         : needed_of(leaf, result->base * leaf->threshold.num,
                                     leaf->threshold.den);
    result->margin =
        at_most ? result->needed - result->sum : result->sum - result->needed;
    result->empty = !leaf->absolute && result->base == 0 && result->sum == 0;
}

/* Least and greatest that a form can be at the close. */
static void bound_form(const struct judging *judging, size_t form,
                       const enum position *may, size_t count, bool *always,
                       bool *perhaps)
{
    const struct rule_program *program = judging->program;
    __int128 least = program_form(program, form, judging->position);
    __int128 most = least;

    for (size_t s = 0; s < judging->silent; s++) {
        size_t member = judging->silent_member[s];
        const __int128 *at = &program->form[form].at[member * POSITION_COUNT];
        __int128 now = at[judging->position[member]], low = now, high = now;

        for (size_t i = 0; i < count; i++) {
            low = at[may[i]] < low ? at[may[i]] : low;
            high = at[may[i]] > high ? at[may[i]] : high;
        }
        least += low - now;
        most += high - now;
    }
    *always = least >= 0;
    *perhaps = most >= 0;
}

/* What is settled follows upwards: a gate is settled when it is the same with
 * every form at its least and at its greatest. (It may be settled otherwise,
 * when forms depend on one another; step 3 finds that for the rule.) */
static void tally(const struct judging *judging, struct rule_result *result)
{
    const struct rule_program *program = judging->program;
    const struct rule *rule = program->rule;
    struct clause_result *clause =
        arena_new(judging->arena, rule->count, sizeof *clause);
    bool now[RULE_FORMS_MAX], always[RULE_FORMS_MAX], perhaps[RULE_FORMS_MAX];
    bool is[RULE_FORMS_MAX], low[RULE_FORMS_MAX], high[RULE_FORMS_MAX];
    enum position may[POSITION_COUNT];
    size_t count = list_open_positions(rule, may);

    for (size_t f = 0; f < program->forms; f++) {
        now[f] = program_form(program, f, judging->position) >= 0;
        bound_form(judging, f, may, count, &always[f], &perhaps[f]);
    }
    program_gates(program, now, is);
    program_gates(program, always, low);
    program_gates(program, perhaps, high);
    for (size_t i = 0; i < rule->count; i++) {
        const struct rule_part *part = &program->part[i];

        clause[i].holds = is[part->gate] != part->negated;
        clause[i].settled = low[part->gate] == high[part->gate];
        if (rule->clause[i]->kind == CLAUSE_LEAF)
            tally_leaf(judging, rule->clause[i], &clause[i]);
    }
    result->clause = clause;
}

/* --- 3. the outcome ------------------------------------------------------ */

/* Can the silent still bring it about that the rule adopts (or rejects)? */
static enum search_answer may_become(const struct judging *judging,
                                     bool rejects)
{
    enum position may[POSITION_COUNT];
    const struct stage_copy copy = {.program = judging->program,
                                    .rejects = rejects,
                                    .base = judging->position,
                                    .option = may,
                                    .forced = STAGE_FREE};
    const struct stage stage = {
        .copy = &copy,
        .copies = 1,
        .member = judging->silent_member,
        .candidates = judging->silent,
        .options = list_open_positions(judging->program->rule, may)};
    size_t *choice =
        arena_new(judging->arena, judging->silent + 1, sizeof *choice);
    struct search search;

    stage_search(&stage, JUDGE_STEPS, judging->arena, &search);
    return search_any(&search, judging->arena, choice);
}

static void decide(const struct judging *judging, struct rule_result *result)
{
    bool holds = result->clause[0].holds;

    result->exact = true;
    result->outcome = holds ? OUTCOME_ADOPTED : OUTCOME_REJECTED;
    if (judging->silent == 0 || result->clause[0].settled)
        return;
    /* As things stand it adopts (or not); can it still turn? */
    enum search_answer turns = may_become(judging, holds);
    if (turns != SEARCH_NONE)
        result->outcome = OUTCOME_OPEN;
    result->exact = turns != SEARCH_UNDECIDED;
}

/* --- 4. the witness ----------------------------------------------------- */

static void witness_leaf(const struct judging *judging,
                         const struct rule_clause *clause, bool holds,
                         struct member_set *witness)
{
    const struct rule_program *program = judging->program;
    const struct rule_part *part = &program->part[clause->index];
    bool at_most =
        clause->leaf->test == TEST_LE || clause->leaf->test == TEST_LT;

    for (size_t i = 0; i < program->members; i++) {
        bool counted = clause->leaf->of & POSITION_BIT(judging->position[i]);

        /* Enough were counted: these. Too few were: those who were not. */
        if (set_has(&part->in, i) && part->units[i] > 0 &&
            set_has(&program->participating, i) &&
            counted == (holds != at_most))
            set_put(witness, i, true);
    }
}

static void witness(const struct judging *judging, struct rule_result *result,
                    struct clause_result *clauses,
                    const struct rule_clause *clause)
{
    bool holds = clauses[clause->index].holds;
    size_t count = clause->count, want;

    clauses[clause->index].decides = true;
    if (clause->kind == CLAUSE_LEAF) {
        witness_leaf(judging, clause, holds, &result->witness);
        return;
    }
    if (clause->kind == CLAUSE_NOT) {
        witness(judging, result, clauses, clause->item[0]);
        return;
    }
    want = clause->kind == CLAUSE_ALL   ? count
           : clause->kind == CLAUSE_ANY ? 1
                                        : clause->k;
    if (!holds)
        want = count - want + 1;
    /* Those that nothing can change any more first. */
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < count && want > 0; i++) {
            const struct clause_result *item = &clauses[clause->item[i]->index];

            if (item->holds != holds || item->settled != (pass == 0))
                continue;
            witness(judging, result, clauses, clause->item[i]);
            want--;
        }
}

/* --- 5. the distances ---------------------------------------------------- */

static void find_distance(const struct judging *judging,
                          const struct stage *stage,
                          struct rule_distance *distance)
{
    struct search search;
    size_t *choice =
        arena_new(judging->arena, stage->candidates + 1, sizeof *choice);
    size_t *member =
        arena_new(judging->arena, stage->candidates + 1, sizeof *member);
    enum position *position =
        arena_new(judging->arena, stage->candidates + 1, sizeof *position);

    stage_search(stage, JUDGE_STEPS, judging->arena, &search);
    distance->possible = search_fewest(&search, judging->arena, choice,
                                       &distance->exact) == SEARCH_FOUND;
    for (size_t c = 0; distance->possible && c < stage->candidates; c++)
        if (choice[c] > 0) {
            member[distance->fewest] = stage->member[c];
            position[distance->fewest++] = stage->copy->option[choice[c] - 1];
        }
    distance->member = member;
    distance->position = position;
}

/* Whose yes would adopt it, all others staying as they are? */
static void find_adoption(const struct judging *judging,
                          struct rule_distance *distance)
{
    static const enum position yes[] = {POSITION_YES};
    const struct rule_program *program = judging->program;
    size_t *member =
        arena_new(judging->arena, program->members, sizeof *member);
    const struct stage_copy copy = {.program = program,
                                    .base = judging->position,
                                    .option = yes,
                                    .forced = STAGE_FREE};
    struct stage stage = {.copy = &copy,
                          .copies = 1,
                          .member = judging->silent_member,
                          .candidates = judging->silent,
                          .options = 1};

    if (judging->closed) {
        stage.member = member;
        for (size_t i = 0; i < program->members; i++)
            if (set_has(&program->participating, i) &&
                judging->position[i] != POSITION_YES)
                member[stage.candidates++] = i;
    }
    find_distance(judging, &stage, distance);
}

/* Whose no (or objection) would reject it, every other silent member saying
 * yes? */
static void find_block(const struct judging *judging,
                       struct rule_distance *distance)
{
    static const enum position against[] = {POSITION_NO, POSITION_OBJECT};
    const struct rule_program *program = judging->program;
    enum position *base =
        arena_new(judging->arena, program->members, sizeof *base);
    size_t *member =
        arena_new(judging->arena, program->members, sizeof *member);
    const struct stage_copy copy = {.program = program,
                                    .rejects = true,
                                    .base = base,
                                    .option = against,
                                    .forced = STAGE_FREE};
    struct stage stage = {.copy = &copy, .copies = 1, .member = member};

    memcpy(base, judging->position, program->members * sizeof *base);
    for (size_t s = 0; s < judging->silent; s++)
        base[judging->silent_member[s]] = POSITION_YES;
    for (size_t i = 0; i < program->members; i++)
        if (base[i] == POSITION_YES)
            member[stage.candidates++] = i;
    stage.options =
        program->rule->mentions & POSITION_BIT(POSITION_OBJECT) ? 2 : 1;
    find_distance(judging, &stage, distance);
}

/* --- 6. the effects ------------------------------------------------------ */

static void find_effects(const struct judging *judging,
                         struct rule_result *result)
{
    const struct rule_effects *effects = &judging->program->rule->effects;

    if (result->outcome != OUTCOME_ADOPTED)
        return;
    for (size_t i = 0; i < judging->program->members; i++) {
        unsigned bit = POSITION_BIT(judging->position[i]);

        set_put(&result->bound, i, effects->bound & bit);
        set_put(&result->exempt, i, effects->exempt & bit);
    }
}

static enum err start(struct judging *judging, struct rule_result *result,
                      struct why *why)
{
    memset(result, 0, sizeof *result);
    TRY(check_positions(judging->program, judging->cast, why));
    apply_defaults(judging);
    result->closed = judging->closed;
    result->silent = judging->silent;
    result->position = judging->position;
    tally(judging, result);
    decide(judging, result);
    return ERR_NONE;
}

enum err rule_decide(const struct rule_program *program,
                     const enum position *position, bool closed,
                     struct arena *arena, struct rule_result *result,
                     struct why *why)
{
    struct judging judging = {
        .program = program, .cast = position, .closed = closed, .arena = arena};

    TRY(start(&judging, result, why));
    find_effects(&judging, result);
    if (result->outcome != OUTCOME_OPEN)
        witness(&judging, result, (struct clause_result *)result->clause,
                program->rule->root);
    return ERR_NONE;
}

enum err rule_judge(const struct rule_program *program,
                    const enum position *position, bool closed,
                    struct arena *arena, struct rule_result *result,
                    struct why *why)
{
    struct judging judging = {
        .program = program, .cast = position, .closed = closed, .arena = arena};

    TRY(start(&judging, result, why));
    if (closed || result->outcome != OUTCOME_REJECTED)
        find_adoption(&judging, &result->to_adopt);
    else /* settled: no one can */
        result->to_adopt.exact = true;
    find_block(&judging, &result->to_block);
    find_effects(&judging, result);
    if (result->outcome != OUTCOME_OPEN)
        witness(&judging, result, (struct clause_result *)result->clause,
                program->rule->root);
    return ERR_NONE;
}
