#include "institution/relations.h"

#include "base/mem.h"
#include "institution/scene.h"

#include <stdlib.h>
#include <string.h>

const char *relation_word(enum relation_kind kind)
{
    static const char *const words[] = {"none", "provisional", "in force"};

    return words[kind];
}

const char *relation_effect_word(enum relation_effect effect)
{
    static const char *const words[] = {"as reserved", "excluded",
                                        "no relation", "pending"};

    return words[effect];
}

/*
 * 1. Are the two bound at all, and by which text?
 */

static bool applies_provisionally(struct state *state, const char *code)
{
    return json_map(member_get(state, code), "provisional") != NULL;
}

/* Each is a party to the text as it was amended up to its own version; what
 * both are parties to is the older (VCLT 40(4)(b), 30(4)(b)). */
static int64_t common_version(struct state *state, const char *a, const char *b)
{
    int64_t of_all = json_int(coalition_get(state), "version", 1);
    int64_t of_a = json_int(member_get(state, a), "version", of_all);
    int64_t of_b = json_int(member_get(state, b), "version", of_all);

    return of_a < of_b ? of_a : of_b;
}

static const char *because(struct arena *arena, struct state *state,
                           const char *code, const char *what)
{
    struct buf text = {0};
    char *kept;

    if (what != NULL)
        buf_addf(&text, "%s %s", code, what);
    else
        buf_addf(&text, "%s has status '%s'", code, member_status(state, code));
    kept = arena_text(arena, text.data, text.len);
    buf_clear(&text);
    return kept;
}

static void set_kind(struct state *state, const char *a, const char *b,
                     struct arena *arena, struct relation *relation)
{
    const char *both[] = {a, b};

    relation->kind = RELATION_IN_FORCE;
    relation->because = "";
    relation->version = common_version(state, a, b);
    for (size_t i = 0; i < 2; i++) {
        /* A suspended party stays bound (VCLT 72(1)(b)); the charter says
         * what it loses. */
        if (member_is_bound(state, both[i]))
            continue;
        if (!applies_provisionally(state, both[i])) {
            relation->kind = RELATION_NONE;
            relation->version = 0;
            relation->because = because(arena, state, both[i], NULL);
            return;
        }
        relation->kind = RELATION_PROVISIONAL;
        relation->because =
            because(arena, state, both[i], "applies the charter provisionally");
    }
}

/*
 * 2. What each reservation does between its author and the other.
 */

/* An objection in time counts; a later one stands in the record only. */
static const json_t *valid_objection(struct state *state, const json_t *doc,
                                     const char *other)
{
    const json_t *objection =
        json_object_get(json_map(doc, "objections"), other);
    struct when at;

    if (objection == NULL || json_flag(objection, "late") ||
        !when_at(objection, "at", &at) ||
        at.s > reservation_last_moment(state, doc, other).s)
        return NULL;
    return objection;
}

static void judge_item(struct state *state, const json_t *doc,
                       const char *other, struct when now,
                       struct relation_item *item)
{
    const json_t *objection = valid_objection(state, doc, other);
    const json_t *acceptance =
        json_object_get(json_map(doc, "acceptances"), other);
    struct when consent;

    item->how = "";
    item->until = NULL;
    if (objection != NULL) {
        item->effect = json_flag(objection, "qualified") ? EFFECT_NO_RELATION
                                                         : EFFECT_EXCLUDED;
        return;
    }
    item->effect = EFFECT_AS_RESERVED;
    if (acceptance != NULL) {
        item->how = json_text(acceptance, "how");
        return;
    }
    item->how = "by consenting to the charter";
    if (when_at(member_get(state, other), "consented_at", &consent) &&
        now.s >= reservation_last_moment(state, doc, other).s)
        return;
    item->effect = EFFECT_PENDING;
    item->how = "";
    item->until = json_text(doc, "tacit_at");
}

static void set_items(struct state *state, const char *a, const char *b,
                      struct when now, struct arena *arena,
                      struct relation *relation)
{
    size_t count;
    const char **id = state_ids(state, "reservation", &count);
    struct relation_item *item = arena_new(arena, count + 1, sizeof *item);

    relation->item = item;
    for (size_t i = 0; i < count; i++) {
        const json_t *doc = state_get(state, "reservation", id[i]);
        const char *by = json_text(doc, "by");
        const char *other = strcmp(by, a) == 0 ? b : a;
        struct relation_item *next = &item[relation->count];

        if (strcmp(json_text(doc, "status"), "made") != 0 ||
            (strcmp(by, a) != 0 && strcmp(by, b) != 0))
            continue;
        next->reservation = id[i];
        next->article = json_text(doc, "article");
        next->by = by;
        judge_item(state, doc, other, now, next);
        relation->count++;
    }
    mem_free(id);
}

void relation_between(struct state *state, const char *a, const char *b,
                      struct when now, struct arena *arena,
                      struct relation *relation)
{
    memset(relation, 0, sizeof *relation);
    set_kind(state, a, b, arena, relation);
    if (relation->kind == RELATION_NONE)
        return;
    set_items(state, a, b, now, arena, relation);
    for (size_t i = 0; i < relation->count; i++) {
        if (relation->item[i].effect != EFFECT_NO_RELATION)
            continue;
        relation->kind = RELATION_NONE;
        relation->version = 0;
        relation->because = "an objection declares that there shall be none";
    }
}
