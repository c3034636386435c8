#include "power/design.h"

#include "power/fraction.h"
#include "power/power.h"

#include <string.h>

void design_open(struct design *design, const struct rule *rule,
                 struct roster *roster)
{
    *design =
        (struct design){.rule = rule, .roster = roster, .arena = arena_open()};
}

void design_close(struct design *design)
{
    arena_close(design->arena);
    design->arena = NULL;
}

enum err design_protect(struct design *design, const struct member_set *who,
                        struct why *why)
{
    if (set_count(who) == 0)
        return fail(why, ERR_INPUT,
                    "the minority has no members: one or more were expected");
    design->has_minority = true;
    design->minority = *who;
    return ERR_NONE;
}

/* --- a variant of the rule ------------------------------------------------ */

struct varying {
    const struct design *design;
    const size_t *choice; /* [axes] */
    struct arena *arena;
    const struct rule_clause **clause; /* [rule->count] */
};

static void vary_weight(const struct design_axis *axis, size_t choice,
                        const struct rule_leaf *written, struct rule_leaf *leaf)
{
    const char *weight = axis->weight[axis->count];

    if (written->min_members) {
        if (strcmp(written->min_weight, weight) == 0)
            leaf->min_weight = axis->weight[choice];
    } else if (!written->absolute && strcmp(written->weight, weight) == 0) {
        leaf->weight = axis->weight[choice];
    }
}

static const struct rule_leaf *vary_leaf(const struct varying *varying,
                                         const struct rule_clause *clause)
{
    struct rule_leaf *leaf = arena_new(varying->arena, 1, sizeof *leaf);

    *leaf = *clause->leaf;
    for (size_t i = 0; i < varying->design->axes; i++) {
        const struct design_axis *axis = &varying->design->axis[i];

        if (axis->is_weight)
            vary_weight(axis, varying->choice[i], clause->leaf, leaf);
        else if (axis->clause == clause->index && leaf->min_members)
            leaf->min_share = axis->threshold[varying->choice[i]];
        else if (axis->clause == clause->index)
            leaf->threshold = axis->threshold[varying->choice[i]];
    }
    return leaf;
}

/* As deep as the rule, RULE_DEPTH_MAX. */
static const struct rule_clause *vary_clause(const struct varying *varying,
                                             const struct rule_clause *written)
{
    struct rule_clause *clause = arena_new(varying->arena, 1, sizeof *clause);
    const struct rule_clause **item =
        arena_new(varying->arena, written->count + 1, sizeof *item);

    *clause = *written;
    clause->item = item;
    if (written->leaf != NULL)
        clause->leaf = vary_leaf(varying, written);
    for (size_t i = 0; i < written->count; i++)
        item[i] = vary_clause(varying, written->item[i]);
    varying->clause[written->index] = clause;
    return clause;
}

static struct rule vary(const struct design *design, const size_t *choice,
                        struct arena *arena)
{
    struct rule rule = *design->rule;
    struct varying varying = {
        design, choice, arena,
        arena_new(arena, rule.count, sizeof *varying.clause)};

    rule.root = vary_clause(&varying, rule.root);
    rule.clause = varying.clause;
    return rule;
}

/* --- the minority as one ---------------------------------------------------
 */

/*
 * The same rule with the minority as one member, the first of them: what each
 * of the others brought to a form, the first brings too.
 */
static struct rule_program merge(const struct rule_program *program,
                                 const struct member_set *who, size_t *first,
                                 struct arena *arena)
{
    const size_t cells = program->members * POSITION_COUNT;
    struct rule_program merged = *program;
    struct rule_form *form = arena_new(arena, program->forms + 1, sizeof *form);

    *first = 0;
    while (!set_has(who, *first))
        (*first)++;
    merged.form = form;
    for (size_t f = 0; f < program->forms; f++) {
        __int128 *at = arena_new(arena, cells, sizeof *at);

        memcpy(at, program->form[f].at, cells * sizeof *at);
        for (size_t m = *first + 1; m < program->members; m++)
            for (size_t p = 0; set_has(who, m) && p < POSITION_COUNT; p++) {
                at[*first * POSITION_COUNT + p] += at[m * POSITION_COUNT + p];
                at[m * POSITION_COUNT + p] = 0;
            }
        form[f] = (struct rule_form){program->form[f].constant, at};
    }
    for (size_t m = *first + 1; m < program->members; m++)
        if (set_has(who, m))
            set_put(&merged.participating, m, false);
    return merged;
}

static enum err measure_minority(const struct design *design,
                                 const struct rule_program *program,
                                 struct design_point *point, struct why *why)
{
    const struct power_request request = {.no_minimal = true};
    struct arena *arena = arena_open();
    size_t first;
    struct rule_program merged =
        merge(program, &design->minority, &first, arena);
    struct power *power;
    enum err err = power_measure(&merged, &request, &power, why);

    if (err == ERR_NONE) {
        for (size_t i = 0; i < power->members; i++)
            if (power->index[i].member == first) {
                mpq_set(point->prevent, power->index[i].prevent);
                point->blocks = power->index[i].veto;
            }
        power_close(power);
    }
    arena_close(arena);
    return err;
}

/* --- figures -------------------------------------------------------------- */

/* Sum over the members of |share of power - share of the weight|. */
static void add_distances(const struct power *power, const __int128 *units,
                          __int128 total, mpq_t distance)
{
    mpz_t part, whole;
    mpq_t share;

    mpz_inits(part, whole, NULL);
    mpq_init(share);
    fraction_integer(whole, total);
    mpq_set_ui(distance, 0, 1);
    for (size_t i = 0; i < power->members; i++) {
        fraction_integer(part, units[power->index[i].member]);
        fraction_set(share, part, whole);
        mpq_sub(share, power->index[i].banzhaf, share);
        mpq_abs(share, share);
        mpq_add(distance, distance, share);
    }
    mpq_clear(share);
    mpz_clears(part, whole, NULL);
}

static enum err measure_distance(const struct design *design, size_t ideal,
                                 const struct power *power, mpq_t distance,
                                 struct why *why)
{
    __int128 *units = mem_new(roster_count(design->roster), sizeof *units);
    __int128 total = 0;
    int places;
    enum err err = roster_weight(design->roster, design->ideal[ideal].weight,
                                 units, &places, why);

    for (size_t i = 0; err == ERR_NONE && i < power->members; i++)
        total += units[power->index[i].member];
    if (err == ERR_NONE && total == 0)
        err = fail(why, ERR_INPUT, "%.64s: nobody has any of it",
                   design->ideal[ideal].name);
    if (err == ERR_NONE)
        add_distances(power, units, total, distance);
    mem_free(units);
    return err;
}

static enum err measure_members(const struct design *design,
                                const struct rule_program *program,
                                struct design_point *point, struct why *why)
{
    const struct power_request request = {.no_minimal = true};
    struct power *power;
    enum err err;

    TRY(power_measure(program, &request, &power, why));
    mpq_set(point->act, power->act);
    memcpy(point->method, power->text, sizeof point->method);
    for (size_t i = 0; i < power->members; i++) {
        point->vetoers += power->index[i].veto;
        point->dummies += power->index[i].dummy;
    }
    err = ERR_NONE;
    for (size_t i = 0; i < design->ideals && err == ERR_NONE; i++)
        err = measure_distance(design, i, power, point->distance[i], why);
    power_close(power);
    return err;
}

/* Everyone on one side: what becomes of the proposal? */
static bool adopts_all_at(const struct rule_program *program,
                          enum position position)
{
    enum position *all = mem_new(program->members, sizeof *all);
    bool adopted;

    for (size_t i = 0; i < program->members; i++)
        all[i] = position;
    adopted = program_adopts(program, all);
    mem_free(all);
    return adopted;
}

static enum err measure_program(const struct design *design,
                                const struct rule_program *program,
                                struct design_point *point, struct why *why)
{
    bool all = adopts_all_at(program, POSITION_YES);
    bool nobody = adopts_all_at(program, program_against(program));

    if (all == nobody) {
        point->outcome = all ? DESIGN_ALWAYS : DESIGN_NEVER;
        mpq_set_ui(point->act, all, 1);
        return ERR_NONE;
    }
    TRY(measure_members(design, program, point, why));
    return design->has_minority ? measure_minority(design, program, point, why)
                                : ERR_NONE;
}

/* --- numbering variants ----------------------------------------------------
 */

/* Is the rule as written one of the combinations of choices? */
static bool written_is_among(const struct design *design)
{
    for (size_t i = 0; i < design->axes; i++)
        if (design->axis[i].written == design->axis[i].count)
            return false;
    return true;
}

enum err design_count(const struct design *design, size_t *points,
                      struct why *why)
{
    size_t count = 1;

    for (size_t i = 0; i < design->axes; i++) {
        count *= design->axis[i].count;
        if (count > DESIGN_POINTS_MAX)
            return fail(why, ERR_LIMIT,
                        "more than %d variants: fewer sweeps or larger steps "
                        "were expected",
                        DESIGN_POINTS_MAX);
    }
    *points = count + !written_is_among(design);
    return ERR_NONE;
}

/* The rule as written, unless it is among the others, then these, the last
 * axis fastest. */
static void choose(const struct design *design, size_t number,
                   struct design_point *point)
{
    bool apart = !written_is_among(design);
    bool written = apart && number == 0;

    number -= apart && !written;
    point->as_written = true;
    for (size_t i = design->axes; i-- > 0;) {
        const struct design_axis *axis = &design->axis[i];

        point->choice[i] = written ? axis->count : number % axis->count;
        number /= axis->count;
        point->as_written &= written || point->choice[i] == axis->written;
    }
}

/* "variant 3 (all[0] 55%, population heads)" */
static enum err fail_variant(const struct design *design, size_t number,
                             const struct design_point *point, enum err err,
                             struct why *why)
{
    struct buf text = {0};

    for (size_t i = 0; i < design->axes && text.len < 100; i++) {
        buf_addf(&text, "%s%s ", i > 0 ? ", " : "", design->axis[i].name);
        design_choice_text(&design->axis[i], point->choice[i], &text);
    }
    fail_within(why, err, "variant %zu (%.120s)", number + 1, buf_text(&text));
    buf_clear(&text);
    return err;
}

enum err design_measure(const struct design *design, size_t number,
                        struct design_point *point, struct why *why)
{
    struct arena *arena = arena_open();
    struct rule_program *program = NULL;
    struct rule rule;
    enum err err;

    *point = (struct design_point){.made = true, .same_as = number};
    mpq_inits(point->act, point->prevent, NULL);
    for (size_t i = 0; i < DESIGN_IDEALS_MAX; i++)
        mpq_init(point->distance[i]);
    choose(design, number, point);
    rule = vary(design, point->choice, arena);
    err = program_compile(&rule, design->roster, NULL, &program, why);
    if (err == ERR_NONE)
        err = measure_program(design, program, point, why);
    if (err != ERR_NONE)
        fail_variant(design, number, point, err, why);
    program_close(program);
    arena_close(arena);
    return err;
}

void design_point_clear(struct design_point *point)
{
    if (!point->made)
        return;
    mpq_clears(point->act, point->prevent, NULL);
    for (size_t i = 0; i < DESIGN_IDEALS_MAX; i++)
        mpq_clear(point->distance[i]);
    point->made = false;
}

/* --- the frontier ----------------------------------------------------------
 */

/* How a compares with b: is it better in some thing, worse in some? */
static void compare(const struct design *design, const struct design_point *a,
                    const struct design_point *b, bool *better, bool *worse)
{
    int order[3] = {mpq_cmp(a->act, b->act), 0, 0};

    if (design->has_minority)
        order[1] = mpq_cmp(a->prevent, b->prevent);
    if (design->ideals > 0)
        order[2] = mpq_cmp(b->distance[0], a->distance[0]);
    *better = *worse = false;
    for (size_t i = 0; i < 3; i++) {
        *better |= order[i] > 0;
        *worse |= order[i] < 0;
    }
}

void design_frontier(const struct design *design, struct design_point *point,
                     size_t points)
{
    for (size_t i = 0; i < points; i++) {
        point[i].efficient = point[i].outcome == DESIGN_MEASURED;
        point[i].same_as = i;
        for (size_t j = 0; j < points; j++) {
            bool better, worse;

            if (point[i].outcome != DESIGN_MEASURED ||
                point[j].outcome != DESIGN_MEASURED)
                continue;
            compare(design, &point[i], &point[j], &better, &worse);
            if (worse && !better)
                point[i].efficient = false;
            if (!worse && !better && j < point[i].same_as)
                point[i].same_as = j;
        }
    }
}
