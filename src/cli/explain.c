/*
 * explain.c - `entente explain`: why it carried or not, who is bound, and what
 * would have changed it.
 */
#include "rule/explain.h"
#include "base/json.h"
#include "base/table.h"
#include "cli/account.h"
#include "cli/command.h"
#include "cli/options.h"
#include "cli/tell.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const json_t *decision_of(const struct desk *desk,
                                 const json_t *proposal)
{
    return state_get(desk->state, "decision", json_text(proposal, "id"));
}

/* {"FR":"yes",...}: as cast or, once closed, as counted. Owns: caller. */
static json_t *positions_of(const struct account *account)
{
    const struct tally *tally = &account->tally;
    json_t *positions = json_object();

    for (size_t i = 0; i < roster_count(tally->roster); i++)
        json_set_text(positions, roster_code(tally->roster, i),
                      position_word(account->closed ? tally->result.position[i]
                                                    : tally->position[i]));
    return positions;
}

static void say_rule(struct cli *cli, const struct account *account,
                     const json_t *proposal)
{
    const struct rule *rule = account->tally.program->rule;
    struct buf text = {0};

    buf_addf(&text, "The rule, clause by clause: %s", rule->name);
    tell_heading(cli->out, buf_text(&text));
    tell_line(cli->out, "law", rule->law);
    if (rule->procedure.is_silence) {
        buf_reset(&text);
        buf_add_text(&text, "silence procedure of ");
        period_format(rule->procedure.silence, &text);
        if (rule->procedure.receipt_required)
            buf_addf(&text, "; binds only those who acknowledged it (%zu)",
                     json_object_size(json_map(proposal, "receipts")));
        tell_line(cli->out, "procedure", buf_text(&text));
    }
    buf_reset(&text);
    explain_clauses(account->tally.program, &account->tally.result, &text);
    tell_lines(cli->out, 2, buf_text(&text));
    buf_clear(&text);
}

static void say_result(struct cli *cli, const struct account *account)
{
    struct buf text = {0};

    tell_heading(cli->out, account->closed ? "What followed, and what would "
                                             "have changed it"
                                           : "As it stands now");
    explain_outcome(account->tally.program, &account->tally.result, &text);
    tell_lines(cli->out, 2, buf_text(&text));
    buf_clear(&text);
}

/* Who joined after the vote, and how the decision ended. */
static void say_since(struct cli *cli, const json_t *decision)
{
    const json_t *joined = json_map(decision, "opted_in");
    char time[TELL_TIME_SIZE];
    const char *code;
    json_t *at;

    if (json_object_size(joined) == 0)
        return;
    tell_heading(cli->out, "Since then");
    json_object_foreach ((json_t *)joined, code, at) {
        tell_linef(cli->out, "joined", "%s, %s", code,
                   tell_time(json_string_value(at), time));
    }
}

static void say_head(struct cli *cli, const struct desk *desk,
                     const json_t *proposal)
{
    const struct charter_matter *matter =
        charter_matter(desk->charter, json_text(proposal, "matter"));
    const json_t *decision = decision_of(desk, proposal);
    char a[TELL_TIME_SIZE];
    char b[TELL_TIME_SIZE];

    desk_head(cli, desk, "Proposal %s: %s", json_text(proposal, "id"),
              json_text(proposal, "title"));
    tell_linef(cli->out, "put by", "%s, %s", json_text(proposal, "by"),
               tell_time(json_text(proposal, "proposed_at"), a));
    if (matter != NULL)
        tell_linef(cli->out, "matter", "%s: %s%s%s", matter->name,
                   matter->title, matter->article == NULL ? "" : ", article ",
                   matter->article == NULL ? "" : matter->article);
    if (json_text(proposal, "opened_at") != NULL)
        tell_linef(cli->out, "vote", "%s to %s UTC",
                   tell_time(json_text(proposal, "opened_at"), a),
                   tell_time(json_text(proposal, "closes_at"), b));
    tell_line(cli->out, "status", json_text(proposal, "status"));
    if (decision != NULL)
        tell_linef(cli->out, "decision", "%s%s%s",
                   json_text(decision, "status"),
                   json_text(decision, "until") == NULL ? "" : " until ",
                   tell_time(json_text(decision, "until"), a));
}

/* There is nothing to count. */
static void say_why_not(struct cli *cli, const json_t *proposal)
{
    const json_t *broken = json_map(proposal, "break");
    const char *status = json_text(proposal, "status");
    char time[TELL_TIME_SIZE];

    if (strcmp(status, "broken") == 0)
        tell_linef(cli->out, "because",
                   "%s broke the silence at %s: \"%s\" The text may be amended "
                   "and circulated again.",
                   json_text(broken, "by"),
                   tell_time(json_text(broken, "at"), time),
                   json_text(broken, "reason"));
    else if (strcmp(status, "draft") == 0)
        tell_line(cli->out, "because",
                  "It has not been opened for votes; its text may still be "
                  "amended.");
    else
        tell_line(cli->out, "because", "It was withdrawn or lapsed undecided.");
}

static void say(struct cli *cli, const struct desk *desk,
                const json_t *proposal, const struct account *account)
{
    json_t *positions;

    say_head(cli, desk, proposal);
    if (!account->counted) {
        say_why_not(cli, proposal);
        return;
    }
    positions = positions_of(account);
    tell_heading(cli->out, "The votes");
    tell_positions(cli->out, positions);
    json_decref(positions);
    say_rule(cli, account, proposal);
    say_result(cli, account);
    say_since(cli, decision_of(desk, proposal));
}

static json_t *explain_as_json(const struct desk *desk, const json_t *proposal,
                               const struct account *account)
{
    static const char *const copied[] = {"id",        "title",     "by",
                                         "matter",    "status",    "opened_at",
                                         "closes_at", "decided_at"};
    json_t *json = account->counted ? account_json(account) : json_object();
    json_t *decision = (json_t *)decision_of(desk, proposal);

    for (size_t i = 0; i < sizeof copied / sizeof *copied; i++) {
        json_t *value = json_object_get(proposal, copied[i]);

        if (value != NULL)
            json_set_new(json, copied[i], json_incref(value));
    }
    if (account->counted)
        json_set_new(json, "positions", positions_of(account));
    if (json_map(proposal, "break") != NULL)
        json_set_new(json, "break",
                     json_incref(json_object_get(proposal, "break")));
    if (decision != NULL)
        json_set_new(json, "decision", json_incref(decision));
    return json;
}

int cmd_explain(struct cli *cli, int argc, char **argv)
{
    struct options options = {0};
    struct words words;
    struct desk desk;
    struct why why;
    struct account account;
    const json_t *proposal;
    int status = options_read(cli, &options, argc, argv, 1, 1, &words);

    if (status != OPTIONS_GO_ON)
        return status;
    if (desk_open(cli, SESSION_READ, &desk, &why) != ERR_NONE)
        return cli_fail(cli, &why);
    proposal = state_get(desk.state, "proposal", words.item[0]);
    if (proposal == NULL) {
        fail(&why, ERR_ABSENT, "there is no proposal %s", words.item[0]);
        return desk_fail(cli, &desk, &why);
    }
    if (account_of(&desk, proposal, &account, &why) != ERR_NONE)
        return desk_fail(cli, &desk, &why);
    if (cli->json)
        desk_print_json(cli, &desk, explain_as_json(&desk, proposal, &account));
    else
        say(cli, &desk, proposal, &account);
    account_clear(&account);
    desk_close(&desk);
    return 0;
}
