/*
 * ballot.c - taking a position: ballots, objections, receipts, proxies.
 *
 * Follows docs/council.md, procedures 7 and 9.
 */
#include "institution/handlers.h"

#include "base/mem.h"

#include <string.h>

/* Each is looked up whenever proxies are counted. */
enum { PROXY_PROPOSALS_MAX = 100 };

/* The state for which the ballot is: the signer's, or the one whose proxy it
 * uses. */
static const char *voter(const struct scene *scene)
{
    const char *other = json_text(scene->body, "for");

    return other == NULL ? scene->by : other;
}

/*
 * 7. A ballot.
 */

static enum err refuse_position(const char *word, const struct rule *rule,
                                unsigned allowed, struct why *why)
{
    struct buf words = {0};

    for (int p = 0; p < POSITION_COUNT; p++)
        if ((allowed & POSITION_BIT(p)) != 0)
            buf_addf(&words, "%s%s", words.len > 0 ? ", " : "",
                     position_word((enum position)p));
    fail(why, ERR_INPUT,
         "ballot: position '%s' cannot be taken "
         "under rule '%s'; expected one of: %s",
         word, rule->name, buf_text(&words));
    buf_clear(&words);
    return ERR_INPUT;
}

static enum err judge_position(const struct scene *scene,
                               const json_t *proposal, struct why *why)
{
    const char *word = json_text(scene->body, "position");
    const struct rule *rule = proposal_rule(scene, proposal);
    const struct charter_matter *matter =
        charter_matter(scene->charter, json_text(proposal, "matter"));
    enum position position = POSITION_YES;
    unsigned allowed = POSITION_BIT(POSITION_YES) | POSITION_BIT(POSITION_NO) |
                       POSITION_BIT(POSITION_ABSTAIN);

    if (rule == NULL)
        return fail(why, ERR_STATE,
                    "ballot: the charter has no rule for "
                    "matter '%s' any more",
                    json_text(proposal, "matter"));
    if (!position_parse(slice_of(word), &position))
        return fail(why, ERR_INPUT, "ballot: unknown position '%s'", word);
    allowed |= rule->mentions & (POSITION_BIT(POSITION_STAND_ASIDE) |
                                 POSITION_BIT(POSITION_OBJECT));
    if (rule->procedure.is_silence)
        allowed = POSITION_BIT(POSITION_OBJECT) | POSITION_BIT(POSITION_YES);
    if (matter->opt_out)
        allowed |= POSITION_BIT(POSITION_OUT);
    if ((allowed & POSITION_BIT(position)) == 0)
        return refuse_position(word, rule, allowed, why);
    if (position == POSITION_OBJECT && rule->procedure.is_silence &&
        rule->procedure.break_written && json_text(scene->body, "text") == NULL)
        return fail(why, ERR_INPUT,
                    "ballot: an objection to silence must be "
                    "written: field 'text'");
    return ERR_NONE;
}

static bool is_proxy_valid(const json_t *proxy, const char *proposal,
                           struct when now)
{
    const json_t *only = json_list(proxy, "proposals");
    struct when until;

    return proxy != NULL && (only == NULL || list_has(only, proposal)) &&
           !(when_at(proxy, "until", &until) && now.s >= until.s);
}

static enum err judge_proxy_use(const struct scene *scene,
                                const json_t *proposal, struct why *why)
{
    const char *state = voter(scene);
    const json_t *ballot =
        json_object_get(json_map(proposal, "ballots"), state);
    const json_t *proxy;

    if (strcmp(state, scene->by) == 0)
        return ERR_NONE;
    if (scene->charter->proxies_held == 0)
        return fail(why, ERR_STATE, "ballot: the charter allows no proxies");
    proxy = json_object_get(
        json_map(member_get(scene->state, state), "proxies"), scene->by);
    if (!is_proxy_valid(proxy, json_text(proposal, "id"), scene->now))
        return fail(why, ERR_AUTHORITY,
                    "ballot: %s holds no proxy of %s for "
                    "proposal %s",
                    scene->by, state, json_text(proposal, "id"));
    if (ballot != NULL && json_text(ballot, "proxy") == NULL)
        return fail(why, ERR_AUTHORITY, "ballot: %s has voted itself", state);
    return ERR_NONE;
}

/* A late objection to silence is recorded without effect; any other ballot
 * after the deadline is refused. */
static bool is_late_objection(const struct scene *scene, const json_t *proposal)
{
    const char *position = json_text(scene->body, "position");

    return proposal_is(proposal, PROPOSAL_ADOPTED) &&
           proposal_is_silence(scene, proposal) &&
           strcmp(position, "object") == 0;
}

static enum err need_on_roster(const struct scene *scene,
                               const json_t *proposal, const char *code,
                               struct why *why)
{
    if (!list_has(json_list(proposal, "roster"), code))
        return fail(why, ERR_AUTHORITY,
                    "%s: %s was no party when proposal "
                    "%s was opened",
                    scene->kind, code, json_text(proposal, "id"));
    return ERR_NONE;
}

static enum err judge_voter(const struct scene *scene, const json_t *proposal,
                            struct why *why)
{
    const char *state = voter(scene);

    TRY(need_on_roster(scene, proposal, state, why));
    if (!member_is(scene->state, state, STATUS_PARTY))
        return fail(why, ERR_AUTHORITY, "ballot: %s has status '%s'", state,
                    member_status(scene->state, state));
    return judge_proxy_use(scene, proposal, why);
}

/* Is a state what a rule calls by this name: itself, a group in which it
 * always stands, or one that the proposal fills? */
static bool is_called(const struct scene *scene, const json_t *proposal,
                      const char *code, const char *name)
{
    const json_t *groups = json_map(proposal, "groups");

    if (strcmp(name, "subject") == 0)
        return list_has(json_list(proposal, "subject"), code);
    return strcmp(name, code) == 0 ||
           list_has(json_list(member_get(scene->state, code), "groups"),
                    name) ||
           list_has(json_list(groups, name), code);
}

enum err proposal_judge_breaker(const struct scene *scene,
                                const json_t *proposal, const char *code,
                                struct why *why)
{
    const char *breaker = proposal_rule(scene, proposal)->procedure.breaker;

    TRY(need_on_roster(scene, proposal, code, why));
    if (breaker == NULL || strcmp(breaker, "any") == 0 ||
        is_called(scene, proposal, code, breaker))
        return ERR_NONE;
    return fail(why, ERR_AUTHORITY,
                "%s: only '%s' may break "
                "this silence",
                scene->kind, breaker);
}

/* A ballot stands where the charter does not let it be changed, but one that
 * another cast for the state gives way to its own. */
static enum err judge_change(const struct scene *scene, const json_t *proposal,
                             struct why *why)
{
    const json_t *ballot =
        json_object_get(json_map(proposal, "ballots"), voter(scene));
    bool own = strcmp(voter(scene), scene->by) == 0;

    if (scene->charter->ballots_change || ballot == NULL ||
        (own && json_text(ballot, "proxy") != NULL))
        return ERR_NONE;
    return fail(why, ERR_STATE,
                "ballot: %s has voted; the charter does "
                "not let a ballot be changed",
                voter(scene));
}

enum err judge_ballot(const struct scene *scene, struct why *why)
{
    const json_t *proposal;
    int64_t version = json_int(scene->body, "version", 0);

    TRY(proposal_need(scene, why));
    proposal = proposal_named(scene);
    if (!proposal_is(proposal, PROPOSAL_OPEN) &&
        !is_late_objection(scene, proposal))
        return fail(why, ERR_STATE,
                    "ballot: proposal %s is %s; it is not open "
                    "for votes",
                    json_text(proposal, "id"), json_text(proposal, "status"));
    if (version != 0 && version != json_int(proposal, "version", 0))
        return fail(why, ERR_STATE,
                    "ballot: the text open for votes is "
                    "version %lld, not %lld",
                    (long long)json_int(proposal, "version", 0),
                    (long long)version);
    TRY(judge_position(scene, proposal, why));
    TRY(judge_voter(scene, proposal, why));
    if (proposal_is_silence(scene, proposal) &&
        strcmp(json_text(scene->body, "position"), "object") == 0)
        TRY(proposal_judge_breaker(scene, proposal, voter(scene), why));
    return judge_change(scene, proposal, why);
}

static json_t *new_ballot(const struct scene *scene)
{
    const char *text = json_text(scene->body, "text");
    json_t *ballot = json_pack("{s:s,s:o,s:s,s:I}", "position",
                               json_text(scene->body, "position"), "at",
                               json_when(scene->now), "officer", scene->officer,
                               "entry", (json_int_t)scene->index);

    if (json_text(scene->body, "for") != NULL &&
        strcmp(voter(scene), scene->by) != 0)
        json_set_text(ballot, "proxy", scene->by);
    if (text != NULL)
        json_set_text(ballot, "text", text);
    return ballot;
}

void fold_ballot(const struct scene *scene)
{
    json_t *proposal = proposal_named_edit(scene);
    json_t *ballots = json_object_get(proposal, "ballots");
    json_t *ballot = new_ballot(scene);
    const char *text = json_text(scene->body, "text");

    if (!proposal_is(proposal, PROPOSAL_OPEN)) {
        json_t *late = json_object_get(proposal, "late");

        if (late == NULL) {
            late = json_object();
            json_set_new(proposal, "late", late);
        }
        json_set_new(late, voter(scene), ballot);
        return;
    }
    json_set_new(ballots, voter(scene), ballot);
    if (proposal_is_silence(scene, proposal) &&
        strcmp(json_text(scene->body, "position"), "object") == 0)
        proposal_break(scene, json_text(proposal, "id"), voter(scene),
                       text == NULL ? "an objection was made" : text);
}

/* The break is a notification of its own, due at once. */
void proposal_break(const struct scene *scene, const char *id, const char *code,
                    const char *reason)
{
    json_t *proposal = state_edit(scene->state, "proposal", id);

    json_set_new(proposal, "break",
                 json_pack("{s:s,s:s,s:o}", "by", code, "reason", reason, "at",
                           json_when(scene->now)));
    agenda_drop(scene->state, "closing", id);
    agenda_add(scene->state, scene->now, "break", id);
}

/*
 * Explaining a vote, while it is open or after.
 */

enum err judge_explanation(const struct scene *scene, struct why *why)
{
    TRY(proposal_need(scene, why));
    if (json_object_get(json_map(proposal_named(scene), "ballots"),
                        scene->by) == NULL)
        return fail(why, ERR_STATE,
                    "explanation: %s has not voted on proposal "
                    "%s",
                    scene->by, json_text(scene->body, "proposal"));
    return ERR_NONE;
}

void fold_explanation(const struct scene *scene)
{
    json_t *explanations =
        json_object_get(proposal_named_edit(scene), "explanations");

    json_set_new(explanations, scene->by,
                 json_pack("{s:o,s:s,s:I}", "at", json_when(scene->now), "text",
                           json_text(scene->body, "text"), "entry",
                           (json_int_t)scene->index));
}

/*
 * A receipt: the text has been seen; silence will count.
 */

enum err judge_receipt(const struct scene *scene, struct why *why)
{
    const json_t *proposal;

    TRY(proposal_need(scene, why));
    proposal = proposal_named(scene);
    if (!proposal_is(proposal, PROPOSAL_OPEN) ||
        !proposal_is_silence(scene, proposal))
        return fail(why, ERR_STATE,
                    "receipt: proposal %s is not under silence "
                    "procedure now",
                    json_text(proposal, "id"));
    TRY(need_on_roster(scene, proposal, scene->by, why));
    if (json_object_get(json_map(proposal, "receipts"), scene->by) != NULL)
        return fail(why, ERR_STATE,
                    "receipt: %s has acknowledged proposal %s "
                    "already",
                    scene->by, json_text(proposal, "id"));
    return ERR_NONE;
}

void fold_receipt(const struct scene *scene)
{
    json_set_new(json_object_get(proposal_named_edit(scene), "receipts"),
                 scene->by, json_when(scene->now));
}

/*
 * 9. Proxies.
 */

/* Can it still be used? Not once its time is over, or all the proposals that
 * it is limited to are decided. */
static bool is_proxy_alive(const struct scene *scene, const json_t *proxy)
{
    const json_t *only = json_list(proxy, "proposals");
    struct when until;

    if (proxy == NULL ||
        (when_at(proxy, "until", &until) && scene->now.s >= until.s))
        return false;
    for (size_t i = 0; i < json_array_size(only); i++) {
        const json_t *proposal =
            state_get(scene->state, "proposal",
                      json_string_value(json_array_get(only, i)));

        if (proposal != NULL && (proposal_is(proposal, PROPOSAL_DRAFT) ||
                                 proposal_is(proposal, PROPOSAL_OPEN) ||
                                 proposal_is(proposal, PROPOSAL_BROKEN)))
            return true;
    }
    return only == NULL;
}

static size_t proxies_held(const struct scene *scene, const char *holder)
{
    size_t count;
    size_t held = 0;
    const char **code = state_ids(scene->state, "member", &count);

    for (size_t i = 0; i < count; i++) {
        const json_t *proxy = json_object_get(
            json_map(member_get(scene->state, code[i]), "proxies"), holder);

        held += strcmp(code[i], scene->by) != 0 && is_proxy_alive(scene, proxy);
    }
    mem_free(code);
    return held;
}

enum err judge_proxy(const struct scene *scene, struct why *why)
{
    const char *to = json_text(scene->body, "to");
    const json_t *only = json_list(scene->body, "proposals");
    struct when until;

    if (scene->charter->proxies_held == 0)
        return fail(why, ERR_STATE, "proxy: the charter allows no proxies");
    if (!member_is(scene->state, to, STATUS_PARTY) ||
        strcmp(to, scene->by) == 0)
        return fail(why, ERR_STATE,
                    "proxy: field 'to' must be another party, "
                    "not suspended");
    if (when_at(scene->body, "until", &until) && until.s <= scene->now.s)
        return fail(why, ERR_INPUT,
                    "proxy: field 'until' must be in the "
                    "future");
    if (only != NULL && (json_array_size(only) == 0 ||
                         json_array_size(only) > PROXY_PROPOSALS_MAX))
        return fail(why, ERR_LIMIT,
                    "proxy: field 'proposals' must name 1 to %d, or be left "
                    "out",
                    PROXY_PROPOSALS_MAX);
    for (size_t i = 0; i < json_array_size(only); i++) {
        const char *id = json_string_value(json_array_get(only, i));

        if (id == NULL || state_get(scene->state, "proposal", id) == NULL)
            return fail(why, ERR_ABSENT,
                        "proxy: field 'proposals[%zu]' must "
                        "be a proposal on record",
                        i);
    }
    if (proxies_held(scene, to) >= scene->charter->proxies_held)
        return fail(why, ERR_STATE,
                    "proxy: %s holds as many as the charter "
                    "allows (%zu)",
                    to, scene->charter->proxies_held);
    return ERR_NONE;
}

void fold_proxy(const struct scene *scene)
{
    json_t *proxy = json_pack("{s:o,s:I}", "from", json_when(scene->now),
                              "entry", (json_int_t)scene->index);
    const json_t *only = json_list(scene->body, "proposals");
    const char *until = json_text(scene->body, "until");

    if (only != NULL)
        json_set_new(proxy, "proposals", list_sorted(only));
    if (until != NULL)
        json_set_text(proxy, "until", until);
    json_set_new(
        json_object_get(member_edit(scene->state, scene->by), "proxies"),
        json_text(scene->body, "to"), proxy);
}

enum err judge_proxy_revocation(const struct scene *scene, struct why *why)
{
    const char *to = json_text(scene->body, "to");

    if (json_object_get(
            json_map(member_get(scene->state, scene->by), "proxies"), to) ==
        NULL)
        return fail(why, ERR_ABSENT,
                    "proxy-revocation: %s has given %s no "
                    "proxy",
                    scene->by, to);
    return ERR_NONE;
}

void fold_proxy_revocation(const struct scene *scene)
{
    json_object_del(
        json_object_get(member_edit(scene->state, scene->by), "proxies"),
        json_text(scene->body, "to"));
}
