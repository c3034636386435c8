#include "cli/account.h"

#include "base/json.h"
#include "cli/tell.h"
#include "rule/explain.h"

#include <string.h>

/*
 * The charter of the day: amendments that entered into force later do not
 * judge what was decided before.
 */

/* The amendment that governed before an entry, if any, and whether one came
 * into force after it. */
static const json_t *governing(struct state *state, int64_t entry, bool *later)
{
    size_t count;
    const char **id = state_ids(state, "amendment", &count);
    const json_t *best = NULL;

    *later = false;
    for (size_t i = 0; i < count; i++) {
        const json_t *doc = state_get(state, "amendment", id[i]);
        int64_t at = json_int(doc, "in_force_entry", -1);

        if (at < 0)
            continue;
        if (at > entry)
            *later = true;
        else if (best == NULL || json_int(best, "in_force_entry", -1) < at)
            best = doc;
    }
    mem_free(id);
    return best;
}

static enum err charter_of_the_day(const struct desk *desk, int64_t entry,
                                   struct charter **charter, struct why *why)
{
    bool later;
    const json_t *amendment = governing(desk->state, entry, &later);
    const char *text = json_text(amendment, "text");
    struct reading founding;
    enum err err;

    *charter = NULL;
    if (!later)
        return ERR_NONE;
    if (text != NULL)
        return charter_parse("charter", text, strlen(text), charter, why);
    TRY(reading_open(desk->log, 0, &founding, why));
    text = json_text(founding.body, "charter");
    err = charter_parse("charter", text == NULL ? "" : text,
                        text == NULL ? 0 : strlen(text), charter, why);
    reading_close(&founding);
    return err;
}

/*
 * Counting.
 */

/* The notification of the outcome; one that is due but not yet in the log
 * stands in no entry, and the ballots are still as they were. */
static enum err recount(const struct desk *desk, const json_t *proposal,
                        struct account *account, struct why *why)
{
    int64_t entry = json_int(proposal, "outcome_entry", -1);
    const struct charter *charter = desk->charter;
    const json_t *kept = json_map(proposal, "positions");
    struct reading outcome;
    enum err err;

    TRY(charter_of_the_day(desk, entry, &account->charter, why));
    if (account->charter != NULL)
        charter = account->charter;
    if ((uint64_t)entry >= log_size(desk->log))
        return tally_count(desk->state, charter, proposal, true, true,
                           &account->tally, why);
    if (kept != NULL) /* too many for the entry */
        return tally_recount(desk->state, charter, proposal, kept,
                             &account->tally, why);
    TRY(reading_open(desk->log, (uint64_t)entry, &outcome, why));
    err = tally_recount(desk->state, charter, proposal,
                        json_map(outcome.body, "positions"), &account->tally,
                        why);
    reading_close(&outcome);
    return err;
}

enum err account_of(const struct desk *desk, const json_t *proposal,
                    struct account *account, struct why *why)
{
    const char *status = json_text(proposal, "status");
    enum err err = ERR_NONE;

    memset(account, 0, sizeof *account);
    if (strcmp(status, "open") == 0) {
        err = tally_count(desk->state, desk->charter, proposal, false, true,
                          &account->tally, why);
    } else if (strcmp(status, "adopted") == 0 ||
               strcmp(status, "rejected") == 0) {
        account->closed = true;
        err = recount(desk, proposal, account, why);
    } else {
        return ERR_NONE;
    }
    account->counted = err == ERR_NONE;
    if (err != ERR_NONE)
        account_clear(account);
    return err;
}

void account_clear(struct account *account)
{
    if (account->counted)
        tally_clear(&account->tally);
    charter_close(account->charter);
    memset(account, 0, sizeof *account);
}

static void add_distance(const struct rule_distance *distance, const char *what,
                         struct buf *out)
{
    if (distance->possible && distance->fewest > 0)
        buf_addf(out, "%s%zu %s", out->len > 0 ? ", " : "", distance->fewest,
                 what);
}

void account_brief(const struct account *account, struct buf *out)
{
    const struct rule_result *result = &account->tally.result;
    struct buf distance = {0};

    if (!account->counted)
        return;
    if (result->outcome == OUTCOME_OPEN) {
        add_distance(&result->to_adopt, "more yes adopt it", &distance);
        add_distance(&result->to_block, "against block it", &distance);
    }
    buf_add_text(out, outcome_word(result->outcome));
    if (!account->closed && result->outcome != OUTCOME_OPEN)
        buf_add_text(out, ", whatever the others do");
    if (distance.len > 0)
        buf_addf(out, ": %s", buf_text(&distance));
    buf_clear(&distance);
}

json_t *account_json(const struct account *account)
{
    return account->counted
               ? explain_json(account->tally.program, &account->tally.result)
               : NULL;
}
