/*
 * amendment.c - amending the charter: adopted, accepted, in force.
 *
 * Follows docs/treaty.md, procedure 12. Source: VCLT articles 39 to 41. The
 * amended text governs the organs once it is in force; a party that has not
 * accepted it stays bound by the text it knew toward the others (VCLT 40(4)),
 * which `relations` shows.
 */
#include "institution/handlers.h"
#include "institution/institution.h"

#include "base/mem.h"

#include <stdio.h>
#include <string.h>

static const json_t *named(const struct scene *scene)
{
    return state_get(scene->state, "amendment",
                     json_text(scene->body, "amendment"));
}

/* A later text contains the earlier ones: accepting one of these afterwards
 * takes nothing back. */
static void accept_version(const struct scene *scene, const char *code,
                           int64_t version)
{
    json_t *member = member_edit(scene->state, code);

    if (json_int(member, "version", 0) < version)
        json_set_int(member, "version", version);
}

enum err judge_acceptance(const struct scene *scene, struct why *why)
{
    const json_t *doc = named(scene);

    if (doc == NULL)
        return fail(why, ERR_ABSENT,
                    "amendment-acceptance: no adopted "
                    "amendment %s",
                    json_text(scene->body, "amendment"));
    if (strcmp(json_text(doc, "status"), "lapsed") == 0)
        return fail(why, ERR_STATE,
                    "amendment-acceptance: amendment %s has lapsed",
                    json_text(doc, "id"));
    if (!member_is_bound(scene->state, scene->by))
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

/* Of those who were parties at its adoption and are parties still, how many
 * have accepted it. */
static int64_t accepted_by(const struct scene *scene, const json_t *doc)
{
    const json_t *parties = json_list(doc, "parties");
    const json_t *acceptances = json_map(doc, "acceptances");
    int64_t accepted = 0;

    for (size_t i = 0; i < json_array_size(parties); i++) {
        const char *code = json_string_value(json_array_get(parties, i));

        accepted += json_object_get(acceptances, code) != NULL &&
                    member_is_bound(scene->state, code);
    }
    return accepted;
}

void amendment_weigh(const struct scene *scene, const char *id)
{
    json_t *doc = state_edit(scene->state, "amendment", id);
    struct ratio share = scene->charter->amend_share;
    int64_t parties = (int64_t)json_array_size(json_list(doc, "parties"));
    struct when at;

    if (when_at(doc, "enters_at", &at) ||
        (__int128)accepted_by(scene, doc) * share.den <
            (__int128)parties * share.num)
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
        accept_version(scene, scene->by, json_int(doc, "version", 0));
    else
        amendment_weigh(scene, id);
}

/*
 * Its entry into force. Between adoption and now the charter may have been
 * amended otherwise, or a state joined whom the text does not provide for.
 */

enum err amendment_may_enter(const struct scene *scene, const char *text,
                             bool fit, struct why *why)
{
    struct charter *charter;
    enum err err = ERR_NONE;

    TRY(charter_parse("amended charter", text, strlen(text), &charter, why));
    if (strcmp(charter->id, scene->charter->id) != 0)
        err = fail(why, ERR_INPUT, "amended charter: id must remain '%s'",
                   scene->charter->id);
    else if (charter->version != scene->charter->version + 1)
        err = fail(why, ERR_INPUT,
                   "amended charter: version must be %lld, the one after that "
                   "which it amends",
                   (long long)scene->charter->version + 1);
    if (err == ERR_NONE)
        err = charter_check(charter, scene->state, fit, why);
    charter_close(charter);
    return err;
}

json_t *amendment_compute(const struct scene *scene, const char *id)
{
    const json_t *doc = state_get(scene->state, "amendment", id);
    const json_t *acceptances = json_map(doc, "acceptances");
    json_t *states = json_array();
    const char *code;
    json_t *at;
    json_t *notification;
    struct why why;

    if (amendment_may_enter(scene, json_text(doc, "text"), false, &why) !=
        ERR_NONE) {
        json_decref(states);
        return json_pack("{s:s,s:s,s:s}", "kind", "amendment-lapsed",
                         "amendment", id, "reason", err_name(why.code));
    }
    json_object_foreach ((json_t *)acceptances, code, at) {
        json_array_append_new(states, json_string(code));
    }
    notification =
        json_pack("{s:s,s:s,s:o,s:I}", "kind", "amendment-in-force",
                  "amendment", id, "accepted_by", list_sorted(states),
                  "version", (json_int_t)scene->charter->version + 1);
    json_decref(states);
    return notification;
}

/* The others were adopted for a text that is no more: they lapse now. */
static void overtake_others(const struct scene *scene, const char *id)
{
    size_t count;
    const char **other = state_ids(scene->state, "amendment", &count);

    for (size_t i = 0; i < count; i++) {
        const json_t *doc = state_get(scene->state, "amendment", other[i]);

        if (strcmp(other[i], id) == 0 ||
            strcmp(json_text(doc, "status"), "adopted") != 0)
            continue;
        agenda_drop(scene->state, "amendment-in-force", other[i]);
        agenda_add(scene->state, scene->now, "amendment-in-force", other[i]);
    }
    mem_free(other);
}

static void version_id(int64_t version, char id[NUMBER_TEXT_SIZE])
{
    snprintf(id, NUMBER_TEXT_SIZE, "%lld", (long long)version);
}

/* The text that is amended still binds who does not accept the amendment. */
static void keep_version(const struct scene *scene)
{
    char id[NUMBER_TEXT_SIZE];

    version_id(scene->charter->version, id);
    state_put(scene->state, "charter", id,
              json_deep_copy(state_get(scene->state, "charter", "charter")));
}

struct period notice_of(const struct scene *scene, const char *code)
{
    int64_t version = json_int(member_get(scene->state, code), "version",
                               scene->charter->version);
    struct period notice = scene->charter->notice;
    struct charter *charter;
    char id[NUMBER_TEXT_SIZE];
    const char *text;

    version_id(version, id);
    text = json_text(state_get(scene->state, "charter", id), "text");
    if (version == scene->charter->version || text == NULL ||
        charter_parse("charter", text, strlen(text), &charter, NULL) !=
            ERR_NONE)
        return notice;
    notice = charter->notice;
    charter_close(charter);
    return notice;
}

void amendment_enter(const struct scene *scene, const char *id)
{
    json_t *doc = state_edit(scene->state, "amendment", id);
    int64_t version = json_int(scene->body, "version", 0);
    const json_t *acceptances = json_map(doc, "acceptances");
    const char *code;
    json_t *at;

    if (strcmp(json_text(scene->body, "kind"), "amendment-lapsed") == 0) {
        json_set_text(doc, "status", "lapsed");
        return;
    }
    keep_version(scene);
    institution_adopt_charter(scene->institution, json_text(doc, "text"));
    json_set_text(doc, "status", "in force");
    set_when(doc, "in_force_at", scene->now);
    json_set_int(doc, "in_force_entry", (int64_t)scene->index);
    json_set_int(doc, "version", version);
    json_object_foreach ((json_t *)acceptances, code, at) {
        accept_version(scene, code, version);
    }
    overtake_others(scene, id);
    presidency_begin(scene, institution_charter(scene->institution));
}
