/*
 * converge.c - entente converge: how much members agree, from a file of votes
 * or from the log.
 */
#include "cli/converge.h"

#include "base/json.h"
#include "cli/command.h"
#include "cli/desk.h"
#include "cli/options.h"

#include <stdlib.h>
#include <string.h>

struct request {
    const char *votes; /* NULL: the log */
    const char *members, *svg, *map, *period, *before, *after, *list;
    bool csv, positions;
};

static int read_request(struct cli *cli, int argc, char **argv,
                        struct request *request)
{
    struct options options = {0};
    struct words rest;
    int status;

    options_text(&options, "members", "M.csv", &request->members,
                 "nobody else may be in the votes");
    options_text(&options, "period", "A,B", &request->period,
                 "movement from period A to period B");
    options_text(&options, "before", "WHEN", &request->before,
                 "movement from the rolls before a roll, date or period");
    options_text(&options, "after", "WHEN", &request->after,
                 "... to those at and after one");
    options_text(&options, "list", "N", &request->list,
                 "entries of each list; 5 if not said");
    options_text(&options, "svg", "FILE", &request->svg,
                 "draw the matrix of agreement");
    options_text(&options, "map", "FILE", &request->map,
                 "draw the map of members");
    options_flag(&options, "csv", &request->csv, "print pairs as CSV");
    options_flag(&options, "positions", &request->positions,
                 "from the log: statements too, as a yes of who stands by "
                 "them");
    status = options_read(cli, &options, argc, argv, 0, 1, &rest);
    if (status != OPTIONS_GO_ON)
        return status;
    request->votes = rest.count > 0 ? rest.item[0] : NULL;
    return OPTIONS_GO_ON;
}

static enum err check_request(const struct cli *cli,
                              const struct request *request, size_t *list,
                              struct why *why)
{
    uint64_t number = 5;

    if (cli->json && request->csv)
        return fail(why, ERR_INPUT, "converge: --json or --csv, not both");
    if (request->votes && request->positions)
        return fail(why, ERR_INPUT,
                    "converge: --positions reads the log's statements; leave "
                    "the file out");
    if (request->period && (request->before || request->after))
        return fail(why, ERR_INPUT,
                    "converge: --period, or --before and --after");
    if (request->list &&
        (!text_parse_u64(slice_of(request->list), 1000, &number) ||
         number == 0))
        return fail(why, ERR_INPUT,
                    "converge: --list %.20s: expected 1 to "
                    "1000",
                    request->list);
    *list = (size_t)number;
    return ERR_NONE;
}

/*
 * Votes from the log: the ballots of what was adopted or rejected. Who was
 * silent said nothing, whatever the rule made of it.
 */

static enum err add_vote(struct rolls *rolls, const char *roll,
                         const char *code, const char *position,
                         const char *time, struct why *why)
{
    struct slice date = slice_of(time);
    enum roll_field field;

    if (date.len > strlen("2026-01-01"))
        date.len = strlen("2026-01-01");
    struct roll_vote vote = {slice_of(roll), slice_of(code), slice_of(position),
                             date};
    if (rolls_add(rolls, &vote, &field, why) == ERR_NONE)
        return ERR_NONE;
    return fail_within(why, why->code, "%s", roll);
}

static enum err add_ballots(const json_t *proposal, struct rolls *rolls,
                            struct why *why)
{
    const char *status = json_text(proposal, "status");
    const char *code;
    json_t *ballot;

    if (strcmp(status, "adopted") != 0 && strcmp(status, "rejected") != 0)
        return ERR_NONE;
    json_object_foreach ((json_t *)json_map(proposal, "ballots"), code, ballot)
        TRY(add_vote(rolls, json_text(proposal, "id"), code,
                     json_text(ballot, "position"),
                     json_text(proposal, "decided_at"), why));
    return ERR_NONE;
}

static enum err add_endorsements(const json_t *statement, struct rolls *rolls,
                                 struct why *why)
{
    const char *code;
    json_t *at;

    json_object_foreach ((json_t *)json_map(statement, "endorsements"), code,
                         at)
        TRY(add_vote(rolls, json_text(statement, "id"), code, "yes",
                     json_text(statement, "at"), why));
    return ERR_NONE;
}

static enum err add_documents(const struct desk *desk, const char *kind,
                              enum err (*add)(const json_t *document,
                                              struct rolls *rolls,
                                              struct why *why),
                              struct rolls *rolls, struct why *why)
{
    size_t count;
    const char **id = state_ids(desk->state, kind, &count);
    enum err err = ERR_NONE;

    for (size_t i = 0; i < count && err == ERR_NONE; i++)
        err = add(state_get(desk->state, kind, id[i]), rolls, why);
    mem_free(id);
    return err == ERR_NONE ? state_failure(desk->state, why) : err;
}

static enum err read_log(struct cli *cli, const struct request *request,
                         const struct roster *roster,
                         struct converge_view *view, struct why *why)
{
    struct desk desk;
    enum err err;

    TRY(desk_open(cli, SESSION_READ, &desk, why));
    view->exercise = desk.exercise;
    view->source =
        arena_text(cli->arena, desk.charter->name, strlen(desk.charter->name));
    view->rolls = rolls_open(roster);
    err = add_documents(&desk, "proposal", add_ballots, view->rolls, why);
    if (err == ERR_NONE && request->positions)
        err = add_documents(&desk, "statement", add_endorsements, view->rolls,
                            why);
    if (err == ERR_NONE && rolls_count(view->rolls) == 0)
        err = fail(why, ERR_ABSENT,
                   "no proposal has been voted on and decided yet; name a file "
                   "of votes, or wait");
    desk_close(&desk);
    return err;
}

static enum err read_votes(struct cli *cli, const struct request *request,
                           struct converge_view *view, struct why *why)
{
    struct roster *roster = NULL;
    enum err err = ERR_NONE;

    if (request->members)
        TRY(roster_read(request->members, &roster, why));
    if (request->votes) {
        view->source = request->votes;
        err = rolls_read(request->votes, roster, &view->rolls, why);
    } else {
        err = read_log(cli, request, roster, view, why);
    }
    roster_close(roster);
    return err;
}

/*
 * The two sides of a movement.
 */

static char *side_name(struct cli *cli, const char *word, const char *at)
{
    struct buf name = {0};
    char *text;

    buf_addf(&name, "%s%s", word, at);
    text = arena_text(cli->arena, name.data, name.len);
    buf_clear(&name);
    return text;
}

static void split_by_period(struct cli *cli, const char *a, const char *b,
                            struct converge_view *view)
{
    view->before.name = side_name(cli, "", a);
    view->after.name = side_name(cli, "", b);
    view->before.set = roll_set_of(view->rolls, a);
    view->after.set = roll_set_of(view->rolls, b);
}

static enum err split(struct cli *cli, const struct request *request,
                      struct converge_view *view, struct why *why)
{
    const char *before = request->before ? request->before : request->after;
    const char *after = request->after ? request->after : request->before;
    struct slice second = slice_of(request->period), first;
    size_t periods;
    const char **period;

    view->moved = true;
    if (request->period) {
        if (!slice_cut(&second, ',', &first))
            return fail(why, ERR_INPUT,
                        "converge: --period: expected two periods, A,B");
        split_by_period(cli, arena_text(cli->arena, first.at, first.len),
                        second.at, view);
        return ERR_NONE;
    }
    if (before) {
        view->before.name = side_name(cli, "before ", before);
        view->after.name = side_name(cli, "from ", after);
        view->before.set = roll_set_side(view->rolls, before, false);
        view->after.set = roll_set_side(view->rolls, after, true);
        return ERR_NONE;
    }
    period = roll_periods(view->rolls, &periods);
    view->moved = request->votes && periods == 2;
    if (view->moved)
        split_by_period(cli, period[0], period[1], view);
    mem_free(period);
    return ERR_NONE;
}

static enum err look_at_side(const struct converge_view *view,
                             const struct converge_side *other,
                             struct converge_side *side, struct why *why)
{
    if (side->set.count == 0)
        return fail(why, ERR_ABSENT, "%s: no roll is '%s'", view->source,
                    side->name);
    side->agreement = agreement_count(view->rolls, &side->set);
    side->distance = mem_new(view->members + 1, sizeof *side->distance);
    side->place = mem_new(view->members + 1, sizeof *side->place);
    rolls_distances(view->rolls, &side->set, side->distance);
    side->stress = agreement_map(&side->agreement, other ? other->place : NULL,
                                 side->place);
    return ERR_NONE;
}

/*
 * All of it.
 */

static enum err look(struct cli *cli, const struct request *request,
                     struct converge_view *view, struct why *why)
{
    struct rolls *rolls = view->rolls;

    view->members = rolls_members(rolls);
    view->set = roll_set_all(rolls);
    view->agreement = agreement_count(rolls, &view->set);
    view->whole = agreement_whole(&view->agreement);
    view->clusters = clusters_make(&view->agreement);
    view->distance = mem_new(view->members + 1, sizeof *view->distance);
    view->place = mem_new(view->members + 1, sizeof *view->place);
    rolls_distances(rolls, &view->set, view->distance);
    view->stress = agreement_map(&view->agreement, NULL, view->place);
    view->divided = rolls_by_unity(rolls, &view->set, false, &view->divisible);
    view->united = rolls_by_unity(rolls, &view->set, true, &view->divisible);
    for (size_t i = 0; i < view->members; i++)
        view->positions += view->distance[i].den / 4;
    TRY(split(cli, request, view, why));
    if (!view->moved)
        return ERR_NONE;
    TRY(look_at_side(view, NULL, &view->before, why));
    return look_at_side(view, &view->before, &view->after, why);
}

static void clear_side(struct converge_side *side)
{
    roll_set_clear(&side->set);
    agreement_clear(&side->agreement);
    mem_free(side->distance);
    mem_free(side->place);
}

static void clear_view(struct converge_view *view)
{
    clear_side(&view->before);
    clear_side(&view->after);
    roll_set_clear(&view->set);
    agreement_clear(&view->agreement);
    clusters_clear(&view->clusters);
    mem_free(view->distance);
    mem_free(view->place);
    mem_free(view->divided);
    mem_free(view->united);
    rolls_close(view->rolls);
}

static enum err show(struct cli *cli, const struct request *request,
                     const struct converge_view *view, struct why *why)
{
    if (request->svg)
        TRY(converge_draw_matrix(view, request->svg, why));
    if (request->map)
        TRY(converge_draw_map(view, request->map, why));
    if (cli->json)
        cli_print_json(cli, converge_json(view));
    else if (request->csv)
        converge_csv(view, cli->out);
    else
        converge_tell(view, cli->out);
    return ERR_NONE;
}

int cmd_converge(struct cli *cli, int argc, char **argv)
{
    struct request request = {0};
    struct converge_view view = {0};
    struct why why = {0};
    int status = read_request(cli, argc, argv, &request);

    if (status != OPTIONS_GO_ON)
        return status;
    enum err err = check_request(cli, &request, &view.list, &why);
    if (err == ERR_NONE)
        err = read_votes(cli, &request, &view, &why);
    if (err == ERR_NONE)
        err = look(cli, &request, &view, &why);
    if (err == ERR_NONE)
        err = show(cli, &request, &view, &why);
    clear_view(&view);
    return err == ERR_NONE ? 0 : cli_fail(cli, &why);
}
