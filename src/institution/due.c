/*
 * due.c - what follows by rule or by time: every kind of notification.
 *
 * A notification is computed from the state, written to the log, and folded;
 * whoever replays the log computes it again and compares. docs/notifications.md
 * lists their fields.
 */
#include "institution/scene.h"

#include "base/mem.h"
#include "rule/explain.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * Entry into force: everyone who consented by the k-th deposit is a party;
 * whoever consented later has a deadline of its own. VCLT 24.
 */

/* Members that enter with the charter, sorted; owns: caller, json_decref. */
static json_t *entering(struct state *state)
{
    json_t *codes = json_array();
    size_t count;
    const char **code = state_ids(state, "member", &count);
    struct when at;

    for (size_t i = 0; i < count; i++)
        if (member_is(state, code[i], STATUS_CONSENTED) &&
            !when_at(member_get(state, code[i]), "enters_at", &at))
            json_array_append_new(codes, json_string(code[i]));
    mem_free(code);
    return codes;
}

static json_t *compute_force(const struct scene *scene, const char *id)
{
    (void)id;
    return json_pack("{s:s,s:o,s:I}", "kind", "entry-into-force", "parties",
                     entering(scene->state), "version",
                     (json_int_t)scene->charter->version);
}

static void fold_force(const struct scene *scene, const char *id)
{
    const json_t *parties = json_list(scene->body, "parties");

    (void)id;
    set_when(coalition_edit(scene->state), "in_force_at", scene->now);
    for (size_t i = 0; i < json_array_size(parties); i++)
        member_enter(scene, json_string_value(json_array_get(parties, i)));
    presidency_begin(scene, scene->charter);
}

/* Notifications about one state. */
static json_t *about_state(const char *kind, const char *code)
{
    return json_pack("{s:s,s:s}", "kind", kind, "state", code);
}

static json_t *compute_party(const struct scene *scene, const char *code)
{
    (void)scene;
    return about_state("party", code);
}

static json_t *compute_withdrawal(const struct scene *scene, const char *code)
{
    (void)scene;
    return about_state("withdrawn", code);
}

static json_t *compute_provisional(const struct scene *scene, const char *code)
{
    (void)scene;
    return about_state("provisional-ended", code);
}

static void fold_provisional_due(const struct scene *scene, const char *code)
{
    json_object_del(member_edit(scene->state, code), "provisional");
}

/*
 * Tacit acceptance of a reservation by whoever could object and did not;
 * states that consent later are taken to accept it by consenting without an
 * objection (relations.c). VCLT 20(5).
 */

static json_t *compute_tacit(const struct scene *scene, const char *id)
{
    const json_t *doc = state_get(scene->state, "reservation", id);
    json_t *states = json_array();
    size_t count;
    const char **code = state_ids(scene->state, "member", &count);

    for (size_t i = 0; i < count; i++)
        if (member_is_contracting(scene->state, code[i]) &&
            strcmp(code[i], json_text(doc, "by")) != 0 &&
            json_object_get(json_map(doc, "objections"), code[i]) == NULL &&
            json_object_get(json_map(doc, "acceptances"), code[i]) == NULL)
            json_array_append_new(states, json_string(code[i]));
    mem_free(code);
    return json_pack("{s:s,s:s,s:o}", "kind", "reservation-accepted",
                     "reservation", id, "states", states);
}

static void fold_tacit(const struct scene *scene, const char *id)
{
    json_t *acceptances = json_object_get(
        state_edit(scene->state, "reservation", id), "acceptances");
    const json_t *states = json_list(scene->body, "states");

    for (size_t i = 0; i < json_array_size(states); i++)
        json_set_new(acceptances, json_string_value(json_array_get(states, i)),
                     json_pack("{s:o,s:s}", "at", json_when(scene->now), "how",
                               "tacit"));
}

/*
 * A proposal opens by itself.
 */

static json_t *compute_opening(const struct scene *scene, const char *id)
{
    const json_t *proposal = state_get(scene->state, "proposal", id);
    bool decidable = proposal_rule(scene, proposal) != NULL;

    return json_pack("{s:s,s:s,s:s,s:I}", "kind",
                     decidable ? "opened" : "proposal-lapsed", "proposal", id,
                     "sha256", json_text(proposal, "sha256"), "version",
                     (json_int_t)json_int(proposal, "version", 1));
}

static void fold_opening_due(const struct scene *scene, const char *id)
{
    if (proposal_rule(scene, state_get(scene->state, "proposal", id)) != NULL) {
        proposal_open(scene, id);
        return;
    }
    json_set_text(state_edit(scene->state, "proposal", id), "status",
                  PROPOSAL_WITHDRAWN);
    set_when(state_edit(scene->state, "proposal", id), "decided_at",
             scene->now);
    docket_drop(scene->state, id);
}

/*
 * A vote closes: adopted or rejected by its rule, with the whole tally, so
 * that a proof of this entry proves the outcome.
 */

static json_t *positions_of(const struct tally *tally)
{
    json_t *positions = json_object();

    for (size_t i = 0; i < roster_count(tally->roster); i++)
        json_set_text(positions, roster_code(tally->roster, i),
                      position_word(tally->result.position[i]));
    return positions;
}

static json_t *duties_of(const struct rule *rule, const struct tally *tally)
{
    json_t *duties = json_object();

    for (size_t i = 0; i < roster_count(tally->roster); i++) {
        const char *duty = rule->effects.duty[tally->result.position[i]];

        if (duty != NULL)
            json_set_text(duties, roster_code(tally->roster, i), duty);
    }
    return duties;
}

/* How long it stands: the proposal's word, else the matter's. */
static bool ends_at(const struct scene *scene, const json_t *proposal,
                    struct when *until)
{
    const struct charter_matter *matter =
        charter_matter(scene->charter, json_text(proposal, "matter"));
    struct period none = {0};
    struct period period = period_at(
        proposal, "duration", matter->has_duration ? matter->duration : none);

    if (json_text(proposal, "duration") == NULL && !matter->has_duration)
        return false;
    *until = when_after(scene->now, period);
    return true;
}

/* Copy the fields that are there. */
static void copy_fields(const json_t *from, const char *const *field,
                        size_t count, json_t *to)
{
    for (size_t i = 0; i < count; i++) {
        const json_t *value = json_object_get(from, field[i]);

        if (value != NULL)
            json_set_new(to, field[i], json_deep_copy(value));
    }
}

/* What it does to the record, or why it cannot any more. */
static void add_effect(const struct scene *scene, const json_t *proposal,
                       json_t *notification)
{
    const json_t *effect = json_map(proposal, "effect");
    struct why why;

    if (effect == NULL)
        return;
    json_set_new(notification, "effect", json_deep_copy(effect));
    if (effect_judge(scene, effect, json_text(proposal, "matter"), true,
                     &why) != ERR_NONE)
        json_set_text(notification, "effect_lapsed", err_name(why.code));
}

/* The account in numbers. Words are made from them when they are shown: a log
 * must hold whatever wording later versions choose. */
static json_t *clauses_of(const struct tally *tally)
{
    json_t *account = explain_json(tally->program, &tally->result);
    json_t *clauses = json_incref(json_object_get(account, "clauses"));

    for (size_t i = 0; i < json_array_size(clauses); i++)
        json_object_del(json_array_get(clauses, i), "text");
    json_decref(account);
    return clauses;
}

static void add_outcome(const struct scene *scene, const json_t *proposal,
                        struct tally *tally, json_t *notification)
{
    /* With the text, what was asked and of whom. */
    static const char *const asked[] = {"subject", "groups", "annex"};
    const struct rule *rule = proposal_rule(scene, proposal);
    struct when until;

    copy_fields(proposal, asked, sizeof asked / sizeof *asked, notification);
    json_set_new(notification, "positions", positions_of(tally));
    json_set_new(notification, "clauses", clauses_of(tally));
    if (tally->result.outcome != OUTCOME_ADOPTED)
        return;
    json_set_new(notification, "bound",
                 tally_codes(tally, &tally->result.bound));
    json_set_new(notification, "exempt",
                 tally_codes(tally, &tally->result.exempt));
    json_set_new(notification, "duty", duties_of(rule, tally));
    json_set_flag(notification, "opt_in", rule->effects.opt_in);
    if (ends_at(scene, proposal, &until))
        set_when(notification, "until", until);
    add_effect(scene, proposal, notification);
}

/* Who was asked to vote has not been asked to object, nor the reverse: silence
 * where an amended charter has changed the procedure says nothing. */
static enum err judge_procedure(const struct scene *scene,
                                const json_t *proposal, struct why *why)
{
    if (proposal_rule(scene, proposal) == NULL ||
        proposal_is_silence(scene, proposal) == json_flag(proposal, "silence"))
        return ERR_NONE;
    return fail(why, ERR_STATE, "the charter now decides matter '%s' by %s",
                json_text(proposal, "matter"),
                json_flag(proposal, "silence") ? "vote, not by silence"
                                               : "silence, not by vote");
}

static json_t *compute_closing(const struct scene *scene, const char *id)
{
    const json_t *proposal = state_get(scene->state, "proposal", id);
    struct tally tally;
    struct why why;
    json_t *notification;

    if (judge_procedure(scene, proposal, &why) != ERR_NONE ||
        tally_count(scene->state, scene->charter, proposal, true, false, &tally,
                    &why) != ERR_NONE)
        return json_pack("{s:s,s:s,s:s}", "kind", "proposal-lapsed", "proposal",
                         id, "reason", err_name(why.code));
    notification = json_pack(
        "{s:s,s:s,s:s,s:s,s:s,s:s,s:I}", "kind",
        tally.result.outcome == OUTCOME_ADOPTED ? "adopted" : "rejected",
        "proposal", id, "title", json_text(proposal, "title"), "matter",
        json_text(proposal, "matter"), "rule",
        proposal_rule(scene, proposal)->name, "sha256",
        json_text(proposal, "sha256"), "version",
        (json_int_t)json_int(proposal, "version", 1));
    add_outcome(scene, proposal, &tally, notification);
    tally_clear(&tally);
    return notification;
}

/* DECISION_COPIED: what a decision keeps of the notification. */
static const char *const decision_copied[] = {
    "title",  "matter", "rule",   "sha256", "version",       "bound",
    "exempt", "duty",   "opt_in", "until",  "effect_lapsed",
};

static void put_decision(const struct scene *scene, const char *id,
                         const json_t *proposal)
{
    json_t *decision = json_pack(
        "{s:s,s:s,s:s,s:o,s:I,s:{}}", "id", id, "status", "in force", "by",
        json_text(proposal, "by"), "adopted_at", json_when(scene->now), "entry",
        (json_int_t)scene->index, "opted_in");
    struct when until;

    copy_fields(scene->body, decision_copied,
                sizeof decision_copied / sizeof *decision_copied, decision);
    state_put(scene->state, "decision", id, decision);
    if (when_at(decision, "until", &until))
        agenda_add(scene->state, until, "decision-lapse", id);
}

static void fold_closing_due(const struct scene *scene, const char *id)
{
    json_t *proposal = state_edit(scene->state, "proposal", id);
    const char *kind = json_text(scene->body, "kind");
    const json_t *positions = json_map(scene->body, "positions");
    const json_t *effect = json_map(proposal, "effect");

    set_when(proposal, "decided_at", scene->now);
    json_set_int(proposal, "outcome_entry", (int64_t)scene->index);
    docket_drop(scene->state, id);
    if (positions != NULL && notification_is_cut(scene->body))
        json_set_new(proposal, "positions", json_deep_copy(positions));
    if (strcmp(kind, "adopted") != 0) {
        json_set_text(proposal, "status",
                      strcmp(kind, "rejected") == 0 ? PROPOSAL_REJECTED
                                                    : PROPOSAL_WITHDRAWN);
        return;
    }
    json_set_text(proposal, "status", PROPOSAL_ADOPTED);
    put_decision(scene, id, proposal);
    if (effect != NULL && json_text(scene->body, "effect_lapsed") == NULL)
        effect_fold(scene, id, effect);
}

/*
 * A silence procedure was broken.
 */

static json_t *compute_break(const struct scene *scene, const char *id)
{
    const json_t *proposal = state_get(scene->state, "proposal", id);
    const json_t *broken = json_map(proposal, "break");

    return json_pack("{s:s,s:s,s:s,s:s,s:s,s:I}", "kind", "silence-broken",
                     "proposal", id, "by", json_text(broken, "by"), "reason",
                     json_text(broken, "reason"), "sha256",
                     json_text(proposal, "sha256"), "version",
                     (json_int_t)json_int(proposal, "version", 1));
}

static void fold_break(const struct scene *scene, const char *id)
{
    json_t *proposal = state_edit(scene->state, "proposal", id);

    json_set_text(proposal, "status", PROPOSAL_BROKEN);
    json_set_int(proposal, "broken_version", json_int(proposal, "version", 1));
    json_set_int(proposal, "outcome_entry", (int64_t)scene->index);
    set_when(proposal, "decided_at", scene->now);
}

static json_t *compute_lapse(const struct scene *scene, const char *id)
{
    (void)scene;
    return json_pack("{s:s,s:s}", "kind", "decision-lapsed", "decision", id);
}

static void fold_lapse(const struct scene *scene, const char *id)
{
    json_set_text(state_edit(scene->state, "decision", id), "status", "lapsed");
}

/*
 * The presidency passes by calendar. Whoever is no party when its turn comes
 * is passed over; so is one that ceases to be while it presides.
 */

/* The holder of the n-th term (from 1) when the turns of the states that are
 * no party are given to the next; NULL when none is. */
static const char *president(const struct scene *scene, size_t term)
{
    const struct charter *charter = scene->charter;

    for (size_t i = 0; i < charter->presidents; i++) {
        const char *code =
            charter->presidency[(term - 1 + i) % charter->presidents];

        if (member_is(scene->state, code, STATUS_PARTY))
            return code;
    }
    return NULL;
}

static size_t term_number(const char *id)
{
    return (size_t)strtoull(id, NULL, 10);
}

static const json_t *presidency_of(const struct scene *scene)
{
    return json_map(coalition_get(scene->state), "presidency");
}

void presidency_begin(const struct scene *scene, const struct charter *charter)
{
    struct when at = scene->now;

    if (charter->presidents == 0 || presidency_of(scene) != NULL)
        return;
    if (charter->has_presidency_from && charter->presidency_from.s > at.s)
        at = charter->presidency_from;
    agenda_drop(scene->state, "presidency", "1");
    agenda_add(scene->state, at, "presidency", "1");
}

void presidency_fill(const struct scene *scene)
{
    const json_t *presidency = presidency_of(scene);
    size_t term = (size_t)json_int(presidency, "term", 1);
    struct when until;
    char id[32];

    if (presidency == NULL || scene->charter->presidents == 0 ||
        member_is(scene->state, presidency_holder(scene->state),
                  STATUS_PARTY) ||
        president(scene, term) == NULL ||
        !when_at(presidency, "until", &until) || until.s <= scene->now.s)
        return;
    snprintf(id, sizeof id, "%zu", term);
    agenda_drop(scene->state, "presidency", id);
    agenda_add(scene->state, scene->now, "presidency", id);
}

/* Is it what is left of the present term that is given to another? */
static bool is_present_term(const struct scene *scene, const char *id)
{
    return json_int(presidency_of(scene), "term", 0) ==
           (int64_t)term_number(id);
}

static json_t *compute_presidency(const struct scene *scene, const char *id)
{
    const char *holder = scene->charter->presidents == 0
                             ? NULL
                             : president(scene, term_number(id));
    struct when until = when_after(scene->now, scene->charter->presidency_term);
    json_t *notification = json_pack("{s:s,s:I}", "kind", "presidency", "term",
                                     (json_int_t)term_number(id));

    if (holder != NULL)
        json_set_text(notification, "holder", holder);
    if (is_present_term(scene, id))
        when_at(presidency_of(scene), "until", &until);
    set_when(notification, "until", until);
    return notification;
}

static void fold_presidency(const struct scene *scene, const char *id)
{
    bool present = is_present_term(scene, id);
    json_t *presidency = json_pack(
        "{s:o,s:s,s:I}", "from", json_when(scene->now), "until",
        json_text(scene->body, "until"), "term", (json_int_t)term_number(id));
    char next[32];
    struct when until = {0};

    if (json_text(scene->body, "holder") != NULL)
        json_set_text(presidency, "holder", json_text(scene->body, "holder"));
    json_set_new(coalition_edit(scene->state), "presidency", presidency);
    when_at(scene->body, "until", &until);
    snprintf(next, sizeof next, "%zu", term_number(id) + 1);
    if (scene->charter->presidents == 0)
        json_object_del(coalition_edit(scene->state), "presidency");
    else if (!present && until.s > scene->now.s)
        agenda_add(scene->state, until, "presidency", next);
}

/* DUE: what, how it is computed, what it does. */
static const struct due_kind kinds[] = {
    {"entry-into-force", compute_force, fold_force},
    {"party", compute_party, member_enter},
    {"withdrawal", compute_withdrawal, member_leave},
    {"provisional-end", compute_provisional, fold_provisional_due},
    {"reservation-accepted", compute_tacit, fold_tacit},
    {"amendment-in-force", amendment_compute, amendment_enter},
    {"opening", compute_opening, fold_opening_due},
    {"closing", compute_closing, fold_closing_due},
    {"break", compute_break, fold_break},
    {"decision-lapse", compute_lapse, fold_lapse},
    {"presidency", compute_presidency, fold_presidency},
};

const struct due_kind *due_kind_find(const char *what)
{
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (strcmp(kinds[i].what, what) == 0)
            return &kinds[i];
    return NULL;
}
