/*
 * amendment.c - amending the charter: adopted, accepted, in force.
 *
 * Follows docs/treaty.md, procedure 12. Source: VCLT articles 39 to 41. The
 * amended text governs the organs once it is in force; a party that has not
 * accepted it stays bound by the text it knew toward the others (VCLT 40(4)),
 * which `relations` shows.
 */
#include "institution/handlers.h"

#include "base/mem.h"

#include <string.h>

static const json_t *named(const struct scene *scene)
{
    return state_get(scene->state, "amendment",
                     json_text(scene->body, "amendment"));
}

enum err judge_acceptance(const struct scene *scene, struct why *why)
{
    const json_t *doc = named(scene);

    if (doc == NULL)
        return fail(why, ERR_ABSENT,
                    "amendment-acceptance: no adopted "
                    "amendment %s",
                    json_text(scene->body, "amendment"));
    if (!member_is(scene->state, scene->by, STATUS_PARTY) &&
        !member_is(scene->state, scene->by, STATUS_SUSPENDED))
        return fail(why, ERR_STATE,
                    "amendment-acceptance: %s has status '%s'; "
                    "a party accepts (VCLT art. 40)",
                    scene->by, member_status(scene->state, scene->by));
    if (json_object_get(json_map(doc, "acceptances"), scene->by) != NULL)
        return fail(why, ERR_STATE,
                    "amendment-acceptance: %s has accepted %s "
                    "already",
                    scene->by, json_text(doc, "id"));
    return ERR_NONE;
}

void amendment_weigh(const struct scene *scene, const char *id)
{
    json_t *doc = state_edit(scene->state, "amendment", id);
    struct ratio share = scene->charter->amend_share;
    int64_t accepted = (int64_t)json_object_size(json_map(doc, "acceptances"));
    int64_t parties = json_int(doc, "parties", 0);
    struct when at;

    if (when_at(doc, "enters_at", &at) ||
        (__int128)accepted * share.den < (__int128)parties * share.num)
        return;
    at = when_after(scene->now, scene->charter->amend_delay);
    set_when(doc, "enters_at", at);
    agenda_add(scene->state, at, "amendment-in-force", id);
}

void fold_acceptance(const struct scene *scene)
{
    const char *id = json_text(scene->body, "amendment");
    json_t *doc = state_edit(scene->state, "amendment", id);

    json_set_new(json_object_get(doc, "acceptances"), scene->by,
                 json_when(scene->now));
    if (strcmp(json_text(doc, "status"), "in force") == 0)
        json_set_int(member_edit(scene->state, scene->by), "version",
                     json_int(doc, "version", 0));
    else
        amendment_weigh(scene, id);
}

void amendment_enter(const struct scene *scene, const char *id)
{
    json_t *doc = state_edit(scene->state, "amendment", id);
    const json_t *acceptances = json_map(doc, "acceptances");
    const char *text = json_text(doc, "text");
    const char *code;
    json_t *at;

    if (!institution_adopt_charter(scene->institution, text)) {
        json_set_text(doc, "status", "overtaken");
        return;
    }
    json_set_text(doc, "status", "in force");
    set_when(doc, "in_force_at", scene->now);
    json_set_int(doc, "version",
                 json_int(coalition_get(scene->state), "version", 0));
    json_object_foreach ((json_t *)acceptances, code, at) {
        json_set_int(member_edit(scene->state, code), "version",
                     json_int(doc, "version", 0));
    }
}
