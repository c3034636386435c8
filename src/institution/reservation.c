/*
 * reservation.c - what a state does not accept, and who accepts that.
 *
 * Follows docs/treaty.md, procedures 8 to 11. Source: VCLT articles 19 to 23.
 * A reservation is formulated before consent, made (confirmed) at consent;
 * from then on each other state accepts it expressly, by consenting later
 * without objecting, or by silence for the charter's period; or it objects,
 * simply (the provision falls out between the two) or with a declaration that
 * there shall be no treaty relation at all (qualified).
 */
#include "institution/handlers.h"

#include "base/mem.h"

#include <string.h>

enum err reservation_may_be(const struct scene *scene, const char *article,
                            struct why *why)
{
    const struct charter *charter = scene->charter;

    if (charter_article(charter, article) == NULL)
        return fail(why, ERR_ABSENT, "%s: the charter has no article %s",
                    scene->kind, article);
    if (charter->reservable_all)
        return ERR_NONE;
    for (size_t i = 0; i < charter->reservables; i++)
        if (strcmp(charter->reservable[i], article) == 0)
            return ERR_NONE;
    return fail(why, ERR_STATE,
                "%s: the charter allows no reservation to "
                "article %s (VCLT art. 19)",
                scene->kind, article);
}

/* Relations look through all there are. */
enum { STATE_RESERVATIONS_MAX = 256 };

enum err reservations_room(const struct scene *scene, size_t more,
                           struct why *why)
{
    int64_t count =
        json_int(member_get(scene->state, scene->by), "reservations", 0);

    if (count + (int64_t)more > STATE_RESERVATIONS_MAX)
        return fail(why, ERR_LIMIT,
                    "%s: %s has formulated %lld reservations, at most %d with "
                    "those that are gone",
                    scene->kind, scene->by, (long long)count,
                    STATE_RESERVATIONS_MAX);
    return ERR_NONE;
}

/* A new document; `status` is formulated or made. */
static void put_reservation(const struct scene *scene, const char *article,
                            const char *text, bool made)
{
    json_t *member = member_edit(scene->state, scene->by);
    char id[NUMBER_TEXT_SIZE];
    json_t *doc;

    json_set_int(member, "reservations",
                 json_int(member, "reservations", 0) + 1);
    number_take(scene->state, "reservation", scene->now, id);
    doc = json_pack("{s:s,s:s,s:s,s:s,s:o,s:I,s:{},s:{}}", "id", id, "by",
                    scene->by, "article", article, "text", text,
                    "formulated_at", json_when(scene->now), "entry",
                    (json_int_t)scene->index, "objections", "acceptances");
    json_set_text(doc, "status", "formulated");
    state_put(scene->state, "reservation", id, doc);
    if (made)
        reservation_make(scene, id);
}

void reservation_make(const struct scene *scene, const char *id)
{
    json_t *doc = state_edit(scene->state, "reservation", id);
    struct when at = when_after(scene->now, scene->charter->tacit);

    json_set_text(doc, "status", "made");
    set_when(doc, "made_at", scene->now);
    set_when(doc, "tacit_at", at);
    agenda_add(scene->state, at, "reservation-accepted", id);
}

/* 8. Formulating. VCLT 19. */
enum err judge_reservation(const struct scene *scene, struct why *why)
{
    const char *status = member_status(scene->state, scene->by);

    if (strcmp(status, STATUS_NONE) != 0 &&
        strcmp(status, STATUS_SIGNATORY) != 0)
        return fail(why, ERR_STATE,
                    "reservation: %s has status '%s'; a "
                    "reservation is formulated when signing or consenting, "
                    "not later (VCLT art. 19)",
                    scene->by, status);
    TRY(reservations_room(scene, 1, why));
    return reservation_may_be(scene, json_text(scene->body, "article"), why);
}

void fold_reservation(const struct scene *scene)
{
    put_reservation(scene, json_text(scene->body, "article"),
                    json_text(scene->body, "text"), false);
}

static bool is_of(const json_t *doc, const char *code, const char *status)
{
    return strcmp(json_text(doc, "by"), code) == 0 &&
           strcmp(json_text(doc, "status"), status) == 0;
}

/* Confirm what the signer had formulated; without a list, all of it. The rest
 * lapses. */
static void confirm(const struct scene *scene, const json_t *confirmed)
{
    size_t count;
    const char **id = state_ids(scene->state, "reservation", &count);

    for (size_t i = 0; i < count; i++) {
        if (!is_of(state_get(scene->state, "reservation", id[i]), scene->by,
                   "formulated"))
            continue;
        if (confirmed == NULL || list_has(confirmed, id[i]))
            reservation_make(scene, id[i]);
        else
            json_set_text(state_edit(scene->state, "reservation", id[i]),
                          "status", "lapsed");
    }
    mem_free(id);
}

void reservations_at_consent(const struct scene *scene)
{
    const json_t *made = json_list(scene->body, "reservations");
    const json_t *confirmed = json_list(scene->body, "confirms");
    json_t *none = json_array();

    confirm(scene, confirmed == NULL ? none : confirmed);
    json_decref(none);
    for (size_t i = 0; i < json_array_size(made); i++) {
        const json_t *item = json_array_get(made, i);

        put_reservation(scene, json_text(item, "article"),
                        json_text(item, "text"), true);
    }
}

void reservations_at_signature(const struct scene *scene)
{
    confirm(scene, NULL);
}

/* Is it a reservation that the state has made, accepted or objected to? */
static bool has_stance(struct state *state, const char *id, const char *code)
{
    const json_t *doc = state_get(state, "reservation", id);

    return is_of(doc, code, "made") ||
           json_object_get(json_map(doc, "acceptances"), code) != NULL ||
           json_object_get(json_map(doc, "objections"), code) != NULL;
}

/* What it accepted, it accepted as a contracting state; as one again it may
 * object until it consents anew. An objection in time stays. */
static void forget_stance(json_t *doc, const char *code)
{
    json_t *objections = json_object_get(doc, "objections");

    json_object_del(json_object_get(doc, "acceptances"), code);
    if (json_flag(json_object_get(objections, code), "late"))
        json_object_del(objections, code);
}

void reservations_lapse(const struct scene *scene, const char *code)
{
    size_t count;
    const char **id = state_ids(scene->state, "reservation", &count);

    for (size_t i = 0; i < count; i++) {
        json_t *doc;

        if (!has_stance(scene->state, id[i], code))
            continue;
        doc = state_edit(scene->state, "reservation", id[i]);
        forget_stance(doc, code);
        if (is_of(doc, code, "made")) {
            agenda_drop(scene->state, "reservation-accepted", id[i]);
            json_set_text(doc, "status", "lapsed");
        }
    }
    mem_free(id);
}

static const json_t *named(const struct scene *scene)
{
    return state_get(scene->state, "reservation",
                     json_text(scene->body, "reservation"));
}

static enum err need_status(const struct scene *scene, const char *status,
                            struct why *why)
{
    const json_t *doc = named(scene);

    if (doc == NULL)
        return fail(why, ERR_ABSENT, "%s: there is no reservation %s",
                    scene->kind, json_text(scene->body, "reservation"));
    if (strcmp(json_text(doc, "status"), status) != 0)
        return fail(why, ERR_STATE, "%s: reservation %s is %s, not %s",
                    scene->kind, json_text(scene->body, "reservation"),
                    json_text(doc, "status"), status);
    return ERR_NONE;
}

/* 9. Withdrawing a reservation, at any time. VCLT 22(1). */
enum err judge_reservation_withdrawal(const struct scene *scene,
                                      struct why *why)
{
    const json_t *doc = named(scene);

    if (doc != NULL && strcmp(json_text(doc, "by"), scene->by) != 0)
        return fail(why, ERR_AUTHORITY,
                    "reservation-withdrawal: reservation "
                    "%s is %s's",
                    json_text(doc, "id"), json_text(doc, "by"));
    if (doc != NULL && strcmp(json_text(doc, "status"), "formulated") == 0)
        return ERR_NONE;
    return need_status(scene, "made", why);
}

void fold_reservation_withdrawal(const struct scene *scene)
{
    const char *id = json_text(scene->body, "reservation");
    json_t *doc = state_edit(scene->state, "reservation", id);

    agenda_drop(scene->state, "reservation-accepted", id);
    json_set_text(doc, "status", "withdrawn");
    set_when(doc, "withdrawn_at", scene->now);
}

struct when reservation_last_moment(struct state *state, const json_t *doc,
                                    const char *other)
{
    struct when end = {INT64_MAX};
    struct when consent;

    when_at(doc, "tacit_at", &end);
    if (when_at(member_get(state, other), "consented_at", &consent) &&
        consent.s > end.s)
        end = consent;
    return end;
}

/* 10. Objecting. VCLT 20(4), 20(5), 21(3): until the period has passed, or
 * until the objector's own consent, whichever is later; a later objection is
 * recorded without effect. */
enum err judge_objection(const struct scene *scene, struct why *why)
{
    const json_t *doc = named(scene);

    TRY(need_status(scene, "made", why));
    if (strcmp(json_text(doc, "by"), scene->by) == 0)
        return fail(why, ERR_STATE,
                    "objection: %s cannot object to its own "
                    "reservation",
                    scene->by);
    if (!member_is_contracting(scene->state, scene->by) &&
        !may_become_party(scene, scene->by))
        return fail(why, ERR_STATE,
                    "objection: %s has status '%s'; a contracting state or "
                    "one that may become a party objects (VCLT art. 20, 23)",
                    scene->by, member_status(scene->state, scene->by));
    if (json_object_get(json_map(doc, "objections"), scene->by) != NULL)
        return fail(why, ERR_STATE, "objection: %s has objected to %s already",
                    scene->by, json_text(doc, "id"));
    return ERR_NONE;
}

void fold_objection(const struct scene *scene)
{
    json_t *doc = state_edit(scene->state, "reservation",
                             json_text(scene->body, "reservation"));
    json_t *objection = json_pack(
        "{s:o,s:b,s:I}", "at", json_when(scene->now), "qualified",
        json_flag(scene->body, "qualified"), "entry", (json_int_t)scene->index);

    if (json_text(scene->body, "text") != NULL)
        json_set_text(objection, "text", json_text(scene->body, "text"));
    if (member_is_contracting(scene->state, scene->by) &&
        (json_object_get(json_map(doc, "acceptances"), scene->by) != NULL ||
         scene->now.s >
             reservation_last_moment(scene->state, doc, scene->by).s))
        json_set_flag(objection, "late", true);
    json_set_new(json_object_get(doc, "objections"), scene->by, objection);
}

static const json_t *own_objection(const struct scene *scene)
{
    return json_object_get(json_map(named(scene), "objections"), scene->by);
}

/* Withdrawing an objection, at any time. VCLT 22(2). */
enum err judge_objection_withdrawal(const struct scene *scene, struct why *why)
{
    if (own_objection(scene) == NULL)
        return fail(why, ERR_ABSENT,
                    "objection-withdrawal: %s has no "
                    "objection to %s",
                    scene->by, json_text(scene->body, "reservation"));
    return ERR_NONE;
}

static void accept(const struct scene *scene, json_t *doc, const char *how)
{
    json_set_new(
        json_object_get(doc, "acceptances"), scene->by,
        json_pack("{s:o,s:s}", "at", json_when(scene->now), "how", how));
}

void fold_objection_withdrawal(const struct scene *scene)
{
    json_t *doc = state_edit(scene->state, "reservation",
                             json_text(scene->body, "reservation"));

    json_object_del(json_object_get(doc, "objections"), scene->by);
    accept(scene, doc, "objection withdrawn");
}

/* 11. Accepting expressly. VCLT 20(4)(a). */
enum err judge_reservation_acceptance(const struct scene *scene,
                                      struct why *why)
{
    TRY(need_status(scene, "made", why));
    if (strcmp(json_text(named(scene), "by"), scene->by) == 0)
        return fail(why, ERR_STATE, "reservation-acceptance: it is %s's own",
                    scene->by);
    if (own_objection(scene) != NULL)
        return fail(why, ERR_STATE,
                    "reservation-acceptance: %s has objected; "
                    "withdraw the objection",
                    scene->by);
    if (json_object_get(json_map(named(scene), "acceptances"), scene->by) !=
        NULL)
        return fail(why, ERR_STATE,
                    "reservation-acceptance: %s has accepted "
                    "%s already",
                    scene->by, json_text(scene->body, "reservation"));
    return ERR_NONE;
}

void fold_reservation_acceptance(const struct scene *scene)
{
    accept(scene,
           state_edit(scene->state, "reservation",
                      json_text(scene->body, "reservation")),
           "express");
}
