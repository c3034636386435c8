#include "institution/charter.h"

#include "base/mem.h"
#include "base/text.h"

#include <string.h>

enum {
    BYTES_MAX = 60000, /* it travels in the founding act */
    ARTICLES_MAX = 200,
    RULES_MAX = 100,
    MATTERS_MAX = 200,
    WEIGHTS_MAX = 32,
    REPRESENTATIONS_MAX = 32,
    STATES_MAX = 256,
    OFFICERS_MAX = 16,
    COUNT_MAX = 1000,
    TERM_MIN_S = 86400, /* each term is an entry of the log */
};

/*
 * Small readers. Each takes an optional item (NULL: absent, nothing is
 * changed), so that a default is whatever stood there before.
 */

static const char *const kind_words[] = {
    [VALUE_TEXT] = "a text",
    [VALUE_LIST] = "a list",
    [VALUE_MAP] = "keys and values",
};

static enum err expect(const struct value *item, enum value_kind kind,
                       struct why *why)
{
    if (item->kind == kind)
        return ERR_NONE;
    return value_fail(item, why, ERR_INPUT, "expected %s", kind_words[kind]);
}

static enum err expect_list(const struct value *item, size_t max,
                            struct why *why)
{
    TRY(expect(item, VALUE_LIST, why));
    if (item->count == 0)
        return value_fail(item, why, ERR_INPUT, "expected at least one item");
    if (item->count > max)
        return value_fail(item, why, ERR_LIMIT, "%zu items, at most %zu",
                          item->count, max);
    return ERR_NONE;
}

static enum err expect_map(const struct value *item, size_t max,
                           struct why *why)
{
    TRY(expect(item, VALUE_MAP, why));
    if (item->count > max)
        return value_fail(item, why, ERR_LIMIT, "%zu entries, at most %zu",
                          item->count, max);
    return ERR_NONE;
}

static enum err read_text(const struct value *item, const char **text,
                          struct why *why)
{
    if (item == NULL)
        return ERR_NONE;
    TRY(expect(item, VALUE_TEXT, why));
    if (item->text_len == 0)
        return value_fail(item, why, ERR_INPUT, "expected a text");
    if (text_has_control(item->text, item->text_len))
        return value_fail(item, why, ERR_INPUT, "control character in text");
    *text = item->text;
    return ERR_NONE;
}

static bool is_name(const struct value *item)
{
    return item->kind == VALUE_TEXT &&
           text_is_name((struct slice){item->text, item->text_len});
}

static enum err read_name(const struct value *item, const char **name,
                          struct why *why)
{
    if (item == NULL)
        return ERR_NONE;
    if (!is_name(item))
        return value_fail(item, why, ERR_INPUT,
                          "expected a name: letters, digits, '_', '.', '-', "
                          "at most 64");
    *name = item->text;
    return ERR_NONE;
}

/* The key of an entry is a name of the charter's own. */
static enum err read_key(const struct value *item, const char **name,
                         struct why *why)
{
    if (!text_is_name(slice_of(item->key)))
        return value_fail(item, why, ERR_INPUT,
                          "expected a name before ':': letters, digits, '_', "
                          "'.', '-', at most 64");
    *name = item->key;
    return ERR_NONE;
}

static enum err read_flag(const struct value *item, bool *flag, struct why *why)
{
    return item == NULL ? ERR_NONE : value_bool(item, flag, why);
}

static enum err read_count(const struct value *item, int64_t min, int64_t max,
                           size_t *count, struct why *why)
{
    int64_t number;

    if (item == NULL)
        return ERR_NONE;
    TRY(value_int(item, min, max, &number, why));
    *count = (size_t)number;
    return ERR_NONE;
}

static enum err read_period(const struct value *item, struct period *period,
                            struct why *why)
{
    if (item == NULL)
        return ERR_NONE;
    if (item->kind != VALUE_TEXT ||
        period_parse((struct slice){item->text, item->text_len}, period,
                     NULL) != ERR_NONE)
        return value_fail(item, why, ERR_INPUT,
                          "expected a period such as 72h or 12 months");
    return ERR_NONE;
}

/* A period in which something can happen. */
static enum err read_span(const struct value *item, struct period *period,
                          struct why *why)
{
    TRY(read_period(item, period, why));
    if (item != NULL && period->months == 0 && period->seconds == 0)
        return value_fail(item, why, ERR_INPUT,
                          "expected a period longer than nothing");
    return ERR_NONE;
}

static enum err read_when(const struct value *item, struct when *when,
                          bool *has, struct why *why)
{
    if (item == NULL)
        return ERR_NONE;
    if (item->kind != VALUE_TEXT ||
        when_parse((struct slice){item->text, item->text_len}, when, NULL) !=
            ERR_NONE)
        return value_fail(item, why, ERR_INPUT,
                          "expected a time such as 2026-12-01T00:00:00Z");
    *has = true;
    return ERR_NONE;
}

/* A list of distinct names. */
static enum err read_names(const struct charter *charter,
                           const struct value *list, const char *const **names,
                           size_t *count, struct why *why)
{
    const char **name;

    if (list == NULL)
        return ERR_NONE;
    TRY(expect_list(list, STATES_MAX, why));
    name = arena_new(charter->arena, list->count, sizeof *name);
    for (size_t i = 0; i < list->count; i++) {
        TRY(read_name(list->item[i], &name[i], why));
        for (size_t j = 0; j < i; j++)
            if (strcmp(name[i], name[j]) == 0)
                return value_fail(list->item[i], why, ERR_INPUT,
                                  "'%s' is listed twice", name[i]);
    }
    *names = name;
    *count = list->count;
    return ERR_NONE;
}

/* An article that the charter has. */
static enum err read_article(const struct charter *charter,
                             const struct value *item, const char **number,
                             struct why *why)
{
    TRY(read_name(item, number, why));
    if (item != NULL && charter_article(charter, *number) == NULL)
        return value_fail(item, why, ERR_INPUT, "there is no article '%s'",
                          *number);
    return ERR_NONE;
}

/* An optional section: NULL when absent, else a map with known keys only. */
static enum err section(const struct value *map, const char *key,
                        const char *const *known, const struct value **item,
                        struct why *why)
{
    *item = value_at(map, key);
    if (*item == NULL)
        return ERR_NONE;
    TRY(expect(*item, VALUE_MAP, why));
    return value_only(*item, known, why);
}

/*
 * The parts of a charter, in the order in which they refer to each other.
 */

static enum err read_head(struct charter *charter, const struct value *root,
                          struct why *why)
{
    static const char *const officers_keys[] = {"ordinary", "solemn", NULL};
    const struct value *item;

    TRY(value_need(root, "id", VALUE_TEXT, &item, why));
    TRY(read_name(item, &charter->id, why));
    TRY(value_need(root, "name", VALUE_TEXT, &item, why));
    TRY(read_text(item, &charter->name, why));
    TRY(value_need(root, "version", VALUE_TEXT, &item, why));
    TRY(value_int(item, 1, 1000000, &charter->version, why));
    TRY(read_text(value_at(root, "preamble"), &charter->preamble, why));

    charter->officers_ordinary = charter->officers_solemn = 1;
    TRY(section(root, "officers", officers_keys, &item, why));
    TRY(read_count(value_at(item, "ordinary"), 1, OFFICERS_MAX,
                   &charter->officers_ordinary, why));
    return read_count(value_at(item, "solemn"), 1, OFFICERS_MAX,
                      &charter->officers_solemn, why);
}

static enum err read_articles(struct charter *charter, const struct value *root,
                              struct why *why)
{
    static const char *const keys[] = {"number", "title", "text", NULL};
    const struct value *list, *item;
    struct charter_article *article;

    TRY(value_need(root, "articles", VALUE_LIST, &list, why));
    TRY(expect_list(list, ARTICLES_MAX, why));
    article = arena_new(charter->arena, list->count, sizeof *article);
    charter->article = article;
    for (size_t i = 0; i < list->count; i++) {
        TRY(expect(list->item[i], VALUE_MAP, why));
        TRY(value_only(list->item[i], keys, why));
        TRY(value_need(list->item[i], "number", VALUE_TEXT, &item, why));
        TRY(read_name(item, &article[i].number, why));
        if (charter_article(charter, article[i].number) != NULL)
            return value_fail(item, why, ERR_INPUT,
                              "there are two articles '%s'", article[i].number);
        TRY(value_need(list->item[i], "title", VALUE_TEXT, &item, why));
        TRY(read_text(item, &article[i].title, why));
        TRY(value_need(list->item[i], "text", VALUE_TEXT, &item, why));
        TRY(read_text(item, &article[i].text, why));
        charter->articles++;
    }
    return ERR_NONE;
}

static enum err read_weights(struct charter *charter, const struct value *root,
                             struct why *why)
{
    const struct value *map = value_at(root, "weights");
    struct charter_weight *weight;

    if (map == NULL)
        return ERR_NONE;
    TRY(expect_map(map, WEIGHTS_MAX, why));
    weight = arena_new(charter->arena, map->count, sizeof *weight);
    for (size_t i = 0; i < map->count; i++) {
        TRY(read_key(map->item[i], &weight[i].name, why));
        TRY(read_name(map->item[i], &weight[i].column, why));
    }
    charter->weight = weight;
    charter->weights = map->count;
    return ERR_NONE;
}

static enum err read_groups(struct charter *charter, const struct value *root,
                            struct why *why)
{
    const struct value *list = value_at(root, "groups");

    TRY(read_names(charter, list, &charter->group, &charter->groups, why));
    for (size_t i = 0; i < charter->groups; i++)
        if (strcmp(charter->group[i], "subject") == 0)
            return value_fail(list->item[i], why, ERR_INPUT,
                              "'subject' is a group of every proposal");
    return ERR_NONE;
}

static bool has_weight(const struct charter *charter, const char *name)
{
    if (strcmp(name, "1") == 0)
        return true; /* heads */
    for (size_t i = 0; i < charter->weights; i++)
        if (strcmp(charter->weight[i].name, name) == 0)
            return true;
    return false;
}

/* Every weight that the rule sums is one that members are known to have. */
static enum err check_weights(const struct charter *charter,
                              const struct value *item, const struct rule *rule,
                              struct why *why)
{
    for (size_t i = 0; i < rule->count; i++) {
        const struct rule_leaf *leaf = rule->clause[i]->leaf;
        const char *missing = NULL;

        if (leaf == NULL)
            continue;
        if (!has_weight(charter, leaf->weight))
            missing = leaf->weight;
        else if (leaf->min_members && !has_weight(charter, leaf->min_weight))
            missing = leaf->min_weight;
        if (missing != NULL)
            return value_fail(item, why, ERR_INPUT,
                              "weight '%s' is not declared under weights",
                              missing);
    }
    return ERR_NONE;
}

static enum err read_rules(struct charter *charter, const struct value *root,
                           struct why *why)
{
    const struct value *map;
    struct charter_rule *rule;

    TRY(value_need(root, "rules", VALUE_MAP, &map, why));
    TRY(expect_map(map, RULES_MAX, why));
    rule = arena_new(charter->arena, map->count, sizeof *rule);
    charter->rule = rule;
    for (size_t i = 0; i < map->count; i++) {
        TRY(read_key(map->item[i], &rule[i].name, why));
        TRY(rule_parse(map->item[i], rule[i].name, &rule[i].rule, why));
        charter->rules++; /* from here charter_close frees it */
        TRY(check_weights(charter, map->item[i], rule[i].rule, why));
    }
    return ERR_NONE;
}

static enum err find_rule(const struct charter *charter,
                          const struct value *item,
                          const struct charter_rule **found, struct why *why)
{
    const char *name;

    TRY(read_name(item, &name, why));
    for (size_t i = 0; i < charter->rules; i++)
        if (strcmp(charter->rule[i].name, name) == 0) {
            *found = &charter->rule[i];
            return ERR_NONE;
        }
    return value_fail(item, why, ERR_INPUT, "there is no rule '%s'", name);
}

/* A reserved matter is never put to a vote. */
static enum err check_reserved(const struct value *map, struct why *why)
{
    static const char *const votes[] = {"rule", "period", "duration",
                                        "opt_out"};

    for (size_t i = 0; i < sizeof votes / sizeof *votes; i++)
        if (value_at(map, votes[i]) != NULL)
            return value_fail(value_at(map, votes[i]), why, ERR_INPUT,
                              "a reserved matter is not put to a vote");
    return ERR_NONE;
}

/* A silence procedure has its period in the rule; any other vote here. */
static enum err read_voting_period(const struct value *map,
                                   struct charter_matter *matter,
                                   struct why *why)
{
    const struct rule_procedure *procedure = &matter->rule->rule->procedure;
    const struct value *item = value_at(map, "period");

    if (!procedure->is_silence) {
        TRY(value_need(map, "period", VALUE_TEXT, &item, why));
        return read_span(item, &matter->period, why);
    }
    if (item != NULL)
        return value_fail(item, why, ERR_INPUT,
                          "rule '%s' is a silence procedure and states its "
                          "own period",
                          matter->rule->name);
    matter->period = procedure->silence;
    return ERR_NONE;
}

static enum err read_matter(struct charter *charter, const struct value *map,
                            struct charter_matter *matter, struct why *why)
{
    static const char *const keys[] = {"title",    "article",  "rule",
                                       "period",   "duration", "opt_out",
                                       "reserved", NULL};
    const struct value *item;

    TRY(read_key(map, &matter->name, why));
    TRY(expect(map, VALUE_MAP, why));
    TRY(value_only(map, keys, why));
    TRY(value_need(map, "title", VALUE_TEXT, &item, why));
    TRY(read_text(item, &matter->title, why));
    TRY(read_article(charter, value_at(map, "article"), &matter->article, why));
    TRY(read_flag(value_at(map, "reserved"), &matter->reserved, why));
    if (matter->reserved)
        return check_reserved(map, why);

    TRY(value_need(map, "rule", VALUE_TEXT, &item, why));
    TRY(find_rule(charter, item, &matter->rule, why));
    TRY(read_voting_period(map, matter, why));
    TRY(read_flag(value_at(map, "opt_out"), &matter->opt_out, why));
    item = value_at(map, "duration");
    matter->has_duration = item != NULL;
    return read_span(item, &matter->duration, why);
}

static enum err read_matters(struct charter *charter, const struct value *root,
                             struct why *why)
{
    const struct value *map;
    struct charter_matter *matter;

    TRY(value_need(root, "matters", VALUE_MAP, &map, why));
    TRY(expect_map(map, MATTERS_MAX, why));
    if (map->count == 0)
        return value_fail(map, why, ERR_INPUT, "expected at least one matter");
    matter = arena_new(charter->arena, map->count, sizeof *matter);
    for (size_t i = 0; i < map->count; i++)
        TRY(read_matter(charter, map->item[i], &matter[i], why));
    charter->matter = matter;
    charter->matters = map->count;
    return ERR_NONE;
}

/* `{matter: NAME}`: a matter that can be decided. */
static enum err read_matter_ref(const struct charter *charter,
                                const struct value *map, const char **name,
                                struct why *why)
{
    const struct value *item;
    const struct charter_matter *matter;

    if (map == NULL)
        return ERR_NONE;
    TRY(value_need(map, "matter", VALUE_TEXT, &item, why));
    TRY(read_name(item, name, why));
    matter = charter_matter(charter, *name);
    if (matter == NULL)
        return value_fail(item, why, ERR_INPUT, "there is no matter '%s'",
                          *name);
    if (matter->reserved)
        return value_fail(item, why, ERR_INPUT,
                          "matter '%s' is reserved: it is never decided",
                          *name);
    return ERR_NONE;
}

static enum err read_accession(struct charter *charter,
                               const struct value *treaty, struct why *why)
{
    static const char *const keys[] = {"matter", "open", NULL};
    const struct value *map;

    TRY(section(treaty, "accession", keys, &map, why));
    if (map == NULL)
        return ERR_NONE;
    TRY(read_flag(value_at(map, "open"), &charter->accession_open, why));
    if (charter->accession_open && value_at(map, "matter") != NULL)
        return value_fail(map, why, ERR_INPUT,
                          "expected either a matter or open: true");
    if (charter->accession_open)
        return ERR_NONE;
    return read_matter_ref(charter, map, &charter->matter_admission, why);
}

static enum err read_reservable(struct charter *charter,
                                const struct value *item, struct why *why)
{
    if (item == NULL)
        return ERR_NONE;
    if (item->kind == VALUE_TEXT && strcmp(item->text, "none") == 0)
        return ERR_NONE;
    if (item->kind == VALUE_TEXT && strcmp(item->text, "all") == 0) {
        charter->reservable_all = true;
        return ERR_NONE;
    }
    if (item->kind != VALUE_LIST)
        return value_fail(item, why, ERR_INPUT,
                          "expected all, none or a list of articles");
    TRY(read_names(charter, item, &charter->reservable, &charter->reservables,
                   why));
    for (size_t i = 0; i < item->count; i++) {
        const char *number;

        TRY(read_article(charter, item->item[i], &number, why));
    }
    return ERR_NONE;
}

static enum err read_reservations(struct charter *charter,
                                  const struct value *treaty, struct why *why)
{
    static const char *const keys[] = {"to", "acceptance", NULL};
    const struct value *map;

    charter->tacit.months = 12; /* Vienna Convention, article 20(5) */
    TRY(section(treaty, "reservations", keys, &map, why));
    TRY(read_reservable(charter, value_at(map, "to"), why));
    return read_span(value_at(map, "acceptance"), &charter->tacit, why);
}

static enum err read_share(const struct value *item, struct ratio *share,
                           struct why *why)
{
    bool absolute;

    if (item->kind != VALUE_TEXT ||
        ratio_parse((struct slice){item->text, item->text_len}, share,
                    &absolute, NULL) != ERR_NONE ||
        absolute || share->num == 0 || share->num > share->den)
        return value_fail(item, why, ERR_INPUT,
                          "expected a share above 0 and at most 1, such as "
                          "2/3 or 75%%");
    return ERR_NONE;
}

static enum err read_amendment(struct charter *charter,
                               const struct value *treaty, struct why *why)
{
    static const char *const keys[] = {"matter", "acceptances", "delay", NULL};
    const struct value *map, *item;

    TRY(section(treaty, "amendment", keys, &map, why));
    if (map == NULL)
        return ERR_NONE;
    TRY(read_matter_ref(charter, map, &charter->matter_amendment, why));
    TRY(value_need(map, "acceptances", VALUE_TEXT, &item, why));
    TRY(read_share(item, &charter->amend_share, why));
    return read_period(value_at(map, "delay"), &charter->amend_delay, why);
}

static enum err read_treaty(struct charter *charter, const struct value *root,
                            struct why *why)
{
    static const char *const keys[] = {
        "signature",  "deposits",     "delay",     "provisional", "accession",
        "withdrawal", "reservations", "amendment", "suspension",  "rekeying",
        NULL};
    static const char *const until_keys[] = {"until", NULL};
    static const char *const notice_keys[] = {"notice", NULL};
    static const char *const matter_keys[] = {"matter", NULL};
    const struct value *treaty, *item;

    TRY(value_need(root, "treaty", VALUE_MAP, &treaty, why));
    TRY(value_only(treaty, keys, why));

    TRY(section(treaty, "signature", until_keys, &item, why));
    TRY(read_when(value_at(item, "until"), &charter->signature_until,
                  &charter->has_signature_until, why));
    TRY(value_need(treaty, "deposits", VALUE_TEXT, &item, why));
    TRY(read_count(item, 1, COUNT_MAX, &charter->deposits, why));
    TRY(value_need(treaty, "delay", VALUE_TEXT, &item, why));
    TRY(read_period(item, &charter->delay, why));
    TRY(read_flag(value_at(treaty, "provisional"), &charter->provisional, why));
    TRY(read_accession(charter, treaty, why));

    charter->notice.months = 12; /* Vienna Convention, article 56(2) */
    TRY(section(treaty, "withdrawal", notice_keys, &item, why));
    TRY(read_period(value_at(item, "notice"), &charter->notice, why));
    TRY(read_reservations(charter, treaty, why));
    TRY(read_amendment(charter, treaty, why));
    TRY(section(treaty, "suspension", matter_keys, &item, why));
    TRY(read_matter_ref(charter, item, &charter->matter_suspension, why));
    TRY(section(treaty, "rekeying", matter_keys, &item, why));
    return read_matter_ref(charter, item, &charter->matter_rekeying, why);
}

static enum err read_voting(struct charter *charter, const struct value *root,
                            struct why *why)
{
    static const char *const ballot_keys[] = {"change", NULL};
    static const char *const proxy_keys[] = {"held", NULL};
    const struct value *item;

    charter->ballots_change = true;
    TRY(section(root, "ballots", ballot_keys, &item, why));
    TRY(read_flag(value_at(item, "change"), &charter->ballots_change, why));
    TRY(section(root, "proxies", proxy_keys, &item, why));
    return read_count(value_at(item, "held"), 0, COUNT_MAX,
                      &charter->proxies_held, why);
}

static enum err read_presidency(struct charter *charter,
                                const struct value *root, struct why *why)
{
    static const char *const keys[] = {"order", "term", "from", NULL};
    const struct value *map, *item;

    TRY(section(root, "presidency", keys, &map, why));
    if (map == NULL)
        return ERR_NONE;
    TRY(value_need(map, "order", VALUE_LIST, &item, why));
    TRY(read_names(charter, item, &charter->presidency, &charter->presidents,
                   why));
    TRY(value_need(map, "term", VALUE_TEXT, &item, why));
    TRY(read_span(item, &charter->presidency_term, why));
    if (charter->presidency_term.months == 0 &&
        charter->presidency_term.seconds < TERM_MIN_S) /* 6m are minutes */
        return value_fail(item, why, ERR_INPUT,
                          "expected a term of at least a day; m is minutes");
    return read_when(value_at(map, "from"), &charter->presidency_from,
                     &charter->has_presidency_from, why);
}

static enum err read_group(struct charter *charter, const struct value *map,
                           struct charter_representation *group,
                           struct why *why)
{
    static const char *const keys[] = {"members", "needs", "presidency", NULL};
    const struct value *item;
    bool presidency = false;

    TRY(read_key(map, &group->name, why));
    TRY(expect(map, VALUE_MAP, why));
    TRY(value_only(map, keys, why));
    TRY(read_flag(value_at(map, "presidency"), &presidency, why));
    if (presidency && charter->presidents == 0)
        return value_fail(map, why, ERR_INPUT, "there is no presidency");
    if (presidency && map->count > 1)
        return value_fail(map, why, ERR_INPUT,
                          "expected either members or presidency: true");
    group->needs = 1;
    if (presidency)
        return ERR_NONE;
    TRY(value_need(map, "members", VALUE_LIST, &item, why));
    TRY(read_names(charter, item, &group->state, &group->states, why));
    group->needs = group->states;
    return read_count(value_at(map, "needs"), 1, (int64_t)group->states,
                      &group->needs, why);
}

static enum err read_representation(struct charter *charter,
                                    const struct value *root, struct why *why)
{
    const struct value *map = value_at(root, "representation");
    struct charter_representation *group;

    if (map == NULL)
        return ERR_NONE;
    TRY(expect_map(map, REPRESENTATIONS_MAX, why));
    group = arena_new(charter->arena, map->count, sizeof *group);
    for (size_t i = 0; i < map->count; i++)
        TRY(read_group(charter, map->item[i], &group[i], why));
    charter->representation = group;
    charter->representations = map->count;
    return ERR_NONE;
}

static enum err read_charter(struct charter *charter, const struct value *root,
                             struct why *why)
{
    static const char *const keys[] = {
        "id",       "name",       "version",        "preamble",
        "articles", "officers",   "treaty",         "ballots",
        "proxies",  "presidency", "weights",        "groups",
        "rules",    "matters",    "representation", NULL};

    TRY(expect(root, VALUE_MAP, why));
    TRY(value_only(root, keys, why));
    TRY(read_head(charter, root, why));
    TRY(read_articles(charter, root, why));
    TRY(read_weights(charter, root, why));
    TRY(read_groups(charter, root, why));
    TRY(read_rules(charter, root, why));
    TRY(read_matters(charter, root, why));
    TRY(read_treaty(charter, root, why));
    TRY(read_voting(charter, root, why));
    TRY(read_presidency(charter, root, why));
    return read_representation(charter, root, why);
}

enum err charter_parse(const char *name, const char *text, size_t len,
                       struct charter **charter, struct why *why)
{
    struct charter *new;
    const struct value *root;
    enum err err;

    if (len > BYTES_MAX)
        return fail(why, ERR_LIMIT, "%s: %zu bytes, at most %d", name, len,
                    BYTES_MAX);
    new = mem_new(1, sizeof *new);
    new->arena = arena_open();
    err = document_parse(name, text, len, &new->document, &root, why);
    if (err == ERR_NONE)
        err = read_charter(new, root, why);
    if (err != ERR_NONE) {
        charter_close(new);
        return err;
    }
    *charter = new;
    return ERR_NONE;
}

void charter_close(struct charter *charter)
{
    if (charter == NULL)
        return;
    for (size_t i = 0; i < charter->rules; i++)
        rule_close(charter->rule[i].rule);
    document_close(charter->document);
    arena_close(charter->arena);
    mem_free(charter);
}

const struct charter_matter *charter_matter(const struct charter *charter,
                                            const char *name)
{
    for (size_t i = 0; i < charter->matters; i++)
        if (strcmp(charter->matter[i].name, name) == 0)
            return &charter->matter[i];
    return NULL;
}

const struct charter_article *charter_article(const struct charter *charter,
                                              const char *number)
{
    for (size_t i = 0; i < charter->articles; i++)
        if (strcmp(charter->article[i].number, number) == 0)
            return &charter->article[i];
    return NULL;
}

const struct charter_representation *charter_representation(
    const struct charter *charter, const char *name)
{
    for (size_t i = 0; i < charter->representations; i++)
        if (strcmp(charter->representation[i].name, name) == 0)
            return &charter->representation[i];
    return NULL;
}

bool charter_has_group(const struct charter *charter, const char *name)
{
    for (size_t i = 0; i < charter->groups; i++)
        if (strcmp(charter->group[i], name) == 0)
            return true;
    return false;
}
