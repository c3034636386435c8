/*
 * power_design.c - entente power design: what thresholds and weights of a rule
 * trade off.
 */
#include "cli/power_design.h"

#include "base/json.h"
#include "base/progress.h"
#include "cli/columns.h"
#include "cli/options.h"
#include "cli/power_parts.h"

#include <string.h>

struct request {
    const char *file, *rule, *members, *minority, *minority_group, *svg;
    struct words sweep, weight, ideal;
    bool csv, all;
};

static int read_request(struct cli *cli, int argc, char **argv,
                        struct request *request)
{
    struct options options = {0};
    struct words rest;
    int status;

    options_text(&options, "rule", "NAME", &request->rule,
                 "which rule of the file");
    options_text(&options, "members", "M.csv", &request->members,
                 "members: code, weights, groups");
    options_list(&options, "sweep", "CLAUSE=FROM..TO/STEP", &request->sweep,
                 "thresholds of a clause: 'all[0]=55%..75%/5%'");
    options_list(&options, "weight", "W=A,B,...", &request->weight,
                 "weigh by A, B, ... instead of W: heads, a column, "
                 "'sqrt(COLUMN)'");
    options_list(&options, "ideal", "W", &request->ideal,
                 "how power should be divided: equal (if not said), in the "
                 "shares of a weight, or of 'sqrt(W)'; the first counts");
    options_text(&options, "minority", "A,B,...", &request->minority,
                 "members who are to be protected");
    options_text(&options, "minority-group", "G", &request->minority_group,
                 "a group of members who are");
    options_flag(&options, "all", &request->all,
                 "show all variants, not the efficient ones alone");
    options_flag(&options, "csv", &request->csv, "print variants as CSV");
    options_text(&options, "svg", "FILE", &request->svg, "draw the frontier");
    status = options_read(cli, &options, argc, argv, 1, 1, &rest);
    if (status != OPTIONS_GO_ON)
        return status;
    request->file = rest.item[0];
    return OPTIONS_GO_ON;
}

static enum err check_request(const struct cli *cli,
                              const struct request *request, struct why *why)
{
    if (cli->json && request->csv)
        return fail(why, ERR_INPUT, "power design: --json or --csv, not both");
    if (request->members == NULL)
        return fail(why, ERR_INPUT,
                    "power design: --members M.csv was expected");
    if (request->sweep.count == 0 && request->weight.count == 0)
        return fail(why, ERR_INPUT,
                    "power design: what varies? --sweep CLAUSE=FROM..TO/STEP "
                    "or --weight W=A,B,... was expected");
    if (request->minority && request->minority_group)
        return fail(why, ERR_INPUT,
                    "power design: --minority or --minority-group, not both");
    return ERR_NONE;
}

static enum err read_minority(const struct request *request,
                              struct design *design, struct why *why)
{
    struct member_set who = {{0}};

    if (request->minority)
        TRY(power_read_codes("minority", request->minority, design->roster,
                             &who, why));
    else if (request->minority_group)
        TRY(roster_group(design->roster, request->minority_group, &who, why));
    else
        return ERR_NONE;
    return design_protect(design, &who, why);
}

static enum err read_design(const struct request *request,
                            struct design *design, struct why *why)
{
    for (size_t i = 0; i < request->sweep.count; i++)
        if (design_sweep(design, request->sweep.item[i], why) != ERR_NONE)
            return fail_within(why, why->code, "power design: --sweep");
    for (size_t i = 0; i < request->weight.count; i++)
        if (design_weigh(design, request->weight.item[i], why) != ERR_NONE)
            return fail_within(why, why->code, "power design: --weight");
    for (size_t i = 0; i < request->ideal.count; i++)
        if (design_aim(design, request->ideal.item[i], why) != ERR_NONE)
            return fail_within(why, why->code, "power design: --ideal");
    if (request->ideal.count == 0)
        TRY(design_aim(design, "equal", why));
    return read_minority(request, design, why);
}

static enum err measure(struct design_view *view, struct why *why)
{
    struct progress progress;
    enum err err = ERR_NONE;

    TRY(design_count(&view->design, &view->points, why));
    view->point = mem_new(view->points, sizeof *view->point);
    progress_start(&progress, "measuring", "variants", view->points);
    for (size_t i = 0; i < view->points && err == ERR_NONE; i++) {
        progress_at(&progress, i);
        err = design_measure(&view->design, i, &view->point[i], why);
    }
    progress_end(&progress);
    if (err == ERR_NONE)
        design_frontier(&view->design, view->point, view->points);
    return err;
}

const char *design_axis_title(const struct design_axis *axis)
{
    return strcmp(axis->name, "0") == 0 ? "threshold" : axis->name;
}

void design_point_text(const struct design_view *view, size_t point,
                       struct buf *out)
{
    const struct design_point *at = &view->point[point];

    for (size_t i = 0; i < view->design.axes && !at->as_written; i++) {
        buf_add_text(out, i > 0 ? ", " : "");
        design_choice_text(&view->design.axis[i], at->choice[i], out);
    }
    if (at->as_written)
        buf_add_text(out, "as written");
}

static enum err show(struct cli *cli, const struct request *request,
                     const struct design_view *view, struct why *why)
{
    if (request->svg)
        TRY(design_draw(view, request->svg, why));
    if (cli->json)
        cli_print_json(cli, design_json(view));
    else if (request->csv)
        design_csv(view, cli->out);
    else
        design_tell(view, cli->out);
    return ERR_NONE;
}

static enum err answer(struct cli *cli, const struct request *request,
                       const struct rule *rule, struct roster *roster,
                       struct why *why)
{
    struct design_view view = {.all = request->all};
    enum err err;

    design_open(&view.design, rule, roster);
    err = read_design(request, &view.design, why);
    if (err == ERR_NONE)
        err = measure(&view, why);
    if (err == ERR_NONE)
        err = show(cli, request, &view, why);
    for (size_t i = 0; view.point != NULL && i < view.points; i++)
        design_point_clear(&view.point[i]);
    mem_free(view.point);
    design_close(&view.design);
    return err;
}

int power_design(struct cli *cli, int argc, char **argv)
{
    struct request request = {0};
    struct roster *roster = NULL;
    struct rule *rule = NULL;
    struct why why = {0};
    int status = read_request(cli, argc, argv, &request);
    enum err err;

    if (status != OPTIONS_GO_ON)
        return status;
    err = check_request(cli, &request, &why);
    if (err == ERR_NONE)
        err = rule_read(request.file, request.rule, &rule, &why);
    if (err == ERR_NONE)
        err = roster_read(request.members, &roster, &why);
    if (err == ERR_NONE)
        err = columns_as_charter(request.file, roster, &why);
    if (err == ERR_NONE)
        err = answer(cli, &request, rule, roster, &why);
    rule_close(rule);
    roster_close(roster);
    return err == ERR_NONE ? 0 : cli_fail(cli, &why);
}
