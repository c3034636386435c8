/*
 * A founding that could not work is refused.
 */
#include "test.h"
#include "world.h"

#include "base/json.h"
#include "base/mem.h"

#include <stdio.h>
#include <string.h>

static enum err try(const json_t *body, struct why *why)
{
    return world_try_founding(body, "secretariat/registrar", why);
}

/* Replace a part of the charter's text by another. */
static void edit_charter(json_t *body, const char *part, const char *by)
{
    const char *text = json_text(body, "charter");
    const char *at = strstr(text, part);
    struct buf edited = {0};

    NEED(at != NULL);
    buf_addf(&edited, "%.*s%s%s", (int)(at - text), text, by,
             at + strlen(part));
    json_set_text(body, "charter", edited.data);
    buf_clear(&edited);
}

static void refuse_charter(const char *part, const char *by, enum err err,
                           const char *reason)
{
    json_t *body = world_founding_body("");
    struct why why;

    edit_charter(body, part, by);
    CHECK_WHY(try(body, &why), err, why, reason);
    json_decref(body);
}

TEST(a_charter_names_only_states_on_record)
{
    refuse_charter("order: [B, A]", "order: [B, UK]", ERR_ABSENT,
                   "presidency.order: no state 'UK'");
    refuse_charter("members: [A, B, C]", "members: [A, B, Z]", ERR_ABSENT,
                   "representation: no state 'Z'");
    refuse_charter("receipt: required}", "receipt: required, breaker: eu}",
                   ERR_ABSENT, "nobody is called 'eu'");
    refuse_charter("groups: [affected]", "groups: [affected, E]", ERR_INPUT,
                   "'E' is a state's code");
}

static json_t *member(json_t *body, size_t place)
{
    return json_array_get(json_object_get(body, "members"), place);
}

TEST(a_states_code_and_groups_are_no_other_name)
{
    json_t *body = world_founding_body("");
    struct why why;

    json_set_new(member(body, 1), "groups", json_pack("[s]", "C"));
    CHECK_WHY(try(body, &why), ERR_INPUT, why,
              "state B: 'C' cannot be a group of it");
    json_set_new(member(body, 1), "groups", json_pack("[s]", "affected"));
    CHECK_WHY(try(body, &why), ERR_INPUT, why,
              "state B: 'affected' cannot be a group of it");
    json_set_new(member(body, 1), "groups", json_pack("[s]", "east"));
    CHECK_OK(try(body, &why), why);
    json_set_text(member(body, 1), "code", "secretariat");
    CHECK_WHY(try(body, &why), ERR_INPUT, why,
              "'secretariat' cannot be a state's code");
    json_decref(body);
}

/* A has two officers, the others one. */
TEST(a_state_is_founded_with_as_many_officers_as_must_sign)
{
    json_t *body = world_founding_body("officers: {ordinary: 1, solemn: 2}\n");
    json_t *keys = json_object_get(body, "keys");
    struct why why;

    CHECK_WHY(try(body, &why), ERR_INPUT, why,
              "B has 1 officer; the charter asks for 2 on solemn acts");
    for (const char *code = "BCDE"; *code != '\0'; code++) {
        char name[16];

        snprintf(name, sizeof name, "%c/minister", *code);
        json_array_append_new(keys, json_string(world_vkey(name)));
    }
    CHECK_OK(try(body, &why), why);
    json_decref(body);
}

TEST(a_charter_that_could_never_enter_into_force_is_not_founded)
{
    json_t *body = world_founding_body("");
    json_t *keys = json_array();
    struct why why;

    json_array_append_new(keys, json_string(world_vkey("A/delegate")));
    json_array_append_new(keys, json_string(world_vkey("B/delegate")));
    json_set_new(body, "keys", keys);
    CHECK_WHY(try(body, &why), ERR_INPUT, why,
              "2 states have officers; the charter needs 3 deposits");
    json_array_append_new(keys, json_string(world_vkey("C/delegate")));
    CHECK_OK(try(body, &why), why);
    json_decref(body);
}

TEST(the_registrars_key_is_no_states)
{
    json_t *body = world_founding_body("");
    struct why why;

    json_set_text(body, "secretariat", world_vkey("A/delegate"));
    CHECK_WHY(
        world_try_founding(body, "secretariat/registrar=A/delegate", &why),
        ERR_INPUT, why, "must be a key named test.example/secretariat/<role>");
    json_decref(body);
}
