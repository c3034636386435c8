/*
 * treaty.c - from signature to withdrawal: how a state becomes bound by the
 * charter and ceases to be.
 *
 * Follows docs/treaty.md, procedures 1 to 7. Source: Vienna Convention on the
 * Law of Treaties (VCLT), articles 10 to 25, 54 to 56, 65 to 68, 76 to 79.
 */
#include "institution/handlers.h"

#include "base/mem.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

/* MOVE(from, to): every change of status there is. */
static const struct {
    const char *from;
    const char *to;
} moves[] = {
    {STATUS_NONE, STATUS_SIGNATORY},      /* signature */
    {STATUS_NONE, STATUS_CONSENTED},      /* accession, definitive signature */
    {STATUS_SIGNATORY, STATUS_CONSENTED}, /* deposit */
    {STATUS_CONSENTED, STATUS_PARTY},     /* entry into force */
    {STATUS_CONSENTED, STATUS_SIGNATORY}, /* consent withdrawn before that */
    {STATUS_CONSENTED, STATUS_NONE},      /* the same, of an acceding state */
    {STATUS_PARTY, STATUS_SUSPENDED},     {STATUS_SUSPENDED, STATUS_PARTY},
    {STATUS_PARTY, STATUS_WITHDRAWN},     {STATUS_SUSPENDED, STATUS_WITHDRAWN},
    {STATUS_WITHDRAWN, STATUS_CONSENTED}, /* accession anew */
};

static bool may_move(const char *from, const char *to)
{
    for (size_t i = 0; i < sizeof moves / sizeof *moves; i++)
        if (strcmp(moves[i].from, from) == 0 && strcmp(moves[i].to, to) == 0)
            return true;
    return false;
}

void member_move(const struct scene *scene, const char *code,
                 const char *status)
{
    json_t *member = member_edit(scene->state, code);
    json_t *history = json_object_get(member, "history");

    assert(may_move(json_text(member, "status"), status)); /* judged */
    json_set_text(member, "status", status);
    json_array_append_new(history,
                          json_pack("{s:o,s:s,s:I}", "at",
                                    json_when(scene->now), "status", status,
                                    "entry", (json_int_t)scene->index));
    if (json_array_size(history) > HISTORY_MAX)
        json_array_remove(history, 0); /* the log has it */
}

/* 1. Signature. VCLT 10, 12, 18. */
enum err judge_signature(const struct scene *scene, struct why *why)
{
    const struct charter *charter = scene->charter;

    if (!member_is(scene->state, scene->by, STATUS_NONE))
        return fail(why, ERR_STATE,
                    "signature: %s has status '%s' and cannot "
                    "sign again (VCLT art. 10)",
                    scene->by, member_status(scene->state, scene->by));
    if (json_flag(member_get(scene->state, scene->by), "invited"))
        return fail(why, ERR_STATE,
                    "signature: %s did not negotiate the "
                    "charter; it may accede (VCLT art. 15)",
                    scene->by);
    if (charter->has_signature_until &&
        scene->now.s >= charter->signature_until.s) {
        char until[WHEN_TEXT_SIZE];

        when_format(charter->signature_until, until);
        return fail(why, ERR_STATE,
                    "signature: the charter was open for "
                    "signature until %s",
                    until);
    }
    return ERR_NONE;
}

/* When the k-th consent is there, the charter enters into force after the
 * delay; a later consent takes effect after its own. VCLT 24. */
static void consent(const struct scene *scene)
{
    struct state *state = scene->state;
    json_t *coalition = coalition_edit(state);
    int64_t deposits = json_int(coalition, "deposits", 0) + 1;
    struct when at = when_after(scene->now, scene->charter->delay);
    struct when force;

    member_move(scene, scene->by, STATUS_CONSENTED);
    set_when(member_edit(state, scene->by), "consented_at", scene->now);
    json_set_int(coalition, "deposits", deposits);
    if (when_at(coalition, "enters_at", &force)) {
        if (at.s < force.s)
            at = force;
        set_when(member_edit(state, scene->by), "enters_at", at);
        agenda_add(state, at, "party", scene->by);
    } else if ((size_t)deposits >= scene->charter->deposits) {
        set_when(coalition, "enters_at", at);
        agenda_add(state, at, "entry-into-force", "charter");
    }
}

void fold_signature(const struct scene *scene)
{
    member_move(scene, scene->by, STATUS_SIGNATORY);
    set_when(member_edit(scene->state, scene->by), "signed_at", scene->now);
    if (!json_flag(scene->body, "definitive"))
        return;
    json_set_text(member_edit(scene->state, scene->by), "consent_by",
                  scene->kind);
    consent(scene);
    reservations_at_signature(scene);
}

/* 2. Deposit of ratification, acceptance or approval. VCLT 14, 16, 23(2). */
static enum err judge_reservations(const struct scene *scene, struct why *why)
{
    const json_t *made = json_list(scene->body, "reservations");
    const json_t *confirmed = json_list(scene->body, "confirms");

    TRY(reservations_room(scene, json_array_size(made), why));
    for (size_t i = 0; i < json_array_size(made); i++) {
        const json_t *item = json_array_get(made, i);

        if (json_object_size(item) != 2 || json_text(item, "text") == NULL ||
            *json_text(item, "text") == '\0' ||
            json_text(item, "article") == NULL)
            return fail(why, ERR_INPUT,
                        "%s: field 'reservations[%zu]' must be "
                        "{\"article\":…,\"text\":…}",
                        scene->kind, i);
        TRY(reservation_may_be(scene, json_text(item, "article"), why));
    }
    for (size_t i = 0; i < json_array_size(confirmed); i++) {
        const char *id = json_string_value(json_array_get(confirmed, i));
        const json_t *old =
            id == NULL ? NULL : state_get(scene->state, "reservation", id);

        if (old == NULL || strcmp(json_text(old, "by"), scene->by) != 0 ||
            strcmp(json_text(old, "status"), "formulated") != 0)
            return fail(why, ERR_STATE,
                        "%s: field 'confirms[%zu]' must name a "
                        "reservation that %s formulated and has not confirmed "
                        "(VCLT art. 23(2))",
                        scene->kind, i, scene->by);
    }
    return ERR_NONE;
}

enum err judge_deposit(const struct scene *scene, struct why *why)
{
    if (!member_is(scene->state, scene->by, STATUS_SIGNATORY))
        return fail(why, ERR_STATE,
                    "%s: %s has status '%s'; only a signatory "
                    "deposits one (VCLT art. 14)",
                    scene->kind, scene->by,
                    member_status(scene->state, scene->by));
    return judge_reservations(scene, why);
}

void fold_deposit(const struct scene *scene)
{
    json_t *member = member_edit(scene->state, scene->by);

    json_set_text(member, "consent_by", scene->kind);
    if (json_text(scene->body, "instrument") != NULL)
        json_set_text(member, "instrument",
                      json_text(scene->body, "instrument"));
    consent(scene);
    reservations_at_consent(scene);
}

/* 3. Accession. VCLT 15. */
bool may_become_party(const struct scene *scene, const char *code)
{
    const struct charter *charter = scene->charter;
    bool may_sign = !charter->has_signature_until ||
                    scene->now.s < charter->signature_until.s;

    return charter->accession_open ||
           json_flag(member_get(scene->state, code), "invited") ||
           member_is(scene->state, code, STATUS_SIGNATORY) ||
           (member_is(scene->state, code, STATUS_NONE) && may_sign);
}

enum err judge_accession(const struct scene *scene, struct why *why)
{
    const json_t *member = member_get(scene->state, scene->by);

    if (member_is(scene->state, scene->by, STATUS_SIGNATORY))
        return fail(why, ERR_STATE,
                    "accession: %s has signed; it deposits a "
                    "ratification instead (VCLT art. 14)",
                    scene->by);
    if (!member_is(scene->state, scene->by, STATUS_NONE) &&
        !member_is(scene->state, scene->by, STATUS_WITHDRAWN))
        return fail(why, ERR_STATE,
                    "accession: %s has status '%s' and is "
                    "bound already (VCLT art. 15)",
                    scene->by, member_status(scene->state, scene->by));
    if (!scene->charter->accession_open && !json_flag(member, "invited"))
        return fail(why, ERR_STATE,
                    "accession: %s has not been invited by a "
                    "decision (VCLT art. 15)",
                    scene->by);
    return judge_reservations(scene, why);
}

void fold_accession(const struct scene *scene)
{
    fold_deposit(scene);
    json_object_del(member_edit(scene->state, scene->by), "invited");
}

/* 4. Provisional application. VCLT 25. */
enum err judge_provisional(const struct scene *scene, struct why *why)
{
    struct when until;

    if (!scene->charter->provisional)
        return fail(why, ERR_STATE,
                    "provisional-application: the charter does "
                    "not provide for it (VCLT art. 25(1))");
    if (!member_is(scene->state, scene->by, STATUS_SIGNATORY) &&
        !member_is(scene->state, scene->by, STATUS_CONSENTED))
        return fail(why, ERR_STATE,
                    "provisional-application: %s has status "
                    "'%s'; a signatory or consenting state may",
                    scene->by, member_status(scene->state, scene->by));
    if (json_map(member_get(scene->state, scene->by), "provisional") != NULL)
        return fail(why, ERR_STATE,
                    "provisional-application: %s applies the "
                    "charter provisionally already",
                    scene->by);
    if (when_at(scene->body, "until", &until) && until.s <= scene->now.s)
        return fail(why, ERR_INPUT,
                    "provisional-application: field 'until' "
                    "must be in the future");
    return ERR_NONE;
}

void fold_provisional(const struct scene *scene)
{
    json_t *provisional = json_pack("{s:o}", "from", json_when(scene->now));
    struct when until;

    if (when_at(scene->body, "until", &until)) {
        set_when(provisional, "until", until);
        agenda_add(scene->state, until, "provisional-end", scene->by);
    }
    json_set_new(member_edit(scene->state, scene->by), "provisional",
                 provisional);
}

enum err judge_provisional_end(const struct scene *scene, struct why *why)
{
    if (json_map(member_get(scene->state, scene->by), "provisional") == NULL)
        return fail(why, ERR_STATE,
                    "provisional-end: %s does not apply the "
                    "charter provisionally",
                    scene->by);
    return ERR_NONE;
}

void fold_provisional_end(const struct scene *scene)
{
    agenda_drop(scene->state, "provisional-end", scene->by);
    json_object_del(member_edit(scene->state, scene->by), "provisional");
}

/* 5. A state becomes a party: the charter is in force for it. */
void member_enter(const struct scene *scene, const char *code)
{
    json_t *member = member_edit(scene->state, code);

    member_move(scene, code, STATUS_PARTY);
    json_object_del(member, "enters_at");
    set_when(member, "party_at", scene->now);
    json_set_int(member, "version",
                 json_int(coalition_get(scene->state), "version", 1));
    agenda_drop(scene->state, "provisional-end", code);
    json_object_del(member, "provisional");
    presidency_fill(scene);
}

/* 6. Withdrawal. VCLT 54 to 56; before entry into force a consent may be
 * taken back at once, and does not count (VCLT 24). */
enum err judge_withdrawal(const struct scene *scene, struct why *why)
{
    const json_t *member = member_get(scene->state, scene->by);
    struct when at;

    if (when_at(member, "withdraws_at", &at))
        return fail(why, ERR_STATE, "withdrawal: %s has given notice already",
                    scene->by);
    if (member_is_bound(scene->state, scene->by) ||
        member_is(scene->state, scene->by, STATUS_CONSENTED))
        return ERR_NONE;
    return fail(why, ERR_STATE,
                "withdrawal: %s has status '%s'; there is no "
                "consent to withdraw",
                scene->by, member_status(scene->state, scene->by));
}

static int by_time(const void *a, const void *b)
{
    const struct when *left = a;
    const struct when *right = b;

    return (left->s > right->s) - (left->s < right->s);
}

/* The time of the k-th consent there is; false when there are fewer. */
static bool kth_consent(struct state *state, const char *const *code,
                        size_t count, size_t k, struct when *at)
{
    struct when *consented = mem_new(count + 1, sizeof *consented);
    size_t consents = 0;

    for (size_t i = 0; i < count; i++)
        if (member_is(state, code[i], STATUS_CONSENTED))
            consents += when_at(member_get(state, code[i]), "consented_at",
                                &consented[consents]);
    qsort(consented, consents, sizeof *consented, by_time);
    if (consents >= k)
        *at = consented[k - 1];
    mem_free(consented);
    return consents >= k;
}

/* The dates of entry into force anew, from the consents that are left. */
static void reschedule(const struct scene *scene)
{
    struct state *state = scene->state;
    struct period delay = scene->charter->delay;
    size_t count;
    const char **code = state_ids(state, "member", &count);
    struct when force = {0};
    bool enters =
        kth_consent(state, code, count, scene->charter->deposits, &force);

    agenda_drop(state, "entry-into-force", "charter");
    json_object_del(coalition_edit(state), "enters_at");
    if (enters) {
        force = when_after(force, delay);
        set_when(coalition_edit(state), "enters_at", force);
        agenda_add(state, force, "entry-into-force", "charter");
    }
    for (size_t i = 0; i < count; i++) {
        struct when at = {0};

        if (!member_is(state, code[i], STATUS_CONSENTED))
            continue;
        agenda_drop(state, "party", code[i]);
        json_object_del(member_edit(state, code[i]), "enters_at");
        when_at(member_get(state, code[i]), "consented_at", &at);
        at = when_after(at, delay);
        if (!enters || at.s <= force.s)
            continue;
        set_when(member_edit(state, code[i]), "enters_at", at);
        agenda_add(state, at, "party", code[i]);
    }
    mem_free(code);
}

static void take_consent_back(const struct scene *scene)
{
    struct state *state = scene->state;
    json_t *coalition = coalition_edit(state);
    json_t *member = member_edit(state, scene->by);
    bool acceded = strcmp(json_text(member, "consent_by"), "accession") == 0;

    member_move(scene, scene->by, acceded ? STATUS_NONE : STATUS_SIGNATORY);
    if (acceded)
        json_set_flag(member, "invited", true);
    json_object_del(member, "consented_at");
    json_object_del(member, "enters_at");
    agenda_drop(state, "party", scene->by);
    reservations_lapse(scene, scene->by);
    fold_provisional_end(scene); /* VCLT 25(2): it will not be a party */
    json_set_int(coalition, "deposits", json_int(coalition, "deposits", 0) - 1);
    if (!charter_in_force(state))
        reschedule(scene);
}

/* Others may no longer vote for it, nor it for others. */
static void drop_proxies(const struct scene *scene, const char *code)
{
    size_t count;
    const char **other = state_ids(scene->state, "member", &count);

    json_object_clear(
        json_object_get(member_edit(scene->state, code), "proxies"));
    for (size_t i = 0; i < count; i++) {
        const json_t *proxies =
            json_map(member_get(scene->state, other[i]), "proxies");

        if (json_object_get(proxies, code) != NULL)
            json_object_del(
                json_object_get(member_edit(scene->state, other[i]), "proxies"),
                code);
    }
    mem_free(other);
}

void member_leave(const struct scene *scene, const char *code)
{
    json_t *member = member_edit(scene->state, code);

    member_move(scene, code, STATUS_WITHDRAWN);
    json_object_del(member, "notice_at");
    json_object_del(member, "withdraws_at");
    set_when(member, "withdrawn_at", scene->now);
    reservations_lapse(scene, code);
    drop_proxies(scene, code);
    presidency_fill(scene);
}

void fold_withdrawal(const struct scene *scene)
{
    json_t *member = member_edit(scene->state, scene->by);
    struct when at = when_after(scene->now, notice_of(scene, scene->by));

    if (member_is(scene->state, scene->by, STATUS_CONSENTED)) {
        take_consent_back(scene);
        return;
    }
    set_when(member, "notice_at", scene->now);
    set_when(member, "withdraws_at", at);
    agenda_add(scene->state, at, "withdrawal", scene->by);
}

/* 7. A notice may be revoked before it takes effect. VCLT 68. */
enum err judge_withdrawal_revocation(const struct scene *scene, struct why *why)
{
    struct when at;

    if (!when_at(member_get(scene->state, scene->by), "withdraws_at", &at))
        return fail(why, ERR_STATE,
                    "withdrawal-revocation: %s has no notice "
                    "of withdrawal running (VCLT art. 68)",
                    scene->by);
    return ERR_NONE;
}

void fold_withdrawal_revocation(const struct scene *scene)
{
    json_t *member = member_edit(scene->state, scene->by);

    agenda_drop(scene->state, "withdrawal", scene->by);
    json_object_del(member, "notice_at");
    json_object_del(member, "withdraws_at");
}
