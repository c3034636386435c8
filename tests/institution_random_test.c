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
#include "institution/scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t seed;
static unsigned officers; /* named so far */
static size_t effects;    /* that came about */

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
    "yes",     "yes",    "yes",         "yes", "no",
    "abstain", "object", "stand-aside", "out", "silent"};
static const char *const ids[] = {
    "2026-001", "2026-002", "2026-003", "2026-004", "2026-005",
    "R-1",      "R-2",      "S-1",      "S-2",      "none"};
static const char *const periods[] = {"1h", "3d", "1 month", "0s"};
static const char *const nonsense[] = {
    "{\"suspend\":\"Z\"}",
    "{\"rekey\":{\"state\":\"E\",\"keys\":[]}}",
    "{\"invite\":{\"code\":\"F\"}}",
    "{\"amend\":{\"charter\":\"id: x\"}}",
    "{\"repeal\":\"2026-999\"}",
    "{}"};

static json_t *time_from(const struct world *world, int64_t seconds)
{
    struct when when = {world->now.s + seconds};
    char text[WHEN_TEXT_SIZE];

    when_format(when, text);
    return json_string(text);
}

static json_t *random_time(const struct world *world)
{
    return time_from(world, (int64_t)roll(8 * 86400) - 2 * 86400);
}

/* An officer of a state: of one of its keys, or its delegate. */
static const char *random_officer(struct world *world, const char *state)
{
    static char name[128];
    const json_t *keys =
        json_list(state_get(world->state, "member", state), "keys");
    size_t count = json_array_size(keys);

    snprintf(name, sizeof name, "%s/delegate", state);
    if (count > 0 && roll(8) != 0) {
        const char *id = json_string_value(json_array_get(keys, roll(count)));

        snprintf(name, sizeof name, "%.*s", (int)strcspn(id, "+"), id);
    }
    return name;
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

/* One that is open, rather. */
static json_t *random_proposal(struct world *world)
{
    json_t *id = random_id(world, "proposal");

    for (int i = 0; i < 8; i++) {
        if (strcmp(
                world_text(world, "proposal", json_string_value(id), "status"),
                "open") == 0)
            break;
        json_decref(id);
        id = random_id(world, "proposal");
    }
    return id;
}

static json_t *random_name(struct world *world, const char *field)
{
    if (strcmp(field, "proposal") == 0 && roll(10) != 0)
        return random_proposal(world);
    if (strcmp(field, "amendment") == 0)
        return random_id(world, "amendment");
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

/* The charter with the next version and another number in it. */
static json_t *random_charter(struct world *world)
{
    const char *text = world_text(world, "charter", "charter", "text");
    const char *rest = strchr(strstr(text, "version: "), '\n');
    struct buf amended = {0};
    json_t *json;

    buf_addf(&amended, "id: test.example\nname: A test\nversion: %d%s",
             (int)institution_charter(world->institution)->version + 1, rest);
    *(strstr(amended.data, "held: ") + 6) = (char)('0' + roll(3));
    json = json_string(amended.data);
    buf_clear(&amended);
    return json;
}

/* EFFECT, the matter under which it is admissible. */
static json_t *random_effect(struct world *world, const char **matter)
{
    const char *state = PICK(states);
    char name[32];
    json_t *id;

    snprintf(name, sizeof name, "%s/o%u", state, officers++ % 50);
    *matter = "discipline";
    switch (roll(8)) {
    case 0:
        return json_pack("{s:s}", "suspend", state);
    case 1:
        return json_pack("{s:s}", "restore", state);
    case 2:
        return json_pack("{s:{s:s,s:[s]}}", "rekey", "state", state, "keys",
                         world_vkey(name));
    case 3:
        *matter = "admission";
        return json_pack("{s:{s:s,s:s,s:{s:s},s:[s]}}", "invite", "code", "F",
                         "name", "Effland", "weights", "money", "3", "keys",
                         world_vkey("F/delegate"));
    case 4:
        *matter = "admission";
        return json_pack("{s:s}", "invite", state);
    case 5:
        *matter = "revision";
        return json_pack("{s:{s:o}}", "amend", "charter",
                         random_charter(world));
    case 6:
        id = random_id(world, "decision");
        *matter =
            world_text(world, "decision", json_string_value(id), "matter");
        return json_pack("{s:o}", "repeal", id);
    default:
        return json_loads(PICK(nonsense), 0, NULL);
    }
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
        return json_pack("{s:[s]}", roll(3) == 0 ? "nobody" : "affected",
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

        if (strcmp(field->name, "effect") == 0)
            continue;
        if (field->required ? roll(60) != 0 : roll(4) == 0)
            json_set_new(body, field->name, random_value(world, field));
    }
    if (strcmp(kind->name, "proposal") == 0 && roll(4) != 0)
        json_set_new(body, "opens", time_from(world, 0));
    if (strcmp(kind->name, "proposal") == 0 && roll(2) == 0) {
        const char *matter;

        json_set_new(body, "effect", random_effect(world, &matter));
        if (roll(10) != 0)
            json_set_text(body, "matter", matter);
        if (roll(4) != 0)
            json_object_del(body, "subject");
    }
    return body;
}

/* Kinds that make something happen come more often than the rest. */
static const struct act_kind *random_kind(void)
{
    static const char *const often[] = {
        "proposal", "opening", "ballot",
        "receipt",  "ballot",  "amendment",
        "ballot",   "ballot",  "amendment-acceptance"};
    size_t count;
    const struct act_kind *kinds = act_kinds(&count);

    return roll(2) == 0 ? act_kind_find(PICK(often)) : &kinds[roll(count)];
}

/* Decisions that did something to the record. */
static size_t effects_seen(struct world *world)
{
    size_t count;
    size_t seen = 0;
    const char **id = state_ids(world->state, "decision", &count);

    for (size_t i = 0; i < count; i++)
        seen += json_map(state_get(world->state, "proposal", id[i]),
                         "effect") != NULL &&
                *world_text(world, "decision", id[i], "effect_lapsed") == '\0';
    mem_free(id);
    return seen;
}

/* Now and then all agree, or nothing would come of anything. */
static void agree(struct world *world, const char *kind, const char *field,
                  json_t *id)
{
    json_t *body = json_pack("{s:o}", field, id);
    struct why why;

    if (strcmp(kind, "ballot") == 0)
        json_set_text(body, "position", "yes");
    for (size_t i = 0; i < 5; i++) {
        char state[2] = {(char)('A' + i), '\0'};

        (void)!world_act_json(world, random_officer(world, state), kind, body,
                              &why);
    }
    json_decref(body);
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
        if (roll(10) == 0)
            agree(world, "ballot", "proposal", random_proposal(world));
        if (roll(30) == 0)
            agree(world, "amendment-acceptance", "amendment",
                  random_id(world, "amendment"));
        body = random_body(world, kind);
        state_digest(world->state, &before);
        err = world_act_json(world, random_officer(world, PICK(states)),
                             kind->name, body, &why);
        accepted += err == ERR_NONE;
        if (err != ERR_NONE) {
            state_digest(world->state, &after);
            CHECK(hash_same(&before, &after));
            CHECK(err != ERR_SYSTEM);
            CHECK(why.text[0] != '\0');
        }
        CHECK_OK(charter_check(institution_charter(world->institution),
                               world->state, false, &why),
                 why); /* no vote is made impossible to count */
        json_decref(body);
    }
    effects += effects_seen(world);
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
    CHECK(effects > 10);
}
