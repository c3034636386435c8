/*
 * relations.c - `entente relations`: who is bound toward whom.
 */
#include "institution/relations.h"

#include "base/json.h"
#include "base/table.h"
#include "cli/command.h"
#include "cli/desk.h"
#include "cli/options.h"
#include "cli/tell.h"

#include <inttypes.h>
#include <string.h>

static void relate(const struct cli *cli, const struct desk *desk,
                   const char *a, const char *b, struct relation *relation)
{
    relation_between(desk->state, a, b, desk->now, cli->arena, relation);
}

/* "article 7 as reserved by JP (R-1)" and so on, with commas. */
static void add_items(const struct relation *relation, struct buf *out)
{
    for (size_t i = 0; i < relation->count; i++) {
        const struct relation_item *item = &relation->item[i];

        buf_addf(out, "%sarticle %s %s (%s of %s)", i == 0 ? "" : ", ",
                 item->article, relation_effect_word(item->effect),
                 item->reservation, item->by);
    }
}

static json_t *items_json(const struct relation *relation)
{
    json_t *items = json_array();

    for (size_t i = 0; i < relation->count; i++) {
        const struct relation_item *item = &relation->item[i];
        json_t *json = json_pack("{s:s,s:s,s:s,s:s}", "article", item->article,
                                 "effect", relation_effect_word(item->effect),
                                 "reservation", item->reservation, "by",
                                 item->by);

        if (*item->how != '\0')
            json_set_text(json, "how", item->how);
        if (item->until != NULL)
            json_set_text(json, "until", item->until);
        json_array_append_new(items, json);
    }
    return items;
}

static json_t *relation_json(const char *a, const char *b,
                             const struct relation *relation)
{
    return json_pack("{s:s,s:s,s:s,s:s,s:I,s:o}", "a", a, "b", b, "relation",
                     relation_word(relation->kind), "because",
                     relation->because, "version",
                     (json_int_t)relation->version, "articles",
                     items_json(relation));
}

/*
 * Two states, article by article.
 */

static void say_article(struct table *table, const struct relation *relation,
                        const struct charter_article *article)
{
    bool said = false;

    for (size_t i = 0; i < relation->count; i++) {
        const struct relation_item *item = &relation->item[i];
        char time[TELL_TIME_SIZE];

        if (strcmp(item->article, article->number) != 0)
            continue;
        said = true;
        table_cell(table, article->number);
        table_cell(table, article->title);
        table_cell_ink(table,
                       item->effect == EFFECT_EXCLUDED ? INK_RED : INK_YELLOW,
                       relation_effect_word(item->effect));
        table_cellf(table, "%s of %s%s%s%s%s", item->reservation, item->by,
                    *item->how == '\0' ? "" : ", accepted: ", item->how,
                    item->until == NULL ? "" : ", may be objected to until ",
                    tell_time(item->until, time));
    }
    if (said)
        return;
    table_cell(table, article->number);
    table_cell(table, article->title);
    table_cell(table, "applies");
    table_cell(table, "");
}

static int pair(struct cli *cli, const struct desk *desk, const char *a,
                const char *b)
{
    struct relation relation;
    struct table *table;

    relate(cli, desk, a, b, &relation);
    if (cli->json) {
        desk_print_json(cli, desk, relation_json(a, b, &relation));
        return 0;
    }
    desk_head(cli, desk, "%s and %s: %s", a, b, relation_word(relation.kind));
    tell_line(cli->out, "because", relation.because);
    if (relation.kind == RELATION_NONE)
        return 0;
    tell_linef(cli->out, "text", "version %" PRId64, relation.version);
    table = table_open("article|title|between the two|reservation");
    for (size_t i = 0; i < desk->charter->articles; i++)
        say_article(table, &relation, &desk->charter->article[i]);
    table_print(table, cli->out);
    table_close(table);
    return 0;
}

/*
 * One state toward all others, or all pairs that are not plainly in force.
 */

struct pairs {
    struct cli *cli;
    const struct desk *desk;
    struct table *table;
    json_t *json;
    size_t plain; /* in force, today's version, no reservation */
    size_t none;  /* because one is not bound */
};

static void add_pair(struct pairs *pairs, const char *a, const char *b,
                     bool always)
{
    struct relation relation;
    struct buf items = {0};
    bool plain;

    relate(pairs->cli, pairs->desk, a, b, &relation);
    plain = relation.kind == RELATION_IN_FORCE && relation.count == 0 &&
            relation.version == pairs->desk->charter->version;
    pairs->plain += plain;
    if (relation.kind == RELATION_NONE && relation.count == 0)
        pairs->none++;
    if (pairs->cli->json) {
        json_array_append_new(pairs->json, relation_json(a, b, &relation));
        return;
    }
    if (!always && (plain || (relation.kind == RELATION_NONE &&
                              relation.count == 0)))
        return;
    add_items(&relation, &items);
    if (relation.count == 0)
        buf_add_text(&items, relation.because);
    table_cell(pairs->table, a);
    table_cell(pairs->table, b);
    table_cell_ink(pairs->table,
                   relation.kind == RELATION_IN_FORCE ? INK_GREEN : INK_YELLOW,
                   relation_word(relation.kind));
    if (relation.version > 0)
        table_cellf(pairs->table, "%" PRId64, relation.version);
    else
        table_cell(pairs->table, "");
    table_cell(pairs->table, buf_text(&items));
    buf_clear(&items);
}

static void add_pairs(struct pairs *pairs, const char *only)
{
    size_t count;
    const char **code = state_ids(pairs->desk->state, "member", &count);

    for (size_t i = 0; i < count; i++) {
        if (only != NULL && strcmp(code[i], only) != 0)
            continue;
        for (size_t j = only == NULL ? i + 1 : 0; j < count; j++)
            if (j != i)
                add_pair(pairs, code[i], code[j], only != NULL);
    }
    mem_free(code);
}

static int list(struct cli *cli, const struct desk *desk, const char *only)
{
    struct pairs pairs = {.cli = cli, .desk = desk, .json = json_array()};

    pairs.table = table_open("state|state|relation|>version|articles");
    add_pairs(&pairs, only);
    if (cli->json) {
        desk_print_json(cli, desk, json_pack("{s:O}", "relations", pairs.json));
    } else {
        desk_head(cli, desk, "Relations under the charter of the %s",
                  desk->charter->name);
        if (only == NULL)
            fprintf(cli->out,
                    "%zu pairs of states are bound by the whole charter, "
                    "version %" PRId64 ";\nin %zu one of the two is not "
                    "bound.%s\n",
                    pairs.plain, desk->charter->version, pairs.none,
                    table_rows(pairs.table) == 0 ? "" : " The others:");
        if (table_rows(pairs.table) > 0)
            table_print(pairs.table, cli->out);
    }
    table_close(pairs.table);
    json_decref(pairs.json);
    return 0;
}

static enum err need_states(const struct desk *desk, const struct words *words,
                            struct why *why)
{
    for (size_t i = 0; i < words->count; i++)
        if (state_get(desk->state, "member", words->item[i]) == NULL)
            return fail(why, ERR_ABSENT, "there is no state '%s' on record",
                        words->item[i]);
    if (words->count == 2 && strcmp(words->item[0], words->item[1]) == 0)
        return fail(why, ERR_INPUT, "%s has no relation with itself",
                    words->item[0]);
    return ERR_NONE;
}

int cmd_relations(struct cli *cli, int argc, char **argv)
{
    struct options options = {0};
    struct words words;
    struct desk desk;
    struct why why;
    int status = options_read(cli, &options, argc, argv, 0, 2, &words);

    if (status != OPTIONS_GO_ON)
        return status;
    if (desk_open(cli, SESSION_READ, &desk, &why) != ERR_NONE)
        return cli_fail(cli, &why);
    if (need_states(&desk, &words, &why) != ERR_NONE)
        return desk_fail(cli, &desk, &why);
    status = words.count == 2
                 ? pair(cli, &desk, words.item[0], words.item[1])
                 : list(cli, &desk, words.count == 1 ? words.item[0] : NULL);
    desk_close(&desk);
    return status;
}
