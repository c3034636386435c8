#include "rule/explain.h"

#include <string.h>

/* --- numbers ------------------------------------------------------------ */

/* units / 10^places, trailing zeros left out; `group` puts a space between
 * thousands. */
static void add_number(struct buf *out, __int128 units, int places, bool group)
{
    char text[64];
    size_t at = sizeof text;
    int digit = 0;

    if (units < 0) {
        buf_add_text(out, "-");
        units = -units;
    }
    for (; places > 0 && units % 10 == 0; places--)
        units /= 10;
    for (; places > 0; places--, units /= 10) {
        text[--at] = (char)('0' + (int)(units % 10));
        digit = -1;
    }
    if (digit < 0)
        text[--at] = '.';
    digit = 0;
    do {
        if (group && digit > 0 && digit % 3 == 0)
            text[--at] = ' ';
        text[--at] = (char)('0' + (int)(units % 10));
        units /= 10;
        digit++;
    } while (units > 0);
    buf_add(out, text + at, sizeof text - at);
}

/* Rounded down to one decimal: nothing reads as reached that is not. */
static void add_percent(struct buf *out, __int128 part, __int128 whole)
{
    if (whole <= 0)
        return;
    __int128 tenths = part * 1000 / whole;
    buf_addf(out, " (%lld.%d %%)", (long long)(tenths / 10),
             (int)(tenths % 10));
}

/* --- groups and positions ------------------------------------------------ */

static void add_group(const struct rule_program *program,
                      const struct rule_group *group, struct buf *out)
{
    switch (group->kind) {
    case GROUP_PARTICIPATING:
        buf_add_text(out, "participating members");
        return;
    case GROUP_MEMBERS:
        buf_add_text(out, "all members");
        return;
    case GROUP_NAMED:
        if (roster_has_column(program->roster, group->name))
            buf_add_text(out, "members of ");
        buf_add_text(out, group->name);
        return;
    case GROUP_EXCEPT:
        buf_add_text(out, "participating members except ");
        add_group(program, group->item[0], out);
        return;
    default:
        for (size_t i = 0; i < group->count; i++) {
            if (i > 0)
                buf_add_text(out, group->kind == GROUP_BOTH ? " who are also "
                                                            : " or ");
            add_group(program, group->item[i], out);
        }
    }
}

/* "vote no, abstain or take no part in the vote" */
static void add_positions(unsigned positions, struct buf *out)
{
    int left = __builtin_popcount(positions);

    for (int p = 0; p < POSITION_COUNT; p++) {
        if (!(positions >> p & 1))
            continue;
        buf_add_text(out, position_plain((enum position)p));
        left--;
        buf_add_text(out, left > 1 ? ", " : left == 1 ? " or " : "");
    }
}

/* --- a leaf as written --------------------------------------------------- */

static const char *const test_words[] = {"at least", "more than", "at most",
                                         "less than"};

static bool is_heads(const struct rule_leaf *leaf)
{
    return strcmp(leaf->weight, "1") == 0;
}

static bool is_none(const struct rule_leaf *leaf)
{
    return leaf->absolute && !leaf->min_members && leaf->threshold.num == 0 &&
           leaf->test == TEST_LE;
}

static void add_threshold(const struct rule_leaf *leaf,
                          const struct rule_part *part, struct buf *out)
{
    buf_addf(out, "%s ", test_words[leaf->test]);
    if (leaf->min_members)
        buf_addf(out, "%lld", (long long)part->min_members);
    else
        ratio_format(leaf->threshold, leaf->absolute, out);
}

static void add_min_members(const struct rule_leaf *leaf, struct buf *out)
{
    if (!leaf->min_members)
        return;
    buf_addf(out, " (that many hold %s ", test_words[leaf->min_test]);
    ratio_format(leaf->min_share, false, out);
    buf_addf(out, " of %s)", leaf->min_weight);
}

/* "members of eu holding at least 65% of population vote yes" */
static void add_leaf(const struct rule_program *program, size_t clause,
                     struct buf *out)
{
    const struct rule_leaf *leaf = program->rule->clause[clause]->leaf;
    const struct rule_part *part = &program->part[clause];
    bool share = !leaf->absolute;

    if (share && leaf->base_of != 0) {
        buf_add_text(out, "of ");
        add_group(program, leaf->base, out);
        buf_add_text(out, " who ");
        add_positions(leaf->base_of, out);
        buf_add_text(out, ", ");
    }
    if (is_heads(leaf)) {
        if (is_none(leaf))
            buf_add_text(out, "none");
        else
            add_threshold(leaf, part, out);
        buf_add_text(out, leaf->base_of == 0 || !share ? " of " : "");
        if (share && leaf->base_of == 0)
            add_group(program, leaf->base, out);
        else if (!share)
            add_group(program, leaf->in, out);
    } else {
        add_group(program, leaf->in, out);
        buf_add_text(out, " holding ");
        add_threshold(leaf, part, out);
        buf_addf(out, share ? " of %s" : " %s", leaf->weight);
        if (share && leaf->base_of == 0 &&
            leaf->base->kind != GROUP_PARTICIPATING) {
            buf_add_text(out, " of ");
            add_group(program, leaf->base, out);
        }
    }
    buf_add_text(out, " ");
    add_positions(leaf->of, out);
    if (is_heads(leaf) && share && leaf->in->kind != GROUP_PARTICIPATING) {
        buf_add_text(out, ", counting ");
        add_group(program, leaf->in, out);
    }
    add_min_members(leaf, out);
}

static void add_gate(const struct rule_clause *clause, struct buf *out)
{
    switch (clause->kind) {
    case CLAUSE_ALL:
        buf_addf(out, "all of these %zu", clause->count);
        return;
    case CLAUSE_ANY:
        buf_addf(out, "any one of these %zu", clause->count);
        return;
    case CLAUSE_NOT:
        buf_add_text(out, "not this");
        return;
    default:
        buf_addf(out, "at least %u of these %zu", clause->k, clause->count);
    }
}

void explain_clause(const struct rule_program *program, size_t clause,
                    struct buf *out)
{
    if (program->rule->clause[clause]->kind == CLAUSE_LEAF)
        add_leaf(program, clause, out);
    else
        add_gate(program->rule->clause[clause], out);
}

/* --- the tally ----------------------------------------------------------- */

static const char *verdict_of(const struct clause_result *result)
{
    if (result->settled)
        return result->holds ? "holds" : "does not hold";
    return result->holds ? "holds so far" : "not yet";
}

/* ": 29 of 34 (85.2 %), 23 needed" */
static void add_tally(const struct rule_leaf *leaf, int places,
                      const struct clause_result *result, struct buf *out)
{
    bool at_most = leaf->test == TEST_LE || leaf->test == TEST_LT;

    buf_add_text(out, ": ");
    add_number(out, result->sum, places, true);
    if (!leaf->absolute) {
        buf_add_text(out, " of ");
        add_number(out, result->base, places, true);
        add_percent(out, result->sum, result->base);
    }
    if (result->empty || is_none(leaf))
        return;
    if (at_most && result->needed < 0) {
        buf_add_text(out, ", none can do");
        return;
    }
    buf_add_text(out, at_most ? ", at most " : ", ");
    add_number(out, result->needed, places, true);
    buf_add_text(out, at_most ? "" : " needed");
}

static void add_margin(const struct rule_leaf *leaf, int places,
                       const struct clause_result *result, struct buf *out)
{
    bool at_most = leaf->test == TEST_LE || leaf->test == TEST_LT;

    if (result->empty || (result->holds && is_none(leaf)))
        return;
    buf_add_text(out, ", ");
    add_number(out, result->margin < 0 ? -result->margin : result->margin,
               places, true);
    buf_add_text(out, result->holds ? " to spare"
                      : at_most     ? " too many"
                                    : " short");
}

static void add_line(const struct rule_program *program,
                     const struct rule_result *result, size_t clause,
                     struct buf *out)
{
    const struct rule_leaf *leaf = program->rule->clause[clause]->leaf;
    const struct clause_result *found = &result->clause[clause];
    int places = program->part[clause].places;

    explain_clause(program, clause, out);
    if (leaf == NULL) {
        buf_addf(out, ": %s", verdict_of(found));
        return;
    }
    add_tally(leaf, places, found, out);
    buf_addf(out, " — %s", verdict_of(found));
    add_margin(leaf, places, found, out);
}

static void add_tree(const struct rule_program *program,
                     const struct rule_result *result,
                     const struct rule_clause *clause, int depth,
                     struct buf *out)
{
    buf_addf(out, "%*s", 2 * depth, "");
    add_line(program, result, clause->index, out);
    buf_add_text(out, "\n");
    for (size_t i = 0; i < clause->count; i++)
        add_tree(program, result, clause->item[i], depth + 1, out);
}

void explain_clauses(const struct rule_program *program,
                     const struct rule_result *result, struct buf *out)
{
    add_tree(program, result, program->rule->root, 0, out);
}

/* --- around the tally ---------------------------------------------------- */

static void add_set(const struct rule_program *program,
                    const struct member_set *set, struct buf *out)
{
    const char *space = "";

    for (size_t i = 0; i < program->members; i++)
        if (set_has(set, i)) {
            buf_addf(out, "%s%s", space, roster_code(program->roster, i));
            space = " ";
        }
}

static void add_distance_members(const struct rule_program *program,
                                 const struct rule_distance *distance,
                                 struct buf *out)
{
    for (size_t i = 0; i < distance->fewest; i++)
        buf_addf(out, "%s%s", i > 0 ? " " : "",
                 roster_code(program->roster, distance->member[i]));
    if (!distance->exact)
        buf_add_text(out, " (fewer may do; not all sets could be tried)");
    buf_add_text(out, "\n");
}

static void add_adoption(const struct rule_program *program,
                         const struct rule_result *result, struct buf *out)
{
    const struct rule_distance *distance = &result->to_adopt;

    if (result->outcome == OUTCOME_ADOPTED)
        return;
    if (!distance->possible) {
        buf_addf(out, "%s\n",
                 !distance->exact
                     ? "whether further votes could adopt it could "
                       "not be found out"
                 : result->closed ? "no change of votes to yes would have "
                                    "adopted it"
                                  : "no further yes can adopt it as things "
                                    "stand");
        return;
    }
    if (distance->fewest == 0) {
        buf_add_text(out, "adopted if the vote closed now\n");
        return;
    }
    buf_addf(out,
             result->closed
                 ? "%zu more yes would have adopted it, for instance: "
                 : "%zu more yes adopt it, for instance: ",
             distance->fewest);
    add_distance_members(program, distance, out);
}

static void add_block(const struct rule_program *program,
                      const struct rule_result *result, struct buf *out)
{
    const struct rule_distance *distance = &result->to_block;

    if (result->outcome == OUTCOME_REJECTED)
        return;
    if (!distance->possible) {
        buf_addf(out, "%s\n",
                 distance->exact ? "nobody can block it any more"
                                 : "who could block it could not be found out");
        return;
    }
    if (distance->fewest == 0) {
        buf_add_text(out, "blocked even if all who are silent say yes\n");
        return;
    }
    buf_addf(out,
             result->closed
                 ? "%zu voting against would have blocked it, for instance: "
             : result->outcome == OUTCOME_ADOPTED
                 ? "%zu changing to a vote against would block it, for "
                   "instance: "
                 : "%zu against block it, for instance: ",
             distance->fewest);
    add_distance_members(program, distance, out);
}

static void add_members(const struct rule_program *program, const char *what,
                        const struct member_set *set, struct buf *out)
{
    if (set_count(set) == 0)
        return;
    buf_addf(out, "%s (%zu): ", what, set_count(set));
    add_set(program, set, out);
    buf_add_text(out, "\n");
}

static void add_duties(const struct rule_program *program,
                       const struct rule_result *result, struct buf *out)
{
    for (int p = 0; p < POSITION_COUNT; p++) {
        struct member_set set = {0};

        if (program->rule->effects.duty[p] == NULL)
            continue;
        for (size_t i = 0; i < program->members; i++)
            set_put(&set, i, (int)result->position[i] == p);
        if (set_count(&set) == 0)
            continue;
        buf_addf(out, "those who %s: %s: ", position_plain((enum position)p),
                 program->rule->effects.duty[p]);
        add_set(program, &set, out);
        buf_add_text(out, "\n");
    }
}

/* What was said and changes nothing, although it was meant to: the rule names
 * it nowhere. (A no need not be named where a yes is: it is none.) */
static struct member_set find_uncounted(const struct rule_program *program,
                                        const struct rule_result *result)
{
    const unsigned either =
        POSITION_BIT(POSITION_YES) | POSITION_BIT(POSITION_NO);
    const unsigned mentions = program->rule->mentions;
    unsigned meant = POSITION_BIT(POSITION_STAND_ASIDE) |
                     POSITION_BIT(POSITION_OBJECT) |
                     (mentions & either ? 0 : POSITION_BIT(POSITION_NO));
    struct member_set set = {0};

    for (size_t i = 0; i < program->members; i++)
        set_put(&set, i, meant & ~mentions & POSITION_BIT(result->position[i]));
    return set;
}

void explain_outcome(const struct rule_program *program,
                     const struct rule_result *result, struct buf *out)
{
    buf_add_text(out, outcome_word(result->outcome));
    if (!result->exact)
        buf_add_text(out, " (not every course could be tried: it may be "
                          "settled already)");
    else if (!result->closed && result->outcome != OUTCOME_OPEN)
        buf_add_text(out, result->silent > 0
                              ? ", whatever the silent members do"
                              : ", nobody being silent");
    buf_add_text(out, "\n");
    add_adoption(program, result, out);
    add_block(program, result, out);
    struct member_set uncounted = find_uncounted(program, result);
    add_members(program, "said what this rule does not count", &uncounted, out);
    if (result->outcome != OUTCOME_ADOPTED)
        return;
    add_members(program, "bound", &result->bound, out);
    add_members(program, "exempt", &result->exempt, out);
    add_duties(program, result, out);
    if (program->rule->effects.opt_in)
        buf_add_text(out, "those not bound may join later\n");
}

/* --- JSON ---------------------------------------------------------------- */

static json_t *json_number(__int128 units, int places)
{
    struct buf text = {0};
    json_t *json;

    add_number(&text, units, places, false);
    json = json_string(buf_text(&text));
    buf_clear(&text);
    return json;
}

static json_t *json_members(const struct rule_program *program,
                            const struct member_set *set)
{
    json_t *list = json_array();

    for (size_t i = 0; i < program->members; i++)
        if (set_has(set, i))
            json_array_append_new(list,
                                  json_string(roster_code(program->roster, i)));
    return list;
}

/* A group as the language of rules writes it. */
static json_t *group_json(const struct rule_group *group)
{
    json_t *list;

    switch (group->kind) {
    case GROUP_PARTICIPATING:
        return json_string("participating");
    case GROUP_MEMBERS:
        return json_string("members");
    case GROUP_NAMED:
        return json_string(group->name);
    case GROUP_EXCEPT:
        return json_pack("{s:o}", "except", group_json(group->item[0]));
    default:
        list = json_array();
        for (size_t i = 0; i < group->count; i++)
            json_array_append_new(list, group_json(group->item[i]));
        return group->kind == GROUP_ANY ? list
                                        : json_pack("{s:o}", "both", list);
    }
}

static void set_leaf_json(json_t *json, const struct rule_program *program,
                          size_t index, const struct clause_result *result)
{
    const struct rule_leaf *leaf = program->rule->clause[index]->leaf;
    const struct rule_part *part = &program->part[index];
    struct buf text = {0};
    json_t *of = json_array();

    for (int p = 0; p < POSITION_COUNT; p++)
        if (leaf->of >> p & 1)
            json_array_append_new(of,
                                  json_string(position_word((enum position)p)));
    json_set_text(json, "weight", leaf->weight);
    json_set_new(json, "of", of);
    json_set_new(json, "in", group_json(leaf->in));
    json_set_text(json, "test", rule_test_word(leaf->test));
    if (leaf->min_members)
        buf_addf(&text, "%lld", (long long)part->min_members);
    else
        ratio_format(leaf->threshold, leaf->absolute, &text);
    json_set_text(json, "threshold", buf_text(&text));
    buf_clear(&text);
    json_set_new(json, "sum", json_number(result->sum, part->places));
    json_set_new(json, "base",
                 leaf->absolute ? json_null()
                                : json_number(result->base, part->places));
    json_set_new(json, "needed", json_number(result->needed, part->places));
    json_set_new(json, "margin", json_number(result->margin, part->places));
}

static void add_clause_json(const struct rule_program *program,
                            const struct rule_result *result,
                            const struct rule_clause *clause, int depth,
                            json_t *list)
{
    static const char *const kinds[] = {"leaf", "all", "any", "not", "atleast"};
    const struct clause_result *found = &result->clause[clause->index];
    struct buf text = {0};
    json_t *json = json_object();

    json_set_int(json, "depth", depth);
    json_set_text(json, "kind", kinds[clause->kind]);
    add_line(program, result, clause->index, &text);
    json_set_text(json, "text", buf_text(&text));
    buf_clear(&text);
    json_set_flag(json, "holds", found->holds);
    json_set_flag(json, "settled", found->settled);
    json_set_flag(json, "decides", found->decides);
    if (clause->kind == CLAUSE_LEAF)
        set_leaf_json(json, program, clause->index, found);
    if (clause->kind == CLAUSE_ATLEAST)
        json_set_int(json, "k", clause->k);
    json_array_append_new(list, json);
    for (size_t i = 0; i < clause->count; i++)
        add_clause_json(program, result, clause->item[i], depth + 1, list);
}

static json_t *distance_json(const struct rule_program *program,
                             const struct rule_distance *distance)
{
    json_t *json = json_object(), *members = json_array();
    json_t *positions = json_array();

    for (size_t i = 0; i < distance->fewest; i++) {
        json_array_append_new(
            members,
            json_string(roster_code(program->roster, distance->member[i])));
        json_array_append_new(
            positions, json_string(position_word(distance->position[i])));
    }
    json_set_new(json, "fewest",
                 distance->possible ? json_integer((json_int_t)distance->fewest)
                                    : json_null());
    json_set_new(json, "members", members);
    json_set_new(json, "positions", positions);
    json_set_flag(json, "exact", distance->exact);
    return json;
}

static json_t *duties_json(const struct rule_program *program,
                           const struct rule_result *result)
{
    json_t *json = json_object();

    for (size_t i = 0; i < program->members; i++) {
        const char *duty = program->rule->effects.duty[result->position[i]];

        if (duty != NULL && result->outcome == OUTCOME_ADOPTED)
            json_set_text(json, roster_code(program->roster, i), duty);
    }
    return json;
}

json_t *explain_json(const struct rule_program *program,
                     const struct rule_result *result)
{
    json_t *json = json_object(), *clauses = json_array();
    struct member_set uncounted = find_uncounted(program, result);

    add_clause_json(program, result, program->rule->root, 0, clauses);
    json_set_text(json, "rule", program->rule->name);
    json_set_text(json, "law", program->rule->law);
    json_set_text(json, "outcome", outcome_word(result->outcome));
    json_set_flag(json, "exact", result->exact);
    json_set_flag(json, "closed", result->closed);
    json_set_new(json, "clauses", clauses);
    json_set_new(json, "bound", json_members(program, &result->bound));
    json_set_new(json, "exempt", json_members(program, &result->exempt));
    json_set_new(json, "duty", duties_json(program, result));
    json_set_flag(json, "opt_in", program->rule->effects.opt_in);
    json_set_new(json, "to_adopt", distance_json(program, &result->to_adopt));
    json_set_new(json, "to_block", distance_json(program, &result->to_block));
    json_set_new(json, "witness", json_members(program, &result->witness));
    json_set_new(json, "uncounted", json_members(program, &uncounted));
    return json;
}
