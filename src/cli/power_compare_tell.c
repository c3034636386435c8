/*
 * power_compare_tell.c - two measurements of power side by side, for machines
 * and for people.
 */
#include "base/json.h"
#include "base/table.h"
#include "cli/power_compare.h"
#include "cli/power_parts.h"

enum { POINTS = 4 /* places of a percentage */ };

/* --- JSON ------------------------------------------------------------------
 */

/* To 10^-12, when a side was counted by weight. */
static json_t *near_json(double number)
{
    struct buf text = {0};
    json_t *json;

    buf_addf(&text, "%.12f", number);
    json = json_string(buf_text(&text));
    buf_clear(&text);
    return json;
}

static json_t *index_json(const struct compare_side *side,
                          const struct power_index *index)
{
    json_t *json;
    char *swings;

    if (index == NULL)
        return json_null();
    json = json_object();
    swings = mpz_get_str(mem_new(mpz_sizeinbase(index->swings, 10) + 2, 1), 10,
                         index->swings);
    json_set_text(json, "swings", swings);
    mem_free(swings);
    json_set_new(json, "banzhaf", power_fraction_json(index->banzhaf));
    json_set_new(json, "shapley",
                 side->power->shapley_exact
                     ? power_fraction_json(index->shapley)
                     : near_json(index->shapley_near));
    json_set_new(json, "prevent", power_fraction_json(index->prevent));
    json_set_new(json, "initiate", power_fraction_json(index->initiate));
    return json;
}

static double shapley_of(const struct compare_side *side,
                         const struct power_index *index)
{
    return side->power->shapley_exact ? mpq_get_d(index->shapley)
                                      : index->shapley_near;
}

static json_t *shapley_change_json(const struct compare_view *view,
                                   const struct power_change_row *row)
{
    if (view->change.shapley_exact)
        return power_fraction_json(row->shapley);
    return near_json(shapley_of(&view->after, row->after) -
                     shapley_of(&view->before, row->before));
}

static json_t *row_json(const struct compare_view *view,
                        const struct power_change_row *row)
{
    bool both = row->before != NULL && row->after != NULL;
    json_t *json = json_object();

    json_set_text(json, "code", row->code);
    json_set_new(json, "before", index_json(&view->before, row->before));
    json_set_new(json, "after", index_json(&view->after, row->after));
    json_set_new(json, "banzhaf_change",
                 both ? power_fraction_json(row->banzhaf) : json_null());
    json_set_new(json, "shapley_change",
                 both ? shapley_change_json(view, row) : json_null());
    return json;
}

static json_t *side_json(const struct compare_side *side)
{
    json_t *json = json_object();

    json_set_text(json, "rule", side->rule->name);
    json_set_int(json, "members", (int64_t)side->power->members);
    json_set_text(json, "method", side->power->text);
    json_set_new(json, "act", power_fraction_json(side->power->act));
    return json;
}

/* Members whose veto, or powerlessness, came or went. */
struct trait {
    const char *key, *words;
    bool dummy;
    enum power_trait change;
};
static const struct trait traits[] = {
    {"vetoers_gained", "Veto gained", false, TRAIT_GAINED},
    {"vetoers_lost", "Veto lost", false, TRAIT_LOST},
    {"dummies_gained", "Now without power", true, TRAIT_GAINED},
    {"dummies_lost", "No longer without power", true, TRAIT_LOST},
};
enum { TRAITS = sizeof traits / sizeof *traits };

static bool shows(const struct trait *trait, const struct power_change_row *row)
{
    return trait->change == (trait->dummy ? row->dummy : row->veto);
}

static json_t *trait_json(const struct compare_view *view,
                          const struct trait *trait)
{
    json_t *list = json_array();

    for (size_t i = 0; i < view->change.rows; i++)
        if (shows(trait, &view->change.row[i]))
            json_array_append_new(list, json_string(view->change.row[i].code));
    return list;
}

json_t *compare_json(const struct compare_view *view)
{
    json_t *json = json_object(), *list = json_array();

    for (size_t i = 0; i < view->change.rows; i++)
        json_array_append_new(list, row_json(view, &view->change.row[i]));
    json_set_new(json, "before", side_json(&view->before));
    json_set_new(json, "after", side_json(&view->after));
    json_set_new(json, "act_change", power_fraction_json(view->change.act));
    json_set_new(json, "index", list);
    for (size_t t = 0; t < TRAITS; t++)
        json_set_new(json, traits[t].key, trait_json(view, &traits[t]));
    return json;
}

/* --- CSV -------------------------------------------------------------------
 */

static void put_of(const json_t *side, const char *key, struct buf *out)
{
    const char *text = json_text(side, key);

    buf_addf(out, ",%s", text == NULL ? "" : text);
}

void compare_csv(const struct compare_view *view, FILE *out)
{
    struct buf text = {0};

    buf_add_text(&text, "code,banzhaf_before,banzhaf_after,banzhaf_change,"
                        "shapley_before,shapley_after,shapley_change\n");
    for (size_t i = 0; i < view->change.rows; i++) {
        json_t *json = row_json(view, &view->change.row[i]);

        buf_add_text(&text, json_text(json, "code"));
        put_of(json_map(json, "before"), "banzhaf", &text);
        put_of(json_map(json, "after"), "banzhaf", &text);
        put_of(json, "banzhaf_change", &text);
        put_of(json_map(json, "before"), "shapley", &text);
        put_of(json_map(json, "after"), "shapley", &text);
        put_of(json, "shapley_change", &text);
        buf_add_text(&text, "\n");
        json_decref(json);
    }
    fputs(buf_text(&text), out);
    buf_clear(&text);
}

/* --- for people ------------------------------------------------------------
 */

static void cell_share(struct table *table, bool there, const mpq_t share)
{
    struct buf text = {0};

    if (there)
        power_put_percent(share, POINTS, &text);
    table_cell(table, there ? buf_text(&text) : "-");
    buf_clear(&text);
}

static void cell_change(struct table *table, bool both, const mpq_t change)
{
    struct buf text = {0};

    if (both)
        power_put_points(change, POINTS, &text);
    table_cell_ink(table,
                   !both || mpq_sgn(change) == 0 ? INK_DIM
                   : mpq_sgn(change) > 0         ? INK_GREEN
                                                 : INK_RED,
                   both ? buf_text(&text) : "-");
    buf_clear(&text);
}

static void cell_near(struct table *table, bool there, double share, bool sign)
{
    if (!there)
        table_cell(table, "-");
    else if (sign)
        table_cellf(table, "%+.4f", share * 100);
    else
        table_cellf(table, "%.4f", share * 100);
}

static void add_shapley(struct table *table, const struct compare_view *view,
                        const struct power_change_row *row)
{
    const struct power_index *before = row->before, *after = row->after;
    const bool both = before && after;
    double near_before, near_after;

    if (view->change.shapley_exact) {
        cell_share(table, before, before ? before->shapley : row->shapley);
        cell_share(table, after, after ? after->shapley : row->shapley);
        cell_change(table, both, row->shapley);
        return;
    }
    near_before = before ? shapley_of(&view->before, before) : 0;
    near_after = after ? shapley_of(&view->after, after) : 0;
    cell_near(table, before, near_before, false);
    cell_near(table, after, near_after, false);
    cell_near(table, both, near_after - near_before, true);
}

static void tell_members(const struct compare_view *view, FILE *out)
{
    struct table *table = table_open("member|>Banzhaf %|>after|>change|"
                                     ">Shapley %|>after|>change");

    for (size_t i = 0; i < view->change.rows; i++) {
        const struct power_change_row *row = &view->change.row[view->order[i]];

        table_cell(table, row->code);
        cell_share(table, row->before,
                   row->before ? row->before->banzhaf : row->banzhaf);
        cell_share(table, row->after,
                   row->after ? row->after->banzhaf : row->banzhaf);
        cell_change(table, row->before && row->after, row->banzhaf);
        add_shapley(table, view, row);
    }
    table_print(table, out);
    table_close(table);
}

static void tell_act(const struct compare_view *view, FILE *out)
{
    struct buf text = {0};

    buf_add_text(&text, "Power to act ");
    power_put_percent(view->before.power->act, 6, &text);
    buf_add_text(&text, " %, after ");
    power_put_percent(view->after.power->act, 6, &text);
    buf_add_text(&text, " %: ");
    power_put_points(view->change.act, 6, &text);
    fprintf(out, "%s points\n", buf_text(&text));
    buf_clear(&text);
}

void compare_tell(const struct compare_view *view, FILE *out)
{
    struct buf text = {0};

    term_print(out, INK_BOLD, "Before: %s. After: %s.\n", view->before.name,
               view->after.name);
    fputs("\n", out);
    tell_members(view, out);
    fputs("\n", out);
    tell_act(view, out);
    for (size_t t = 0; t < TRAITS; t++) {
        buf_reset(&text);
        for (size_t i = 0; i < view->change.rows; i++)
            if (shows(&traits[t], &view->change.row[i]))
                buf_addf(&text, "%s%s", text.len > 0 ? ", " : "",
                         view->change.row[i].code);
        if (text.len > 0)
            fprintf(out, "%s: %s\n", traits[t].words, buf_text(&text));
    }
    buf_clear(&text);
}
