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
        json_t *json =
            json_pack("{s:s,s:s,s:s,s:s}", "article", item->article, "effect",
                      relation_effect_word(item->effect), "reservation",
                      item->reservation, "by", item->by);

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
    return json_pack(
        "{s:s,s:s,s:s,s:s,s:I,s:o}", "a", a, "b", b, "relation",
        relation_word(relation->kind), "because", relation->because, "version",
        (json_int_t)relation->version, "articles", items_json(relation));
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
 * One state toward all others.
 */

static void add_row(struct table *table, const char *b,
                    const struct relation *relation)
{
    struct buf items = {0};

    add_items(relation, &items);
    if (relation->count == 0)
        buf_add_text(&items, relation->because);
    table_cell(table, b);
    table_cell_ink(table,
                   relation->kind == RELATION_IN_FORCE ? INK_GREEN : INK_YELLOW,
                   relation_word(relation->kind));
    if (relation->version > 0)
        table_cellf(table, "%" PRId64, relation->version);
    else
        table_cell(table, "");
    table_cell(table, buf_text(&items));
    buf_clear(&items);
}

static int one(struct cli *cli, const struct desk *desk, const char *a)
{
    struct table *table =
        table_open("state|relation|>version|other than the whole charter");
    json_t *json = json_array();
    size_t count;
    const char **code = state_ids(desk->state, "member", &count);

    for (size_t i = 0; i < count; i++) {
        struct relation relation;

        if (strcmp(code[i], a) == 0)
            continue;
        relate(cli, desk, a, code[i], &relation);
        add_row(table, code[i], &relation);
        json_array_append_new(json, relation_json(a, code[i], &relation));
    }
    if (cli->json) {
        desk_print_json(cli, desk, json_pack("{s:O}", "relations", json));
    } else {
        desk_head(cli, desk, "Relations of %s under the charter", a);
        table_print(table, cli->out);
    }
    mem_free(code);
    table_close(table);
    json_decref(json);
    return 0;
}

/*
 * All pairs: how many are plain, and what is not.
 */

/* Pairs that say the same, gathered: "article 7 pending (R-1 of JP)" toward
 * whom. */
struct gathered {
    json_t *words; /* what is said -> {state: [other states]} */
    size_t plain;  /* in force, today's version, no reservation */
    size_t none;   /* one of the two is not bound */
};

static void gather(struct gathered *gathered, const char *what, const char *a,
                   const char *b)
{
    json_t *by = json_object_get(gathered->words, what);
    json_t *others;

    if (by == NULL) {
        by = json_object();
        json_set_new(gathered->words, what, by);
    }
    others = json_object_get(by, a);
    if (others == NULL) {
        others = json_array();
        json_set_new(by, a, others);
    }
    json_array_append_new(others, json_string(b));
}

static void gather_pair(const struct desk *desk, struct gathered *gathered,
                        const char *a, const char *b,
                        const struct relation *relation)
{
    struct buf text = {0};
    bool today = relation->version == desk->charter->version;

    if (relation->kind == RELATION_NONE && relation->count == 0) {
        gathered->none++;
        return;
    }
    gathered->plain +=
        relation->kind == RELATION_IN_FORCE && relation->count == 0 && today;
    for (size_t i = 0; i < relation->count; i++) {
        const struct relation_item *item = &relation->item[i];

        buf_reset(&text);
        buf_addf(&text, "article %s %s (%s)", item->article,
                 relation_effect_word(item->effect), item->reservation);
        gather(gathered, buf_text(&text), item->by,
               strcmp(item->by, a) == 0 ? b : a);
    }
    buf_reset(&text);
    if (relation->kind == RELATION_PROVISIONAL)
        buf_add_text(&text, "provisional");
    else if (relation->kind == RELATION_IN_FORCE && !today)
        buf_addf(&text, "version %" PRId64, relation->version);
    if (text.len > 0)
        gather(gathered, buf_text(&text), a, b);
    buf_clear(&text);
}

static void say_gathered(struct cli *cli, const struct desk *desk,
                         const struct gathered *gathered)
{
    const char *what;
    const char *a;
    json_t *by;
    json_t *others;

    desk_head(cli, desk, "Relations under the charter of the %s",
              desk->charter->name);
    fprintf(cli->out,
            "%zu pairs of states are bound by the whole charter, version "
            "%" PRId64 ".\nIn %zu pairs one of the two is not bound.\n",
            gathered->plain, desk->charter->version, gathered->none);
    json_object_foreach (gathered->words, what, by) {
        tell_heading(cli->out, what);
        json_object_foreach (by, a, others) {
            struct buf text = {0};

            buf_addf(&text, "toward %zu: ", json_array_size(others));
            tell_list(others, &text);
            tell_line(cli->out, a, buf_text(&text));
            buf_clear(&text);
        }
    }
    fputs("\n`entente relations A` has one state, `entente relations A B` "
          "two, article by article.\n",
          cli->out);
}

static int all(struct cli *cli, const struct desk *desk)
{
    struct gathered gathered = {.words = json_object()};
    json_t *json = json_array();
    size_t count;
    const char **code = state_ids(desk->state, "member", &count);

    for (size_t i = 0; i < count; i++) {
        for (size_t j = i + 1; j < count; j++) {
            struct relation relation;

            relate(cli, desk, code[i], code[j], &relation);
            gather_pair(desk, &gathered, code[i], code[j], &relation);
            if (cli->json)
                json_array_append_new(
                    json, relation_json(code[i], code[j], &relation));
        }
    }
    if (cli->json)
        desk_print_json(cli, desk, json_pack("{s:O}", "relations", json));
    else
        say_gathered(cli, desk, &gathered);
    mem_free(code);
    json_decref(json);
    json_decref(gathered.words);
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
    status = words.count == 0 ? all(cli, &desk)
             : words.count == 1
                 ? one(cli, &desk, words.item[0])
                 : pair(cli, &desk, words.item[0], words.item[1]);
    desk_close(&desk);
    return status;
}
