#include "rule/rule.h"

#include <openssl/sha.h>
#include <string.h>

enum {
    GROUPS_MAX = 4096, /* of one rule, written out */
    NAME_MAX_BYTES = 64,
};

struct reading {
    struct arena *arena;
    struct rule *rule;
    size_t count;
    size_t groups;
    const struct rule_clause *clause[RULE_CLAUSES_MAX];
};

/* The rule with the memory that it lives in. */
struct owned_rule {
    struct rule rule;
    struct arena *arena;
};

static const char *const test_words[] = {"ge", "gt", "le", "lt"};

const char *rule_test_word(enum rule_test test)
{
    return test_words[test];
}

/* --- small readers ------------------------------------------------------ */

static const char *copy(struct reading *reading, const struct value *text)
{
    return arena_text(reading->arena, text->text, text->text_len);
}

static enum err need_text(const struct value *value, const char *expected,
                          struct why *why)
{
    if (value->kind != VALUE_TEXT || value->text_len == 0)
        return value_fail(value, why, ERR_INPUT, "%s was expected", expected);
    return ERR_NONE;
}

static enum err read_position(const struct value *value,
                              enum position *position, struct why *why)
{
    TRY(need_text(value, "a position", why));
    if (!position_parse((struct slice){value->text, value->text_len}, position))
        return value_fail(value, why, ERR_INPUT,
                          "'%.40s' is no position: one of %s was expected",
                          value->text, position_words());
    return ERR_NONE;
}

/* `[yes, abstain]`, or one position alone. */
static enum err read_positions(const struct value *value, unsigned *positions,
                               struct why *why)
{
    enum position position;

    *positions = 0;
    if (value->kind == VALUE_TEXT) {
        TRY(read_position(value, &position, why));
        *positions = POSITION_BIT(position);
        return ERR_NONE;
    }
    if (value->kind != VALUE_LIST)
        return value_fail(value, why, ERR_INPUT,
                          "a list of positions was expected");
    for (size_t i = 0; i < value->count; i++) {
        TRY(read_position(value->item[i], &position, why));
        if (*positions & POSITION_BIT(position))
            return value_fail(value->item[i], why, ERR_INPUT,
                              "'%s' is listed twice", position_word(position));
        *positions |= POSITION_BIT(position);
    }
    return ERR_NONE;
}

static enum err read_choice(const struct value *value, const char *yes,
                            const char *no, bool *chosen, struct why *why)
{
    *chosen = false;
    if (value->kind == VALUE_TEXT && strcmp(value->text, yes) == 0)
        *chosen = true;
    else if (value->kind != VALUE_TEXT || strcmp(value->text, no) != 0)
        return value_fail(value, why, ERR_INPUT, "'%s' or '%s' was expected",
                          yes, no);
    return ERR_NONE;
}

/* --- groups ------------------------------------------------------------- */

static enum err read_group(struct reading *reading, const struct value *value,
                           size_t depth, const struct rule_group **group,
                           struct why *why);

static enum err read_group_items(struct reading *reading,
                                 const struct value *list, size_t depth,
                                 struct rule_group *group, struct why *why)
{
    const struct rule_group **item;

    if (list->kind != VALUE_LIST || list->count == 0)
        return value_fail(list, why, ERR_INPUT,
                          "a list of groups or member "
                          "codes was expected");
    if (list->count > GROUPS_MAX)
        return value_fail(list, why, ERR_LIMIT, "more than %d groups",
                          GROUPS_MAX);
    item = arena_new(reading->arena, list->count, sizeof(struct rule_group *));
    for (size_t i = 0; i < list->count; i++)
        TRY(read_group(reading, list->item[i], depth + 1, &item[i], why));
    group->item = item;
    group->count = list->count;
    return ERR_NONE;
}

static enum err read_group_map(struct reading *reading,
                               const struct value *value, size_t depth,
                               struct rule_group *group, struct why *why)
{
    static const char *const known[] = {"except", "both", NULL};
    const struct value *except = value_at(value, "except");
    const struct value *both = value_at(value, "both");
    const struct rule_group **item;

    TRY(value_only(value, known, why));
    if ((except == NULL) == (both == NULL))
        return value_fail(value, why, ERR_INPUT,
                          "one of except, both was expected");
    if (both != NULL) {
        group->kind = GROUP_BOTH;
        return read_group_items(reading, both, depth, group, why);
    }
    group->kind = GROUP_EXCEPT;
    item = arena_new(reading->arena, 1, sizeof(struct rule_group *));
    TRY(read_group(reading, except, depth + 1, item, why));
    group->item = item;
    group->count = 1;
    return ERR_NONE;
}

static enum err read_group(struct reading *reading, const struct value *value,
                           size_t depth, const struct rule_group **out,
                           struct why *why)
{
    struct rule_group *group = arena_new(reading->arena, 1, sizeof *group);

    if (depth > RULE_DEPTH_MAX || ++reading->groups > GROUPS_MAX)
        return value_fail(value, why, ERR_LIMIT,
                          "groups nested deeper than %d or more than %d",
                          RULE_DEPTH_MAX, GROUPS_MAX);
    *out = group;
    if (value->kind == VALUE_LIST) {
        group->kind = GROUP_ANY;
        return read_group_items(reading, value, depth, group, why);
    }
    if (value->kind == VALUE_MAP)
        return read_group_map(reading, value, depth, group, why);
    TRY(need_text(value, "a group", why));
    if (strcmp(value->text, "participating") == 0)
        group->kind = GROUP_PARTICIPATING;
    else if (strcmp(value->text, "members") == 0)
        group->kind = GROUP_MEMBERS;
    else
        group->kind = GROUP_NAMED;
    group->name = copy(reading, value);
    return ERR_NONE;
}

static const struct rule_group participating = {.kind = GROUP_PARTICIPATING,
                                                .name = "participating"};

/* --- leaves ------------------------------------------------------------- */

static enum err read_weight(struct reading *reading, const struct value *value,
                            const char **weight, struct why *why)
{
    *weight = "1";
    if (value == NULL)
        return ERR_NONE;
    TRY(need_text(value, "a weight (or 1 for heads)", why));
    *weight = copy(reading, value);
    return ERR_NONE;
}

static enum err read_ratio(const struct value *value, struct ratio *ratio,
                           bool *absolute, struct why *why)
{
    struct why reason = {0};
    enum err err;

    TRY(need_text(value, "a threshold such as 65%, 2/3 or 9", why));
    err = ratio_parse((struct slice){value->text, value->text_len}, ratio,
                      absolute, &reason);
    if (err != ERR_NONE)
        return value_fail(value, why, err, "%s", reason.text);
    return ERR_NONE;
}

/* {min_members: {sum: population, gt: 35%}} */
static enum err read_min_members(struct reading *reading,
                                 const struct value *value,
                                 struct rule_leaf *leaf, struct why *why)
{
    static const char *const known_outer[] = {"min_members", NULL};
    static const char *const known[] = {"sum", "in", "gt", "ge", NULL};
    const struct value *inner, *in, *gt, *ge;
    bool absolute;

    TRY(value_only(value, known_outer, why));
    TRY(value_need(value, "min_members", VALUE_MAP, &inner, why));
    TRY(value_only(inner, known, why));
    in = value_at(inner, "in");
    gt = value_at(inner, "gt");
    ge = value_at(inner, "ge");
    if ((gt == NULL) == (ge == NULL))
        return value_fail(inner, why, ERR_INPUT, "one of gt, ge was expected");
    leaf->min_members = true;
    leaf->absolute = true;
    leaf->min_test = gt != NULL ? TEST_GT : TEST_GE;
    leaf->min_in = &participating;
    TRY(read_weight(reading, value_at(inner, "sum"), &leaf->min_weight, why));
    if (in != NULL)
        TRY(read_group(reading, in, 0, &leaf->min_in, why));
    TRY(read_ratio(gt != NULL ? gt : ge, &leaf->min_share, &absolute, why));
    if (absolute)
        return value_fail(gt != NULL ? gt : ge, why, ERR_INPUT,
                          "a share such as 35%% or 1/3 was expected");
    if (strcmp(leaf->weight, "1") != 0)
        return value_fail(value, why, ERR_INPUT,
                          "min_members is a number of members: sum 1 was "
                          "expected, not %.40s",
                          leaf->weight);
    return ERR_NONE;
}

static enum err read_threshold(struct reading *reading,
                               const struct value *value,
                               struct rule_leaf *leaf, struct why *why)
{
    if (value->kind == VALUE_MAP)
        return read_min_members(reading, value, leaf, why);
    return read_ratio(value, &leaf->threshold, &leaf->absolute, why);
}

/* A group, or {positions: [yes, no], in: GROUP}. */
static enum err read_base(struct reading *reading, const struct value *value,
                          struct rule_leaf *leaf, struct why *why)
{
    static const char *const known[] = {"positions", "in", NULL};
    const struct value *positions = value_at(value, "positions");
    const struct value *in;

    if (positions == NULL)
        return read_group(reading, value, 0, &leaf->base, why);
    TRY(value_only(value, known, why));
    TRY(read_positions(positions, &leaf->base_of, why));
    if (leaf->base_of == 0)
        return value_fail(positions, why, ERR_INPUT,
                          "at least one position was expected");
    in = value_at(value, "in");
    if (in != NULL)
        TRY(read_group(reading, in, 0, &leaf->base, why));
    return ERR_NONE;
}

/* Who is out or suspended is never among the participating: a clause that
 * counts them there would count nobody. */
static enum err check_counts_away(const struct value *value,
                                  const struct rule_leaf *leaf, struct why *why)
{
    const unsigned away =
        POSITION_BIT(POSITION_OUT) | POSITION_BIT(POSITION_SUSPENDED);

    if ((leaf->of & away && leaf->in->kind == GROUP_PARTICIPATING) ||
        (leaf->base_of & away && leaf->base->kind == GROUP_PARTICIPATING))
        return value_fail(value, why, ERR_INPUT,
                          "out and suspended are never among the "
                          "participating: 'in: members' was expected");
    return ERR_NONE;
}

/* No one holds more than all of it: 9.0 was meant as 9, or 650% as 65%. Votes
 * cast one way may be twice those cast another, so only a whole is a bound. */
static enum err check_share(const struct value *value,
                            const struct rule_leaf *leaf, struct why *why)
{
    bool whole =
        leaf->base_of == 0 && (leaf->base->kind == GROUP_MEMBERS ||
                               leaf->base->kind == GROUP_PARTICIPATING);

    if (whole && !leaf->absolute && leaf->threshold.num > leaf->threshold.den)
        return value_fail(value, why, ERR_INPUT,
                          "'%.40s' is more than the whole base: a share of at "
                          "most 100%%, or a whole number, was expected",
                          value->text);
    return ERR_NONE;
}

static enum err read_leaf(struct reading *reading, const struct value *value,
                          enum rule_test test, struct rule_clause *clause,
                          struct why *why)
{
    struct rule_leaf *leaf = arena_new(reading->arena, 1, sizeof *leaf);
    const struct value *of = value_at(value, "of");
    const struct value *in = value_at(value, "in");
    const struct value *base = value_at(value, "base");
    const struct value *threshold = value_at(value, test_words[test]);

    clause->kind = CLAUSE_LEAF;
    clause->leaf = leaf;
    leaf->test = test;
    leaf->of = POSITION_BIT(POSITION_YES);
    leaf->in = leaf->base = &participating;
    TRY(read_weight(reading, value_at(value, "sum"), &leaf->weight, why));
    if (of != NULL)
        TRY(read_positions(of, &leaf->of, why));
    if (leaf->of == 0)
        return value_fail(of, why, ERR_INPUT,
                          "at least one position was expected");
    if (in != NULL)
        TRY(read_group(reading, in, 0, &leaf->in, why));
    if (base != NULL)
        TRY(read_base(reading, base, leaf, why));
    TRY(check_counts_away(value, leaf, why));
    reading->rule->mentions |= leaf->of | leaf->base_of;
    TRY(read_threshold(reading, threshold, leaf, why));
    return check_share(threshold, leaf, why);
}

/* --- the tree ----------------------------------------------------------- */

/* "charter.yaml:12: rules.eu_qmv.all[1]": for errors after the document is
 * gone. */
static const char *place_of(struct reading *reading, const struct value *value)
{
    struct why here = {0};
    size_t len;

    value_fail(value, &here, ERR_INPUT, "|");
    len = strlen(here.text);
    while (len > 0 && strchr("|: ", here.text[len - 1]) != NULL)
        len--;
    return arena_text(reading->arena, here.text, len);
}

static const char *const node_words[] = {"all", "any", "not", "atleast",
                                         "ge",  "gt",  "le",  "lt"};
enum { NODE_WORDS = sizeof node_words / sizeof *node_words, NODE_LEAVES = 4 };

/* Which of node_words the map has; fails unless it is exactly one. */
static enum err find_node(const struct value *value, size_t *node,
                          struct why *why)
{
    size_t found = 0;

    for (size_t i = 0; i < NODE_WORDS; i++)
        if (value_at(value, node_words[i]) != NULL) {
            *node = i;
            found++;
        }
    if (found != 1)
        return value_fail(value, why, ERR_INPUT,
                          "exactly one of all, any, not, atleast, ge, gt, le, "
                          "lt was expected");
    return ERR_NONE;
}

/* A tree's nodes know these keys; its root also those of the rule. */
#define NODE_KEYS                                                              \
    "all", "any", "not", "atleast", "sum", "of", "in", "base", "ge", "gt",     \
        "le", "lt", NULL
static const char *const node_keys[] = {NODE_KEYS};
static const char *const root_keys[] = {"name",    "title",   "law",
                                        "quote",   "sha256",  "procedure",
                                        "default", "effects", NODE_KEYS};

static enum err read_clause(struct reading *reading, const struct value *value,
                            size_t depth, const struct rule_clause **out,
                            struct why *why);

static enum err read_items(struct reading *reading, const struct value *list,
                           size_t depth, struct rule_clause *clause,
                           struct why *why)
{
    const struct rule_clause **item;

    if (list->kind != VALUE_LIST || list->count == 0)
        return value_fail(list, why, ERR_INPUT,
                          "a list of clauses was expected");
    if (list->count > RULE_CLAUSES_MAX)
        return value_fail(list, why, ERR_LIMIT, "more than %d clauses",
                          RULE_CLAUSES_MAX);
    item = arena_new(reading->arena, list->count, sizeof(struct rule_clause *));
    for (size_t i = 0; i < list->count; i++)
        TRY(read_clause(reading, list->item[i], depth + 1, &item[i], why));
    clause->item = item;
    clause->count = list->count;
    return ERR_NONE;
}

static enum err read_atleast(struct reading *reading, const struct value *value,
                             size_t depth, struct rule_clause *clause,
                             struct why *why)
{
    static const char *const known[] = {"k", "of", NULL};
    const struct value *k, *of;
    int64_t number;

    if (value->kind != VALUE_MAP)
        return value_fail(value, why, ERR_INPUT, "{k, of} was expected");
    TRY(value_only(value, known, why));
    TRY(value_need(value, "k", VALUE_TEXT, &k, why));
    TRY(value_need(value, "of", VALUE_LIST, &of, why));
    TRY(read_items(reading, of, depth, clause, why));
    TRY(value_int(k, 1, (int64_t)clause->count, &number, why));
    clause->k = (uint32_t)number;
    return ERR_NONE;
}

static enum err read_not(struct reading *reading, const struct value *value,
                         size_t depth, struct rule_clause *clause,
                         struct why *why)
{
    const struct rule_clause **item =
        arena_new(reading->arena, 1, sizeof(struct rule_clause *));

    TRY(read_clause(reading, value, depth + 1, item, why));
    clause->item = item;
    clause->count = 1;
    return ERR_NONE;
}

static enum err read_clause(struct reading *reading, const struct value *value,
                            size_t depth, const struct rule_clause **out,
                            struct why *why)
{
    static const enum rule_kind kinds[] = {CLAUSE_ALL, CLAUSE_ANY, CLAUSE_NOT,
                                           CLAUSE_ATLEAST};
    struct rule_clause *clause = arena_new(reading->arena, 1, sizeof *clause);
    const struct value *inner;
    size_t node = 0;

    if (depth > RULE_DEPTH_MAX || reading->count == RULE_CLAUSES_MAX)
        return value_fail(value, why, ERR_LIMIT,
                          "clauses nested deeper than %d or more than %d",
                          RULE_DEPTH_MAX, RULE_CLAUSES_MAX);
    if (value->kind != VALUE_MAP)
        return value_fail(value, why, ERR_INPUT,
                          "a clause was expected, such "
                          "as {ge: 2/3} or {all: [...]}");
    TRY(value_only(value, depth == 0 ? root_keys : node_keys, why));
    TRY(find_node(value, &node, why));
    clause->index = reading->count;
    clause->place = place_of(reading, value);
    reading->clause[reading->count++] = clause;
    *out = clause;
    if (node >= NODE_LEAVES)
        return read_leaf(reading, value, (enum rule_test)(node - NODE_LEAVES),
                         clause, why);
    for (const char *const *key =
             (const char *const[]){"sum", "of", "in", "base", NULL};
         *key != NULL; key++)
        if (value_at(value, *key) != NULL)
            return value_fail(value_at(value, *key), why, ERR_INPUT,
                              "belongs to a comparison (ge, gt, le, lt), not "
                              "beside '%s'",
                              node_words[node]);
    clause->kind = kinds[node];
    inner = value_at(value, node_words[node]);
    if (clause->kind == CLAUSE_ATLEAST)
        return read_atleast(reading, inner, depth, clause, why);
    if (clause->kind == CLAUSE_NOT)
        return read_not(reading, inner, depth, clause, why);
    return read_items(reading, inner, depth, clause, why);
}

/* --- beside the tree ---------------------------------------------------- */

static enum err read_procedure(struct reading *reading,
                               const struct value *value, struct why *why)
{
    static const char *const known[] = {"silence", "break", "receipt",
                                        "breaker", NULL};
    struct rule_procedure *procedure = &reading->rule->procedure;
    const struct value *item;
    struct why reason = {0};

    procedure->breaker = "any";
    if (value == NULL)
        return ERR_NONE;
    if (value->kind != VALUE_MAP)
        return value_fail(value, why, ERR_INPUT,
                          "a map of silence, break, receipt, breaker was "
                          "expected");
    TRY(value_only(value, known, why));
    item = value_at(value, "silence");
    if (item != NULL) {
        TRY(need_text(item, "a period such as 72h", why));
        enum err err = period_parse((struct slice){item->text, item->text_len},
                                    &procedure->silence, &reason);
        if (err != ERR_NONE)
            return value_fail(item, why, err, "%s", reason.text);
        procedure->is_silence = true;
    }
    item = value_at(value, "break");
    if (item != NULL)
        TRY(read_choice(item, "written", "any", &procedure->break_written,
                        why));
    item = value_at(value, "receipt");
    if (item != NULL)
        TRY(read_choice(item, "required", "none", &procedure->receipt_required,
                        why));
    item = value_at(value, "breaker");
    if (item != NULL) {
        TRY(need_text(item, "'any' or a group", why));
        procedure->breaker = copy(reading, item);
    }
    return ERR_NONE;
}

/* Without a default the silent are absent at the close, unless the rule
 * itself counts the silent. */
static enum err read_default(struct reading *reading, const struct value *value,
                             struct why *why)
{
    static const char *const known[] = {"silent", NULL};
    struct rule *rule = reading->rule;
    const struct value *silent;

    rule->silent = rule->mentions & POSITION_BIT(POSITION_SILENT)
                       ? POSITION_SILENT
                       : POSITION_ABSENT;
    if (value == NULL)
        return ERR_NONE;
    if (value->kind != VALUE_MAP)
        return value_fail(value, why, ERR_INPUT,
                          "a map such as {silent: yes} was expected");
    TRY(value_only(value, known, why));
    TRY(value_need(value, "silent", VALUE_TEXT, &silent, why));
    TRY(read_position(silent, &rule->silent, why));
    if (rule->silent == POSITION_OUT || rule->silent == POSITION_SUSPENDED)
        return value_fail(silent, why, ERR_INPUT,
                          "a silent member takes part: yes, no, abstain, "
                          "stand-aside, object, absent or silent was expected");
    return ERR_NONE;
}

static enum err read_duty(struct reading *reading, const struct value *duty,
                          struct why *why)
{
    if (duty->kind != VALUE_MAP)
        return value_fail(duty, why, ERR_INPUT,
                          "a map of position to duty was expected");
    for (size_t i = 0; i < duty->count; i++) {
        const struct value *item = duty->item[i];
        enum position position;

        if (!position_parse(slice_of(item->key), &position))
            return value_fail(item, why, ERR_INPUT,
                              "no such position: one of %s was expected",
                              position_words());
        TRY(need_text(item, "a duty, in a word or a sentence,", why));
        reading->rule->effects.duty[position] = copy(reading, item);
    }
    return ERR_NONE;
}

static enum err read_effects(struct reading *reading, const struct value *value,
                             struct why *why)
{
    static const char *const known[] = {"bound", "exempt", "duty", "opt_in",
                                        NULL};
    const unsigned all = POSITION_BIT(POSITION_COUNT) - 1;
    const unsigned away =
        POSITION_BIT(POSITION_OUT) | POSITION_BIT(POSITION_SUSPENDED);
    struct rule_effects *effects = &reading->rule->effects;
    const struct value *bound, *exempt, *item;

    effects->bound = all & ~away;
    effects->exempt = away;
    if (value == NULL)
        return ERR_NONE;
    if (value->kind != VALUE_MAP)
        return value_fail(value, why, ERR_INPUT,
                          "a map of bound, exempt, duty, opt_in was expected");
    TRY(value_only(value, known, why));
    bound = value_at(value, "bound");
    exempt = value_at(value, "exempt");
    if (bound != NULL) {
        TRY(read_positions(bound, &effects->bound, why));
        effects->exempt = all & ~effects->bound;
    }
    if (exempt != NULL) {
        TRY(read_positions(exempt, &effects->exempt, why));
        if (bound == NULL)
            effects->bound = all & ~(effects->exempt | away);
    }
    if (effects->bound & effects->exempt)
        return value_fail(exempt, why, ERR_INPUT,
                          "a position cannot be both bound and exempt");
    item = value_at(value, "duty");
    if (item != NULL)
        TRY(read_duty(reading, item, why));
    item = value_at(value, "opt_in");
    if (item != NULL)
        TRY(read_choice(item, "open", "closed", &effects->opt_in, why));
    return ERR_NONE;
}

/* The quoted words must be those that the digest names. */
static enum err check_quote(const struct rule *rule, const struct value *sha256,
                            struct why *why)
{
    unsigned char digest[SHA256_DIGEST_LENGTH];
    char hex[2 * sizeof digest + 1];

    if (sha256 == NULL)
        return ERR_NONE;
    if (rule->quote[0] == '\0')
        return value_fail(sha256, why, ERR_INPUT,
                          "a quote, of which this is the digest, was expected");
    SHA256((const unsigned char *)rule->quote, strlen(rule->quote), digest);
    text_hex(digest, sizeof digest, hex);
    if (strcmp(hex, rule->sha256) != 0)
        return value_fail(sha256, why, ERR_INPUT,
                          "the quote's digest is %s, not this", hex);
    return ERR_NONE;
}

static enum err read_text_at(struct reading *reading, const struct value *map,
                             const char *key, const char **text,
                             struct why *why)
{
    const struct value *item = value_at(map, key);

    *text = "";
    if (item == NULL)
        return ERR_NONE;
    TRY(need_text(item, "text", why));
    *text = copy(reading, item);
    return ERR_NONE;
}

static enum err read_name(struct reading *reading, const struct value *value,
                          const char *name, struct why *why)
{
    struct rule *rule = reading->rule;
    const struct value *stated = value_at(value, "name");

    TRY(read_text_at(reading, value, "name", &rule->name, why));
    if (stated != NULL && !text_is_name(slice_of(rule->name)))
        return value_fail(stated, why, ERR_INPUT,
                          "a name of at most %d of A-Z a-z 0-9 _ . - was "
                          "expected",
                          NAME_MAX_BYTES);
    if (stated == NULL && name != NULL)
        rule->name = arena_text(reading->arena, name, strlen(name));
    return ERR_NONE;
}

static enum err read_rule(struct reading *reading, const struct value *value,
                          const char *name, struct why *why)
{
    struct rule *rule = reading->rule;
    const struct rule_clause **clause;

    TRY(read_clause(reading, value, 0, &rule->root, why));
    TRY(read_name(reading, value, name, why));
    TRY(read_text_at(reading, value, "title", &rule->title, why));
    TRY(read_text_at(reading, value, "law", &rule->law, why));
    TRY(read_text_at(reading, value, "quote", &rule->quote, why));
    TRY(read_text_at(reading, value, "sha256", &rule->sha256, why));
    TRY(check_quote(rule, value_at(value, "sha256"), why));
    TRY(read_procedure(reading, value_at(value, "procedure"), why));
    TRY(read_default(reading, value_at(value, "default"), why));
    TRY(read_effects(reading, value_at(value, "effects"), why));
    clause = arena_new(reading->arena, reading->count, sizeof *clause);
    memcpy(clause, reading->clause, reading->count * sizeof *clause);
    rule->clause = clause;
    rule->count = reading->count;
    return ERR_NONE;
}

enum err rule_parse(const struct value *value, const char *name,
                    struct rule **rule, struct why *why)
{
    struct arena *arena = arena_open();
    struct owned_rule *owned = arena_new(arena, 1, sizeof *owned);
    struct reading *reading = arena_new(arena, 1, sizeof *reading);
    enum err err;

    owned->arena = arena;
    reading->arena = arena;
    reading->rule = &owned->rule;
    err = read_rule(reading, value, name, why);
    if (err != ERR_NONE)
        arena_close(arena);
    else
        *rule = &owned->rule;
    return err;
}

void rule_close(struct rule *rule)
{
    if (rule != NULL)
        arena_close(((struct owned_rule *)rule)->arena);
}

/* --- finding a rule in a document ---------------------------------------- */

/* No rule of a map of rules is called like a part of a rule. */
static bool looks_like_rule(const struct value *value)
{
    for (const char *const *key = root_keys; *key != NULL; key++)
        if (value_at(value, *key) != NULL)
            return true;
    return false;
}

static enum err find_by_name(const struct value *rules, const char *name,
                             const struct value **found, struct why *why)
{
    struct buf names = {0};

    if (name == NULL && rules->count == 1) {
        *found = rules->item[0];
        return ERR_NONE;
    }
    *found = name != NULL ? value_at(rules, name) : NULL;
    if (*found != NULL)
        return ERR_NONE;
    for (size_t i = 0; i < rules->count && names.len < 250; i++)
        buf_addf(&names, "%s%s", i > 0 ? ", " : "", rules->item[i]->key);
    if (name == NULL)
        value_fail(rules, why, ERR_ABSENT,
                   "which rule? the name of one was expected: %s",
                   buf_text(&names));
    else
        value_fail(rules, why, ERR_ABSENT, "no rule '%.64s'; there are: %s",
                   name, buf_text(&names));
    buf_clear(&names);
    return ERR_ABSENT;
}

enum err rule_find(const struct value *root, const char *name,
                   const struct value **found, struct why *why)
{
    const struct value *rules = value_at(root, "rules");
    const char *stated;

    if (root->kind != VALUE_MAP || root->count == 0)
        return value_fail(root, why, ERR_INPUT,
                          "a rule or a map of rules was expected");
    if (rules != NULL && (rules->kind != VALUE_MAP || rules->count == 0))
        return value_fail(rules, why, ERR_INPUT, "a map of rules was expected");
    if (rules != NULL)
        return find_by_name(rules, name, found, why);
    if (!looks_like_rule(root))
        return find_by_name(root, name, found, why);
    stated = value_text_at(root, "name", NULL);
    if (name != NULL && stated != NULL && strcmp(name, stated) != 0)
        return value_fail(root, why, ERR_ABSENT,
                          "no rule '%.64s'; there is only %.64s", name, stated);
    *found = root;
    return ERR_NONE;
}

enum err rule_read(const char *path, const char *name, struct rule **rule,
                   struct why *why)
{
    struct document *document;
    const struct value *root, *found;
    enum err err;

    TRY(document_read(path, &document, &root, why));
    err = rule_find(root, name, &found, why);
    if (err == ERR_NONE)
        err = rule_parse(found, found->key != NULL ? found->key : name, rule,
                         why);
    document_close(document);
    return err;
}
