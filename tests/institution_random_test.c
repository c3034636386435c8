/*
 * Whatever states try: random acts from the table of kinds, most of them
 * unlawful. Nothing crashes, a refusal changes nothing, the same acts give the
 * same state.
 */
#include "test.h"
#include "world.h"

#include "base/json.h"
#include "base/mem.h"
#include "institution/kinds.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t seed;
static unsigned officers; /* named so far */

static size_t roll(size_t below)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (size_t)(seed >> 33) % below;
}

#define PICK(list) list[roll(sizeof list / sizeof *list)]

static const char *const states[] = {"A", "B", "C", "D", "E", "A",
                                     "B", "C", "D", "E", "A", "F"};
static const char *const matters[] = {"routine", "action",     "quiet",
                                      "arms",    "discipline", "war"};
static const char *const positions[] = {
    "yes", "no", "abstain", "object", "stand-aside", "out", "silent"};
static const char *const ids[] = {
    "2026-001", "2026-002", "2026-003", "2026-004", "2026-005",
    "R-1",      "R-2",      "S-1",      "S-2",      "none"};
static const char *const periods[] = {"1h", "3d", "1 month", "0s"};
static const char *const effects[] = {
    "{\"suspend\":\"E\"}",
    "{\"restore\":\"E\"}",
    "{\"suspend\":\"Z\"}",
    "{\"rekey\":{\"state\":\"E\",\"keys\":[]}}",
    "{\"invite\":{\"code\":\"F\"}}",
    "{\"amend\":{\"charter\":\"id: x\"}}",
    "{}"};

static json_t *random_time(const struct world *world)
{
    struct when when = {world->now.s + (int64_t)roll(8 * 86400) - 2 * 86400};
    char text[WHEN_TEXT_SIZE];

    when_format(when, text);
    return json_string(text);
}

/* The id of some document of a kind; late ones come more often. */
static json_t *random_id(struct world *world, const char *kind)
{
    size_t count;
    const char **id = state_ids(world->state, kind, &count);
    size_t back = roll(4) == 0 ? count : count < 3 ? count : 3;
    json_t *text =
        json_string(count == 0 ? "none" : id[count - 1 - roll(back)]);

    mem_free(id);
    return text;
}

static json_t *random_name(struct world *world, const char *field)
{
    if (strcmp(field, "proposal") == 0 && roll(10) != 0)
        return random_id(world, "proposal");
    if (strcmp(field, "decision") == 0 && roll(10) != 0)
        return random_id(world, "decision");
    if (strcmp(field, "matter") == 0)
        return json_string(PICK(matters));
    if (strcmp(field, "article") == 0)
        return json_string(roll(4) == 0 ? "1" : "2");
    if (strcmp(field, "as") == 0)
        return json_string(roll(4) == 0 ? "duo" : "trio");
    return json_string(PICK(ids));
}

static json_t *random_list(const char *field)
{
    json_t *list = json_array();

    if (strcmp(field, "powers") == 0)
        json_array_append_new(list,
                              json_string(roll(3) == 0 ? "sing" : "ballot"));
    else if (strcmp(field, "reservations") == 0)
        json_array_append_new(
            list, json_pack("{s:s,s:s}", "article", "2", "text", "not us"));
    else if (roll(2) == 0)
        json_array_append_new(list, json_string(PICK(ids)));
    else
        json_array_append_new(list, json_integer(7));
    return list;
}

static json_t *random_value(struct world *world, const struct act_field *field)
{
    char name[32];

    if (roll(60) == 0)
        return json_integer((json_int_t)roll(5)); /* of the wrong type */
    switch (field->type) {
    case FIELD_NAME:
        return random_name(world, field->name);
    case FIELD_CODE:
        return json_string(PICK(states));
    case FIELD_CODES:
        return json_pack("[s]", PICK(states));
    case FIELD_TIME:
        return random_time(world);
    case FIELD_PERIOD:
        return json_string(PICK(periods));
    case FIELD_POSITION:
        return json_string(PICK(positions));
    case FIELD_NUMBER:
        return json_integer((json_int_t)roll(4));
    case FIELD_HASH:
        return json_string("00112233445566778899aabbccddeeff"
                           "00112233445566778899aabbccddeeff");
    case FIELD_FLAG:
        return json_boolean(roll(2));
    case FIELD_LIST:
        return random_list(field->name);
    case FIELD_MAP:
        return strcmp(field->name, "effect") == 0
                   ? json_loads(PICK(effects), 0, NULL)
                   : json_pack("{s:[s]}", roll(3) == 0 ? "nobody" : "affected",
                               PICK(states));
    case FIELD_VKEY:
        snprintf(name, sizeof name, "%s/o%u", PICK(states), officers++ % 50);
        return json_string(world_vkey(name));
    default:
        return strcmp(field->name, "key") == 0 ? random_id(world, "key")
                                               : json_string("words");
    }
}

static json_t *random_body(struct world *world, const struct act_kind *kind)
{
    json_t *body = json_object();

    for (size_t i = 0; i < kind->fields; i++) {
        const struct act_field *field = &kind->field[i];

        if (strcmp(field->name, "effect") == 0 && roll(4) != 0)
            continue;
        if (field->required ? roll(60) != 0 : roll(4) == 0)
            json_set_new(body, field->name, random_value(world, field));
    }
    return body;
}

/* Kinds that make something happen come more often than the rest. */
static const struct act_kind *random_kind(void)
{
    static const char *const often[] = {"proposal", "opening", "ballot",
                                        "receipt",  "ballot",  "amendment"};
    size_t count;
    const struct act_kind *kinds = act_kinds(&count);

    return roll(2) == 0 ? act_kind_find(PICK(often)) : &kinds[roll(count)];
}

static size_t play(uint64_t start, struct hash *digest)
{
    enum { STEPS = 500 };
    struct world *world = world_in_force("");
    size_t accepted = 0;

    seed = start;
    officers = 0;
    for (size_t i = 0; i < STEPS; i++) {
        const struct act_kind *kind = random_kind();
        json_t *body;
        struct hash before;
        struct hash after;
        struct why why;
        enum err err;

        world->now.s += (int64_t)(roll(3) == 0 ? roll(86400) : 0);
        world_wait(world, NULL); /* so that a refusal can be seen to do
                                  * nothing */
        body = random_body(world, kind);
        state_digest(world->state, &before);
        err = world_act_json(world, PICK(states), kind->name, body, &why);
        accepted += err == ERR_NONE;
        if (err != ERR_NONE) {
            state_digest(world->state, &after);
            CHECK(hash_same(&before, &after));
            CHECK(err != ERR_SYSTEM);
            CHECK(why.text[0] != '\0');
        }
        json_decref(body);
    }
    state_digest(world->state, digest);
    world_close(world);
    return accepted;
}

TEST(whatever_states_try_a_refusal_changes_nothing_and_replays_agree)
{
    size_t accepted = 0;

    for (uint64_t start = 1; start <= 4; start++) {
        struct hash first;
        struct hash second;

        accepted += play(start, &first);
        play(start, &second);
        CHECK(hash_same(&first, &second));
    }
    CHECK(accepted > 200); /* the acts are not all nonsense */
}
