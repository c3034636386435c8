/*
 * power_design_tell.c - variants of a rule, for machines and for people.
 */
#include "base/json.h"
#include "base/table.h"
#include "cli/power_design.h"
#include "cli/power_parts.h"

#include <string.h>

enum { ROWS_FEW = 40, POINTS = 4 /* places of a percentage */ };

static const char *outcome_of(const struct design_point *point)
{
    static const char *const word[] = {[DESIGN_MEASURED] = "measured",
                                       [DESIGN_NEVER] = "never",
                                       [DESIGN_ALWAYS] = "always"};

    return word[point->outcome];
}

static const char *choice_of(const struct design_view *view, size_t point,
                             size_t axis, struct buf *text)
{
    buf_reset(text);
    design_choice_text(&view->design.axis[axis],
                       view->point[point].choice[axis], text);
    return buf_text(text);
}

/* --- JSON ------------------------------------------------------------------
 */

static json_t *axes_json(const struct design_view *view)
{
    json_t *list = json_array();
    struct buf text = {0};

    for (size_t i = 0; i < view->design.axes; i++) {
        const struct design_axis *axis = &view->design.axis[i];
        json_t *json = json_object();

        json_set_text(json, "name", axis->name);
        json_set_text(json, "varies", axis->is_weight ? "weight" : "threshold");
        buf_reset(&text);
        design_choice_text(axis, axis->count, &text);
        json_set_text(json, "as_written", buf_text(&text));
        json_array_append_new(list, json);
    }
    buf_clear(&text);
    return list;
}

static json_t *minority_json(const struct design_view *view)
{
    const struct roster *roster = view->design.roster;
    json_t *list;

    if (!view->design.has_minority)
        return json_null();
    list = json_array();
    for (size_t i = 0; i < roster_count(roster); i++)
        if (set_has(&view->design.minority, i))
            json_array_append_new(list, json_string(roster_code(roster, i)));
    return list;
}

/* What is not measured is null. */
static void set_figures(const struct design_view *view,
                        const struct design_point *point, json_t *json)
{
    const bool measured = point->outcome == DESIGN_MEASURED;
    const bool minority = measured && view->design.has_minority;
    json_t *distance = json_object();

    json_set_new(json, "act", power_fraction_json(point->act));
    json_set_new(json, "prevent",
                 minority ? power_fraction_json(point->prevent) : json_null());
    json_set_new(json, "blocks",
                 minority ? json_boolean(point->blocks) : json_null());
    for (size_t i = 0; i < view->design.ideals; i++)
        json_set_new(distance, view->design.ideal[i].name,
                     measured ? power_fraction_json(point->distance[i])
                              : json_null());
    json_set_new(json, "distance", distance);
    json_set_int(json, "vetoers", (int64_t)point->vetoers);
    json_set_int(json, "dummies", (int64_t)point->dummies);
}

static json_t *point_json(const struct design_view *view, size_t number)
{
    const struct design_point *point = &view->point[number];
    json_t *json = json_object(), *choice = json_object();
    struct buf text = {0};

    for (size_t i = 0; i < view->design.axes; i++)
        json_set_text(choice, view->design.axis[i].name,
                      choice_of(view, number, i, &text));
    json_set_int(json, "number", (int64_t)number + 1);
    json_set_new(json, "choice", choice);
    json_set_flag(json, "as_written", point->as_written);
    json_set_text(json, "outcome", outcome_of(point));
    set_figures(view, point, json);
    json_set_flag(json, "efficient", point->efficient);
    json_set_int(json, "same_as", (int64_t)point->same_as + 1);
    json_set_text(json, "method", point->method);
    buf_clear(&text);
    return json;
}

json_t *design_json(const struct design_view *view)
{
    json_t *json = json_object(), *ideals = json_array();
    json_t *points = json_array();

    for (size_t i = 0; i < view->design.ideals; i++)
        json_array_append_new(ideals, json_string(view->design.ideal[i].name));
    for (size_t i = 0; i < view->points; i++)
        json_array_append_new(points, point_json(view, i));
    json_set_text(json, "rule", view->design.rule->name);
    json_set_int(json, "members", (int64_t)roster_count(view->design.roster));
    json_set_new(json, "minority", minority_json(view));
    json_set_new(json, "axes", axes_json(view));
    json_set_new(json, "ideals", ideals);
    json_set_new(json, "variants", points);
    return json;
}

/* --- CSV -------------------------------------------------------------------
 */

/* A comma, then the text, in quotes where it needs them. */
static void csv_text(const char *head, const char *text, FILE *out)
{
    const bool plain = text[strcspn(text, ",\"\r\n")] == '\0';

    fprintf(out, ",%s%s", plain ? "" : "\"", head);
    for (; *text != '\0'; text++)
        fprintf(out, *text == '"' ? "\"%c" : "%c", *text);
    fputs(plain ? "" : "\"", out);
}

static void csv_head(const struct design_view *view, FILE *out)
{
    fputs("number", out);
    for (size_t i = 0; i < view->design.axes; i++)
        csv_text("", view->design.axis[i].name, out);
    fputs(",as_written,outcome,act,prevent,blocks", out);
    for (size_t i = 0; i < view->design.ideals; i++)
        csv_text("distance_", view->design.ideal[i].name, out);
    fputs(",vetoers,dummies,efficient,same_as\n", out);
}

static void csv_fraction(bool there, const mpq_t fraction, FILE *out)
{
    struct buf text = {0};

    if (there)
        power_put_fraction(fraction, &text);
    fprintf(out, ",%s", buf_text(&text));
    buf_clear(&text);
}

static void csv_row(const struct design_view *view, size_t number, FILE *out)
{
    const struct design_point *point = &view->point[number];
    const bool measured = point->outcome == DESIGN_MEASURED;
    const bool minority = measured && view->design.has_minority;
    struct buf text = {0};

    fprintf(out, "%zu", number + 1);
    for (size_t i = 0; i < view->design.axes; i++)
        csv_text("", choice_of(view, number, i, &text), out);
    fprintf(out, ",%d,%s", point->as_written, outcome_of(point));
    csv_fraction(true, point->act, out);
    csv_fraction(minority, point->prevent, out);
    fputs(!minority ? "," : point->blocks ? ",1" : ",0", out);
    for (size_t i = 0; i < view->design.ideals; i++)
        csv_fraction(measured, point->distance[i], out);
    fprintf(out, ",%zu,%zu,%d,%zu\n", point->vetoers, point->dummies,
            point->efficient, point->same_as + 1);
    buf_clear(&text);
}

void design_csv(const struct design_view *view, FILE *out)
{
    csv_head(view, out);
    for (size_t i = 0; i < view->points; i++)
        csv_row(view, i, out);
}

/* --- for people ------------------------------------------------------------
 */

static void cell_percent(struct table *table, bool there, const mpq_t share)
{
    struct buf text = {0};

    if (there)
        power_put_percent(share, POINTS, &text);
    table_cell(table, there ? buf_text(&text) : "-");
    buf_clear(&text);
}

static struct table *open_table(const struct design_view *view)
{
    struct buf columns = {0};
    struct table *table;

    buf_add_text(&columns, ">variant|");
    for (size_t i = 0; i < view->design.axes; i++)
        buf_addf(&columns, "|>%s", design_axis_title(&view->design.axis[i]));
    buf_add_text(&columns, "|>act %");
    if (view->design.has_minority)
        buf_add_text(&columns, "|>prevent %|alone");
    for (size_t i = 0; i < view->design.ideals; i++)
        buf_addf(&columns, "|>off %s %%", view->design.ideal[i].name);
    buf_add_text(&columns, "|>veto|>none|");
    table = table_open(buf_text(&columns));
    buf_clear(&columns);
    return table;
}

static void cell_remark(struct table *table, const struct design_point *point,
                        size_t number)
{
    struct buf text = {0};

    if (point->as_written)
        buf_add_text(&text, "as written");
    if (point->outcome == DESIGN_NEVER)
        buf_addf(&text, "%snothing can be adopted", text.len > 0 ? "; " : "");
    if (point->outcome == DESIGN_ALWAYS)
        buf_addf(&text, "%severything is adopted", text.len > 0 ? "; " : "");
    if (point->same_as != number)
        buf_addf(&text, "%ssame figures as %zu", text.len > 0 ? "; " : "",
                 point->same_as + 1);
    table_cell(table, buf_text(&text));
    buf_clear(&text);
}

static void add_row(struct table *table, const struct design_view *view,
                    size_t number)
{
    const struct design_point *point = &view->point[number];
    const bool measured = point->outcome == DESIGN_MEASURED;
    struct buf text = {0};

    table_cellf(table, "%zu", number + 1);
    table_cell_ink(table, INK_GREEN, point->efficient ? "*" : "");
    for (size_t i = 0; i < view->design.axes; i++)
        table_cell(table, choice_of(view, number, i, &text));
    cell_percent(table, true, point->act);
    if (view->design.has_minority) {
        cell_percent(table, measured, point->prevent);
        table_cell(table, !measured ? "-" : point->blocks ? "blocks" : "");
    }
    for (size_t i = 0; i < view->design.ideals; i++)
        cell_percent(table, measured, point->distance[i]);
    table_cellf(table, "%zu", point->vetoers);
    table_cellf(table, "%zu", point->dummies);
    cell_remark(table, point, number);
    buf_clear(&text);
}

static bool is_shown(const struct design_view *view, size_t number)
{
    const struct design_point *point = &view->point[number];

    return view->all || view->points <= ROWS_FEW || point->as_written ||
           (point->efficient && point->same_as == number);
}

static void tell_heading(const struct design_view *view, FILE *out)
{
    const struct design *design = &view->design;
    const char *name = design->rule->title[0] != '\0' ? design->rule->title
                                                      : design->rule->name;
    const char *comma = "";

    term_print(out, INK_BOLD, "%s%sdesign\n", name,
               name[0] != '\0' ? ": " : "");
    fprintf(out, "%zu members, %zu variants", roster_count(design->roster),
            view->points);
    if (design->has_minority)
        fputs("; minority ", out);
    for (size_t i = 0; i < roster_count(design->roster); i++)
        if (design->has_minority && set_has(&design->minority, i)) {
            fprintf(out, "%s%s", comma, roster_code(design->roster, i));
            comma = ", ";
        }
    fputs("\n\n", out);
}

static void tell_words(const struct design_view *view, FILE *out)
{
    struct buf text = {0};

    buf_add_text(&text, "* efficient: no variant is better in one thing and "
                        "worse in none. act: power to act, the share of all "
                        "coalitions that can adopt. ");
    if (view->design.has_minority)
        buf_add_text(&text, "prevent: of what could be adopted, how much the "
                            "minority voting as one can stop; alone: whether "
                            "its no is enough. ");
    buf_addf(&text,
             "off %s: how far members' shares of power (Banzhaf) are "
             "from that division, added up; half of it would have to "
             "change hands. veto, none: members who can stop "
             "everything, who never matter.",
             view->design.ideal[0].name);
    term_wrap(out, 0, buf_text(&text));
    buf_clear(&text);
}

void design_tell(const struct design_view *view, FILE *out)
{
    struct table *table = open_table(view);
    size_t shown = 0;

    tell_heading(view, out);
    for (size_t i = 0; i < view->points; i++)
        if (is_shown(view, i)) {
            add_row(table, view, i);
            shown++;
        }
    table_print(table, out);
    table_close(table);
    fputs("\n", out);
    if (shown < view->points)
        fprintf(out,
                "%zu variants that others surpass or equal are left out; --all "
                "shows them.\n",
                view->points - shown);
    tell_words(view, out);
}
