/*
 * design_read.c - what a design is asked to vary, read from words.
 */
#include "base/ratio.h"
#include "power/design.h"
#include "power/fraction.h"

#include <string.h>

static const int64_t RATIO_MAX = (int64_t)1 << 53; /* as base/ratio.h says */

static char *keep(struct design *design, struct slice text)
{
    return arena_text(design->arena, text.at, text.len);
}

/* --- clauses ---------------------------------------------------------------
 */

/* The path of `clause` below `at`; false when it is not there. */
static bool find_path(const struct rule_clause *at, size_t clause,
                      struct buf *out)
{
    static const char *const word[] = {[CLAUSE_ALL] = "all",
                                       [CLAUSE_ANY] = "any",
                                       [CLAUSE_NOT] = "not",
                                       [CLAUSE_ATLEAST] = "atleast.of"};
    const size_t len = out->len;

    if (at->index == clause)
        return true;
    for (size_t i = 0; i < at->count; i++) {
        if (i + 1 < at->count && at->item[i + 1]->index <= clause)
            continue; /* clauses are numbered in reading order */
        buf_addf(out, "%s%s", len > 0 ? "." : "", word[at->kind]);
        if (at->kind != CLAUSE_NOT)
            buf_addf(out, "[%zu]", i);
        return find_path(at->item[i], clause, out);
    }
    return false;
}

void design_clause_path(const struct rule *rule, size_t clause, struct buf *out)
{
    struct buf path = {0};

    if (clause == 0 || !find_path(rule->root, clause, &path))
        buf_addf(out, "%zu", clause);
    else
        buf_add(out, path.data, path.len);
    buf_clear(&path);
}

static enum err no_such_clause(const struct rule *rule, struct slice name,
                               struct why *why)
{
    struct buf known = {0};

    for (size_t i = 0; i < rule->count && known.len < 150; i++)
        if (rule->clause[i]->leaf != NULL) {
            buf_add_text(&known, known.len > 0 ? ", " : "");
            design_clause_path(rule, i, &known);
        }
    fail(why, ERR_ABSENT, "no comparison '%.*s' in this rule: it has %s",
         name.len < 60 ? (int)name.len : 60, name.at, buf_text(&known));
    buf_clear(&known);
    return ERR_ABSENT;
}

/* By path or by number. */
static enum err find_clause(const struct rule *rule, struct slice name,
                            size_t *clause, struct why *why)
{
    struct buf path = {0};
    uint64_t number;
    size_t found = SIZE_MAX;

    if (text_parse_u64(name, rule->count - 1, &number))
        found = (size_t)number;
    for (size_t i = 0; i < rule->count && found == SIZE_MAX; i++) {
        buf_reset(&path);
        design_clause_path(rule, i, &path);
        if (slice_is(name, buf_text(&path)))
            found = i;
    }
    buf_clear(&path);
    if (found == SIZE_MAX || rule->clause[found]->leaf == NULL)
        return no_such_clause(rule, name, why);
    *clause = found;
    return ERR_NONE;
}

/* --- axes ------------------------------------------------------------------
 */

static enum err add_axis(struct design *design, struct design_axis **axis,
                         const char *name, struct why *why)
{
    if (design->axes == DESIGN_AXES_MAX)
        return fail(why, ERR_LIMIT, "more than %d sweeps and weights",
                    DESIGN_AXES_MAX);
    for (size_t i = 0; i < design->axes; i++)
        if (strcmp(design->axis[i].name, name) == 0)
            return fail(why, ERR_INPUT, "%.64s varies twice", name);
    *axis = &design->axis[design->axes];
    **axis = (struct design_axis){.name = name};
    return ERR_NONE;
}

void design_choice_text(const struct design_axis *axis, size_t choice,
                        struct buf *out)
{
    if (!axis->is_weight)
        ratio_format(axis->threshold[choice], axis->absolute, out);
    else if (strcmp(axis->weight[choice], "1") == 0)
        buf_add_text(out, "heads");
    else
        buf_add_text(out, axis->weight[choice]);
}

/* --- sweeps ----------------------------------------------------------------
 */

struct range {
    struct ratio from, to, step;
};

/* FROM..TO/STEP, where each may be a fraction. Shares: a bare integer before
 * the first '/' is a numerator, so that 1/2..3/4/1/12 is read as it is meant.
 */
static bool cut_range(struct slice text, struct slice part[3])
{
    const char *dots = text.len > 1 ? strstr(text.at, "..") : NULL;
    struct slice rest, head;
    uint64_t number;
    bool fraction;

    if (dots == NULL || dots == text.at)
        return false;
    part[0] = (struct slice){text.at, (size_t)(dots - text.at)};
    rest = slice_of(dots + 2);
    part[1] = rest;
    if (!slice_cut(&rest, '/', &head))
        return false;
    fraction = !text_parse_u64(part[0], UINT64_MAX, &number) &&
               text_parse_u64(head, UINT64_MAX, &number);
    part[1].len = head.len;
    if (fraction) {
        if (!slice_cut(&rest, '/', &head))
            return false;
        part[1].len += 1 + head.len;
    }
    part[2] = rest;
    return true;
}

/* Are all three of the kind that the clause has? */
static enum err read_range(struct slice text, bool absolute,
                           struct range *range, struct why *why)
{
    struct ratio *ratio[] = {&range->from, &range->to, &range->step};
    struct slice part[3];

    if (!cut_range(text, part))
        return fail(
            why, ERR_INPUT,
            "'%.60s': FROM..TO/STEP was expected, such as 55%%..75%%/5%%"
            " or 9..15/1",
            text.at);
    for (int i = 0; i < 3; i++) {
        bool is_number;

        TRY(ratio_parse(part[i], ratio[i], &is_number, why));
        if (is_number != absolute)
            return fail(why, ERR_INPUT,
                        absolute
                            ? "'%.60s': it compares with a number: whole "
                              "numbers were expected, such as 9..15/1"
                            : "'%.60s': it compares with a share: shares were "
                              "expected, such as 55%%..75%%/5%%",
                        text.at);
    }
    if (range->step.num == 0)
        return fail(why, ERR_INPUT, "'%.60s': a step above 0 was expected",
                    text.at);
    return ERR_NONE;
}

static void set_ratio(mpq_t to, struct ratio ratio)
{
    mpq_set_ui(to, (unsigned long)ratio.num, (unsigned long)ratio.den);
}

static bool same_ratio(struct ratio a, struct ratio b)
{
    return a.num == b.num && a.den == b.den;
}

/* How many steps fit between from and to, both counted; SIZE_MAX for more
 * than DESIGN_POINTS_MAX. */
static size_t count_steps(const mpq_t from, const mpq_t to, const mpq_t step)
{
    mpq_t steps;
    mpz_t whole;
    size_t count = 0;

    mpq_init(steps);
    mpz_init(whole);
    mpq_sub(steps, to, from);
    mpq_div(steps, steps, step);
    mpz_fdiv_q(whole, mpq_numref(steps), mpq_denref(steps));
    if (mpz_cmp_ui(whole, DESIGN_POINTS_MAX) >= 0)
        count = SIZE_MAX;
    else if (mpz_sgn(whole) >= 0)
        count = (size_t)mpz_get_ui(whole) + 1;
    mpq_clear(steps);
    mpz_clear(whole);
    return count;
}

/* from + i * step, for all i; false when one is beyond what a ratio holds. */
static bool fill_steps(mpq_t at, const mpq_t step, struct ratio *threshold,
                       size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (mpz_cmp_si(mpq_numref(at), RATIO_MAX) >= 0 ||
            mpz_cmp_si(mpq_denref(at), RATIO_MAX) >= 0)
            return false;
        threshold[i] = (struct ratio){mpz_get_si(mpq_numref(at)),
                                      mpz_get_si(mpq_denref(at))};
        mpq_add(at, at, step);
    }
    return true;
}

static enum err step_through(struct design *design, struct design_axis *axis,
                             const struct range *range,
                             const struct rule_leaf *leaf, struct slice text,
                             struct why *why)
{
    struct ratio *threshold;
    mpq_t from, to, step;
    enum err err = ERR_NONE;

    mpq_inits(from, to, step, NULL);
    set_ratio(from, range->from);
    set_ratio(to, range->to);
    set_ratio(step, range->step);
    axis->count = count_steps(from, to, step);
    if (axis->count == 0)
        err = fail(why, ERR_INPUT,
                   "'%.60s': it runs upward, FROM at most TO was expected",
                   text.at);
    else if (axis->count == SIZE_MAX)
        err = fail(why, ERR_LIMIT,
                   "'%.60s': more than %d steps: a larger step was expected",
                   text.at, DESIGN_POINTS_MAX);
    if (err == ERR_NONE) {
        threshold =
            arena_new(design->arena, axis->count + 1, sizeof *threshold);
        if (!fill_steps(from, step, threshold, axis->count))
            err = fail(why, ERR_LIMIT,
                       "'%.60s': fractions beyond 2^53: rounder steps were "
                       "expected",
                       text.at);
        threshold[axis->count] =
            leaf->min_members ? leaf->min_share : leaf->threshold;
        axis->threshold = threshold;
        while (!same_ratio(threshold[axis->written], threshold[axis->count]))
            axis->written++;
    }
    mpq_clears(from, to, step, NULL);
    return err;
}

enum err design_sweep(struct design *design, const char *text, struct why *why)
{
    struct slice rest = slice_of(text), name;
    struct design_axis *axis;
    const struct rule_leaf *leaf;
    struct range range;
    struct buf path = {0};
    size_t clause = 0;

    if (!slice_cut(&rest, '=', &name))
        return fail(why, ERR_INPUT,
                    "'%.60s': CLAUSE=FROM..TO/STEP was expected", text);
    TRY(find_clause(design->rule, name, &clause, why));
    leaf = design->rule->clause[clause]->leaf;
    design_clause_path(design->rule, clause, &path);
    name = (struct slice){keep(design, (struct slice){path.data, path.len}),
                          path.len};
    buf_clear(&path);
    TRY(add_axis(design, &axis, name.at, why));
    axis->clause = clause;
    axis->absolute = leaf->absolute && !leaf->min_members;
    TRY(read_range(rest, axis->absolute, &range, why));
    TRY(step_through(design, axis, &range, leaf, rest, why));
    design->axes++;
    return ERR_NONE;
}

/* --- weights ---------------------------------------------------------------
 */

/* The largest number of thousandths whose square is not above the weight. */
static enum err add_root(struct design *design, const char *name,
                         const char *of, struct why *why)
{
    const size_t members = roster_count(design->roster);
    __int128 *units = mem_new(members, sizeof *units);
    struct buf text = {0};
    int places;
    enum err err = roster_weight(design->roster, of, units, &places, why);
    mpz_t root, scale;

    mpz_inits(root, scale, NULL);
    for (size_t i = 0; i < members && err == ERR_NONE; i++) {
        mpz_ui_pow_ui(root, 10, 2 * DESIGN_ROOT_PLACES);
        fraction_integer(scale, units[i]);
        mpz_mul(root, root, scale);
        mpz_ui_pow_ui(scale, 10, (unsigned long)places);
        mpz_fdiv_q(root, root, scale);
        mpz_sqrt(root, root); /* at most 10^12 */
        buf_reset(&text);
        decimal_format(mpz_get_si(root), DESIGN_ROOT_PLACES, &text);
        err = roster_set_weight(design->roster, name, i, buf_text(&text), why);
    }
    mpz_clears(root, scale, NULL);
    buf_clear(&text);
    mem_free(units);
    return err;
}

/* "heads" and "equal", a column, or sqrt(COLUMN), which becomes a column. */
static enum err find_weight(struct design *design, struct slice text,
                            const char **weight, struct why *why)
{
    const char head[] = "sqrt(";
    const size_t len = sizeof head - 1;
    __int128 *units;
    int places;
    enum err err;

    *weight = slice_is(text, "heads") || slice_is(text, "equal")
                  ? "1"
                  : keep(design, text);
    if (text.len > len + 1 && strncmp(text.at, head, len) == 0 &&
        text.at[text.len - 1] == ')' &&
        !roster_has_column(design->roster, *weight)) {
        struct slice of = {text.at + len, text.len - len - 1};

        return add_root(design, *weight, keep(design, of), why);
    }
    units = mem_new(roster_count(design->roster), sizeof *units);
    err = roster_weight(design->roster, *weight, units, &places, why);
    mem_free(units);
    return err;
}

/* Does an exchange of the weight change the rule anywhere? */
static bool is_weighed(const struct rule *rule, const char *weight)
{
    for (size_t i = 0; i < rule->count; i++) {
        const struct rule_leaf *leaf = rule->clause[i]->leaf;

        if (leaf == NULL || (leaf->absolute && !leaf->min_members))
            continue;
        if (strcmp(leaf->min_members ? leaf->min_weight : leaf->weight,
                   weight) == 0)
            return true;
    }
    return false;
}

static enum err no_such_weight(const struct rule *rule, const char *name,
                               struct why *why)
{
    struct buf known = {0};

    for (size_t i = 0; i < rule->count && known.len < 150; i++) {
        const struct rule_leaf *leaf = rule->clause[i]->leaf;

        if (leaf == NULL || (leaf->absolute && !leaf->min_members))
            continue;
        const char *weight =
            leaf->min_members ? leaf->min_weight : leaf->weight;
        buf_addf(&known, "%s%s", known.len > 0 ? ", " : "",
                 strcmp(weight, "1") == 0 ? "heads" : weight);
    }
    fail(why, ERR_ABSENT,
         "no clause of this rule compares a share of '%.64s'; weights of which "
         "it does: %s",
         name, known.len > 0 ? buf_text(&known) : "none");
    buf_clear(&known);
    return ERR_ABSENT;
}

/* Split at ',' (or '|'). */
static bool next_word(struct slice *rest, struct slice *word)
{
    size_t len = 0;

    if (rest->at == NULL)
        return false;
    while (len < rest->len && rest->at[len] != ',' && rest->at[len] != '|')
        len++;
    *word = (struct slice){rest->at, len};
    *rest = len < rest->len
                ? (struct slice){rest->at + len + 1, rest->len - len - 1}
                : (struct slice){NULL, 0};
    return true;
}

static enum err read_weights(struct design *design, struct design_axis *axis,
                             struct slice list, const char *written,
                             struct why *why)
{
    const char **weight =
        arena_new(design->arena, list.len + 2, sizeof *weight);
    struct slice word;

    while (next_word(&list, &word)) {
        TRY(find_weight(design, word, &weight[axis->count], why));
        for (size_t i = 0; i < axis->count; i++)
            if (strcmp(weight[i], weight[axis->count]) == 0)
                return fail(why, ERR_INPUT, "%.64s is there twice", weight[i]);
        if (++axis->count > DESIGN_POINTS_MAX)
            return fail(why, ERR_LIMIT, "more than %d weights",
                        DESIGN_POINTS_MAX);
    }
    weight[axis->count] = written;
    axis->weight = weight;
    while (strcmp(weight[axis->written], written) != 0)
        axis->written++;
    return ERR_NONE;
}

enum err design_weigh(struct design *design, const char *text, struct why *why)
{
    struct slice rest = slice_of(text), name;
    struct design_axis *axis;
    const char *written;

    if (!slice_cut(&rest, '=', &name))
        return fail(why, ERR_INPUT, "'%.60s': WEIGHT=INSTEAD,... was expected",
                    text);
    name.at = keep(design, name);
    written = strcmp(name.at, "heads") == 0 ? "1" : name.at;
    if (!is_weighed(design->rule, written))
        return no_such_weight(design->rule, name.at, why);
    TRY(add_axis(design, &axis, name.at, why));
    axis->is_weight = true;
    TRY(read_weights(design, axis, rest, written, why));
    design->axes++;
    return ERR_NONE;
}

enum err design_aim(struct design *design, const char *text, struct why *why)
{
    struct design_ideal *ideal = &design->ideal[design->ideals];

    if (design->ideals == DESIGN_IDEALS_MAX)
        return fail(why, ERR_LIMIT, "more than %d ideals", DESIGN_IDEALS_MAX);
    for (size_t i = 0; i < design->ideals; i++)
        if (strcmp(design->ideal[i].name, text) == 0)
            return fail(why, ERR_INPUT, "ideal %.64s is there twice", text);
    ideal->name = keep(design, slice_of(text));
    TRY(find_weight(design, slice_of(text), &ideal->weight, why));
    design->ideals++;
    return ERR_NONE;
}
