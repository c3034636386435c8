/*
 * power_compare.c - entente power compare: two rules, or two memberships, side
 * by side.
 */
#include "cli/power_compare.h"

#include "base/json.h"
#include "cli/columns.h"
#include "cli/options.h"
#include "cli/power_parts.h"

#include <stdlib.h>
#include <string.h>

struct request {
    const char *file, *file_after;
    const char *rule, *with, *members, *members_after, *without, *and_new, *svg;
    bool csv;
};

static int read_request(struct cli *cli, int argc, char **argv,
                        struct request *request)
{
    struct options options = {0};
    struct words rest;
    int status;

    options_text(&options, "rule", "NAME", &request->rule,
                 "which rule of the file");
    options_text(&options, "with", "NAME", &request->with,
                 "the rule to compare it with; of FILE2, if there is one");
    options_text(&options, "members", "M.csv", &request->members,
                 "members: code, weights, groups");
    options_text(&options, "members-after", "M2.csv", &request->members_after,
                 "members afterwards");
    options_text(&options, "without", "A,B,...", &request->without,
                 "members who leave");
    options_text(&options, "and", "NEW.csv", &request->and_new,
                 "members who join, with the columns that the rule needs");
    options_flag(&options, "csv", &request->csv, "print members as CSV");
    options_text(&options, "svg", "FILE", &request->svg,
                 "draw each member's power before and after");
    status = options_read(cli, &options, argc, argv, 1, 2, &rest);
    if (status != OPTIONS_GO_ON)
        return status;
    request->file = rest.item[0];
    request->file_after = rest.count > 1 ? rest.item[1] : NULL;
    return OPTIONS_GO_ON;
}

static enum err check_request(const struct cli *cli,
                              const struct request *request, struct why *why)
{
    if (cli->json && request->csv)
        return fail(why, ERR_INPUT, "power compare: --json or --csv, not both");
    if (request->members == NULL)
        return fail(why, ERR_INPUT,
                    "power compare: --members M.csv was expected");
    if (request->file_after == NULL && request->with == NULL &&
        request->members_after == NULL && request->without == NULL &&
        request->and_new == NULL)
        return fail(why, ERR_INPUT,
                    "power compare: with what? --with NAME, a second file, "
                    "--members-after, --without or --and was expected");
    return ERR_NONE;
}

/* --- the two sides ---------------------------------------------------------
 */

static enum err add_new(const char *path, struct roster *roster,
                        struct why *why)
{
    struct roster *joining = NULL;
    enum err err = roster_read(path, &joining, why);

    if (err == ERR_NONE) {
        err = roster_add_from(roster, joining, NULL, why);
        if (err != ERR_NONE)
            fail_within(why, err, "%s", path);
    }
    roster_close(joining);
    return err;
}

/* Who is there afterwards: the members of one file or the other, less those
 * who leave, and those who join. */
static enum err read_members_after(const struct request *request,
                                   struct roster *roster, struct why *why)
{
    struct roster *all = NULL;
    struct member_set leaving = {{0}}, staying = {{0}};
    enum err err = roster_read(request->members_after ? request->members_after
                                                      : request->members,
                               &all, why);

    if (err == ERR_NONE && request->without)
        err = power_read_codes("without", request->without, all, &leaving, why);
    for (size_t i = 0; err == ERR_NONE && i < roster_count(all); i++)
        set_put(&staying, i, !set_has(&leaving, i));
    if (err == ERR_NONE)
        err = roster_add_from(roster, all, &staying, why);
    if (err == ERR_NONE && request->and_new)
        err = add_new(request->and_new, roster, why);
    if (err == ERR_NONE && roster_count(roster) == 0)
        err = fail(why, ERR_INPUT, "power compare: nobody is left");
    roster_close(all);
    return err;
}

static enum err measure_side(struct cli *cli, struct compare_side *side,
                             struct why *why)
{
    const struct power_request request = {.no_minimal = true};
    struct buf name = {0};
    enum err err;

    buf_addf(&name, "%s%s%zu members", side->rule->name,
             side->rule->name[0] != '\0' ? ", " : "",
             roster_count(side->roster));
    side->name = arena_text(cli->arena, name.data, name.len);
    buf_clear(&name);
    err = program_compile(side->rule, side->roster, NULL, &side->program, why);
    if (err == ERR_NONE)
        err = power_measure(side->program, &request, &side->power, why);
    return err == ERR_NONE ? err : fail_within(why, err, "%s", side->name);
}

static enum err read_sides(struct cli *cli, const struct request *request,
                           struct compare_view *view, struct why *why)
{
    struct compare_side *before = &view->before, *after = &view->after;
    const char *file =
        request->file_after ? request->file_after : request->file;
    const char *rule =
        request->with || request->file_after ? request->with : request->rule;

    TRY(rule_read(request->file, request->rule, &before->rule, why));
    TRY(rule_read(file, rule, &after->rule, why));
    TRY(roster_read(request->members, &before->roster, why));
    after->roster = roster_open();
    TRY(read_members_after(request, after->roster, why));
    TRY(columns_as_charter(request->file, before->roster, why));
    TRY(columns_as_charter(file, after->roster, why));
    TRY(measure_side(cli, before, why));
    return measure_side(cli, after, why);
}

static void clear_side(struct compare_side *side)
{
    power_close(side->power);
    program_close(side->program);
    roster_close(side->roster);
    rule_close(side->rule);
}

/* --- the answer ------------------------------------------------------------
 */

static const struct power_change *sorted; /* qsort has no context */

/* Rows of newcomers come last: they have nothing before. */
static int strongest_first(const void *a, const void *b)
{
    const struct power_change_row *x = &sorted->row[*(const size_t *)a];
    const struct power_change_row *y = &sorted->row[*(const size_t *)b];
    int order = (y->before != NULL) - (x->before != NULL);

    if (order == 0 && x->before != NULL)
        order = mpq_cmp(y->before->banzhaf, x->before->banzhaf);
    else if (order == 0)
        order = mpq_cmp(y->after->banzhaf, x->after->banzhaf);
    return order != 0 ? order : strcmp(x->code, y->code);
}

static void compare(struct compare_view *view)
{
    const struct power_side before = {view->before.program, view->before.power};
    const struct power_side after = {view->after.program, view->after.power};

    power_change_make(&before, &after, &view->change);
    view->order = mem_new(view->change.rows, sizeof *view->order);
    for (size_t i = 0; i < view->change.rows; i++)
        view->order[i] = i;
    sorted = &view->change;
    qsort(view->order, view->change.rows, sizeof *view->order, strongest_first);
}

static enum err show(struct cli *cli, const struct request *request,
                     const struct compare_view *view, struct why *why)
{
    if (request->svg)
        TRY(compare_draw(view, request->svg, why));
    if (cli->json)
        cli_print_json(cli, compare_json(view));
    else if (request->csv)
        compare_csv(view, cli->out);
    else
        compare_tell(view, cli->out);
    return ERR_NONE;
}

int power_compare(struct cli *cli, int argc, char **argv)
{
    struct request request = {0};
    struct compare_view view = {0};
    struct why why = {0};
    int status = read_request(cli, argc, argv, &request);
    enum err err;

    if (status != OPTIONS_GO_ON)
        return status;
    err = check_request(cli, &request, &why);
    if (err == ERR_NONE)
        err = read_sides(cli, &request, &view, &why);
    if (err == ERR_NONE) {
        compare(&view);
        err = show(cli, &request, &view, &why);
    }
    mem_free(view.order);
    power_change_clear(&view.change);
    clear_side(&view.before);
    clear_side(&view.after);
    return err == ERR_NONE ? 0 : cli_fail(cli, &why);
}
