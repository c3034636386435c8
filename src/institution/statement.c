/*
 * statement.c - joining a decision later, and positions stated outside a vote.
 *
 * Follows docs/council.md, procedures 11 to 13.
 */
#include "institution/handlers.h"

#include "base/mem.h"

#include <string.h>

/*
 * 11. Opting in to a decision that does not bind one.
 */

enum err judge_opt_in(const struct scene *scene, struct why *why)
{
    const char *id = json_text(scene->body, "decision");
    const json_t *decision = state_get(scene->state, "decision", id);

    if (decision == NULL)
        return fail(why, ERR_ABSENT, "opt-in: there is no decision %s", id);
    if (strcmp(json_text(decision, "status"), "in force") != 0)
        return fail(why, ERR_STATE, "opt-in: decision %s is %s", id,
                    json_text(decision, "status"));
    if (list_has(json_list(decision, "bound"), scene->by))
        return fail(why, ERR_STATE,
                    "opt-in: %s is bound by decision %s "
                    "already",
                    scene->by, id);
    if (!json_flag(decision, "opt_in"))
        return fail(why, ERR_STATE, "opt-in: decision %s is not open to it",
                    id);
    return ERR_NONE;
}

static void list_remove(json_t *list, const char *text)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (strcmp(json_string_value(json_array_get(list, i)), text) == 0) {
            json_array_remove(list, i);
            return;
        }
    }
}

void fold_opt_in(const struct scene *scene)
{
    json_t *decision = state_edit(scene->state, "decision",
                                  json_text(scene->body, "decision"));
    json_t *bound = json_object_get(decision, "bound");

    list_remove(json_object_get(decision, "exempt"), scene->by);
    json_object_del(json_object_get(decision, "duty"), scene->by);
    json_array_append_new(bound, json_string(scene->by));
    json_set_new(decision, "bound", list_sorted(bound));
    json_set_new(json_object_get(decision, "opted_in"), scene->by,
                 json_when(scene->now));
}

/*
 * 12. A statement: one state's, or that of a representation of the charter (a
 * trio, the presidency), which stands once enough of its states endorse it.
 */

static bool speaks_for(const struct scene *scene,
                       const struct charter_representation *representation,
                       const char *code)
{
    if (representation->states == 0)
        return strcmp(presidency_holder(scene->state), code) == 0;
    for (size_t i = 0; i < representation->states; i++)
        if (strcmp(representation->state[i], code) == 0)
            return true;
    return false;
}

static enum err judge_speaker(const struct scene *scene, const char *name,
                              struct why *why)
{
    const struct charter_representation *representation =
        charter_representation(scene->charter, name);

    if (representation == NULL)
        return fail(why, ERR_ABSENT,
                    "%s: the charter has no representation "
                    "'%s'",
                    scene->kind, name);
    if (!speaks_for(scene, representation, scene->by))
        return fail(why, ERR_AUTHORITY, "%s: %s is not of '%s'", scene->kind,
                    scene->by, name);
    if (!member_is(scene->state, scene->by, STATUS_PARTY))
        return fail(why, ERR_AUTHORITY,
                    "%s: %s has status '%s'; a party "
                    "speaks for all",
                    scene->kind, scene->by,
                    member_status(scene->state, scene->by));
    return ERR_NONE;
}

enum err judge_statement(const struct scene *scene, struct why *why)
{
    const char *matter = json_text(scene->body, "matter");
    const char *proposal = json_text(scene->body, "proposal");
    const char *as = json_text(scene->body, "as");

    if (matter != NULL && charter_matter(scene->charter, matter) == NULL)
        return fail(why, ERR_ABSENT,
                    "statement: the charter has no matter "
                    "'%s'",
                    matter);
    if (proposal != NULL &&
        state_get(scene->state, "proposal", proposal) == NULL)
        return fail(why, ERR_ABSENT, "statement: there is no proposal %s",
                    proposal);
    return as == NULL ? ERR_NONE : judge_speaker(scene, as, why);
}

static void weigh(const struct scene *scene, json_t *statement)
{
    const struct charter_representation *representation =
        charter_representation(scene->charter, json_text(statement, "as"));
    const json_t *endorsements = json_map(statement, "endorsements");
    size_t endorsed = 0;
    const char *code;
    json_t *at;

    if (representation == NULL)
        return;
    json_object_foreach ((json_t *)endorsements, code, at) {
        endorsed += speaks_for(scene, representation, code) &&
                    member_is(scene->state, code, STATUS_PARTY);
    }
    if (endorsed >= representation->needs) {
        json_set_text(statement, "status", "made");
        set_when(statement, "made_at", scene->now);
    }
}

void fold_statement(const struct scene *scene)
{
    static const char *const copied[] = {"text", "matter", "proposal",
                                         "position", "as"};
    char id[NUMBER_TEXT_SIZE];
    json_t *doc;

    number_take(scene->state, "statement", scene->now, id);
    doc =
        json_pack("{s:s,s:s,s:o,s:I,s:{s:o}}", "id", id, "by", scene->by, "at",
                  json_when(scene->now), "entry", (json_int_t)scene->index,
                  "endorsements", scene->by, json_when(scene->now));
    for (size_t i = 0; i < sizeof copied / sizeof *copied; i++)
        if (json_text(scene->body, copied[i]) != NULL)
            json_set_text(doc, copied[i], json_text(scene->body, copied[i]));
    json_set_text(doc, "status",
                  json_text(doc, "as") == NULL ? "made" : "endorsing");
    state_put(scene->state, "statement", id, doc);
    if (json_text(doc, "as") != NULL)
        weigh(scene, doc);
}

/*
 * 13. Endorsing a statement made for a representation.
 */

enum err judge_endorsement(const struct scene *scene, struct why *why)
{
    const char *id = json_text(scene->body, "statement");
    const json_t *statement = state_get(scene->state, "statement", id);

    if (statement == NULL)
        return fail(why, ERR_ABSENT, "endorsement: there is no statement %s",
                    id);
    if (json_text(statement, "as") == NULL)
        return fail(why, ERR_STATE, "endorsement: statement %s is %s's own", id,
                    json_text(statement, "by"));
    if (json_object_get(json_map(statement, "endorsements"), scene->by) != NULL)
        return fail(why, ERR_STATE, "endorsement: %s has endorsed %s already",
                    scene->by, id);
    return judge_speaker(scene, json_text(statement, "as"), why);
}

void fold_endorsement(const struct scene *scene)
{
    json_t *statement = state_edit(scene->state, "statement",
                                   json_text(scene->body, "statement"));

    json_set_new(json_object_get(statement, "endorsements"), scene->by,
                 json_when(scene->now));
    if (strcmp(json_text(statement, "status"), "endorsing") == 0)
        weigh(scene, statement);
}
