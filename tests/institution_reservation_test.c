/*
 * Reservations and objections of states that come, go and come back.
 */
#include "test.h"
#include "world.h"

#include "base/json.h"
#include "base/mem.h"
#include "institution/relations.h"

#include <stdio.h>
#include <string.h>

#define STATUS(code) world_text(w, "member", code, "status")
#define RESERVATION(id) world_text(w, "reservation", id, "status")

static const json_t *stance(struct world *w, const char *id, const char *what,
                            const char *code)
{
    return json_map(json_map(state_get(w->state, "reservation", id), what),
                    code);
}

static void each(struct world *w, const char *codes, const char *kind,
                 const char *body)
{
    for (; *codes != '\0'; codes++) {
        char by[2] = {*codes, '\0'};

        ACT_OK(w, by, kind, body);
    }
}

/* What R-1 does between its author A and another. */
static void check_effect(struct world *w, const char *other,
                         enum relation_effect effect)
{
    struct arena *arena = arena_open();
    struct relation relation;

    relation_between(w->state, "A", other, w->now, arena, &relation);
    NEED(CHECK_INT(relation.count, 1));
    CHECK_TEXT(relation.item[0].reservation, "R-1");
    CHECK_INT(relation.item[0].effect, effect);
    arena_close(arena);
}

TEST(a_definitive_signature_confirms_what_was_formulated)
{
    struct world *w = world_open("");

    ACT_OK(w, "A", "reservation", "{'article':'2','text':'not us'}");
    ACT_OK(w, "A", "signature", "{'definitive':true}");
    CHECK_TEXT(RESERVATION("R-1"), "made");
    CHECK_TEXT(world_text(w, "member", "A", "consent_by"), "signature");
    ACT_OK(w, "B", "signature", "{}");
    ACT_NO(w, "B", "ratification",
           "{'reservations':[{'article':'2','text':''}]}", ERR_INPUT,
           "'reservations[0]' must be");
    world_close(w);
}

/* A's reservation is of 5 January 2026; the time to object runs until then in
 * 2027. D consents in 2028. */
TEST(a_state_that_consents_late_objects_before_it_consents_or_too_late)
{
    struct world *w = world_open("");

    each(w, "ABCDE", "signature", "{}");
    ACT_OK(w, "A", "ratification",
           "{'reservations':[{'article':'2','text':'not us'}]}");
    each(w, "BC", "ratification", "{}");
    world_wait(w, "2028-01-01T00:00:00Z");
    ACT_OK(w, "E", "objection", "{'reservation':'R-1'}");
    each(w, "DE", "ratification", "{}");
    world_wait(w, "2028-02-01T00:00:00Z");
    ACT_OK(w, "D", "objection", "{'reservation':'R-1'}");
    CHECK(json_flag(stance(w, "R-1", "objections", "D"), "late"));
    CHECK(!json_flag(stance(w, "R-1", "objections", "E"), "late"));
    check_effect(w, "D", EFFECT_AS_RESERVED);
    check_effect(w, "E", EFFECT_EXCLUDED);
    world_close(w);
}

TEST(a_state_that_may_accede_objects_before_it_does)
{
    struct world *w = world_open("");
    char body[1024];

    each(w, "ABCD", "signature", "{}");
    ACT_OK(w, "A", "ratification",
           "{'reservations':[{'article':'2','text':'not us'}]}");
    ACT_OK(w, "E", "objection", "{'reservation':'R-1'}"); /* it may yet sign */
    ACT_OK(w, "E", "objection-withdrawal", "{'reservation':'R-1'}");
    each(w, "BC", "ratification", "{}");
    world_wait(w, "2026-02-01T00:00:00Z");
    ACT_NO(w, "E", "objection", "{'reservation':'R-1'}", ERR_STATE,
           "one that may become a party");
    snprintf(body, sizeof body,
             "{'title':'t','text':'x','matter':'admission',"
             "'opens':'2027-02-01T00:00:00Z','effect':{'invite':{'code':'F',"
             "'name':'F','weights':{'money':'7'},'keys':['%s']}}}",
             world_vkey("F/delegate"));
    ACT_OK(w, "A", "proposal", body);
    world_wait(w, "2027-02-01T00:00:00Z");
    each(w, "ABC", "ballot", "{'proposal':'2026-001','position':'yes'}");
    world_wait(w, "2027-02-08T00:00:00Z");
    ACT_OK(w, "F", "objection", "{'reservation':'R-1','qualified':true}");
    ACT_OK(w, "F", "accession", "{}");
    world_wait(w, "2027-03-08T00:00:00Z");
    CHECK_TEXT(STATUS("F"), "party");
    CHECK(!json_flag(stance(w, "R-1", "objections", "F"), "late"));
    check_effect(w, "F", EFFECT_NO_RELATION);
    world_close(w);
}

/* E leaves and comes back: what it reserved and accepted went with it. */
TEST(a_state_that_comes_back_comes_without_its_old_reservations)
{
    struct world *w = world_open("");

    each(w, "ABCDE", "signature", "{}");
    ACT_OK(w, "A", "ratification",
           "{'reservations':[{'article':'2','text':'not us'}]}");
    each(w, "BC", "ratification", "{}");
    ACT_OK(w, "E", "ratification",
           "{'reservations':[{'article':'2','text':'nor us'}]}");
    world_wait(w, "2026-02-01T00:00:00Z");
    ACT_OK(w, "E", "proxy", "{'to':'B'}");
    ACT_OK(w, "C", "proxy", "{'to':'E'}");
    ACT_OK(w, "E", "withdrawal", "{}");
    world_wait(w, "2027-02-01T00:00:00Z");
    CHECK_TEXT(STATUS("E"), "withdrawn");
    CHECK_TEXT(RESERVATION("R-1"), "made");
    CHECK_TEXT(RESERVATION("R-2"), "lapsed");
    CHECK(stance(w, "R-1", "acceptances", "C") != NULL);
    CHECK(stance(w, "R-1", "acceptances", "E") == NULL);
    CHECK_INT(json_object_size(
                  json_map(state_get(w->state, "member", "E"), "proxies")),
              0);
    ACT_NO(w, "C", "proxy-revocation", "{'to':'E'}", ERR_ABSENT, "no proxy");
    ACT_OK(w, "D", "ratification", "{}");
    ACT_OK(w, "A", "proxy", "{'to':'B'}"); /* B's one place is free */

    ACT_OK(w, "A", "proposal",
           "{'title':'t','text':'x','matter':'admission',"
           "'effect':{'invite':'E'},'opens':'2027-02-01T00:00:00Z'}");
    each(w, "ABC", "ballot", "{'proposal':'2027-001','position':'yes'}");
    world_wait(w, "2027-02-08T00:00:00Z");
    ACT_OK(w, "E", "objection", "{'reservation':'R-1'}");
    ACT_OK(w, "E", "accession", "{}");
    ACT_OK(w, "E", "withdrawal", "{}"); /* before it takes effect */
    CHECK_TEXT(STATUS("E"), "none");
    ACT_NO(w, "E", "ratification", "{}", ERR_STATE, "only a signatory");
    ACT_OK(w, "E", "accession", "{}");
    world_wait(w, "2027-03-01T00:00:00Z");
    check_effect(w, "E", EFFECT_EXCLUDED);
    world_close(w);
}

TEST(whoever_takes_its_consent_back_no_longer_applies_the_charter)
{
    struct world *w = world_open("");

    ACT_OK(w, "A", "signature", "{'definitive':true}");
    ACT_OK(w, "A", "provisional-application",
           "{'until':'2026-03-01T00:00:00Z'}");
    ACT_OK(w, "A", "withdrawal", "{}");
    ACT_NO(w, "A", "provisional-end", "{}", ERR_STATE, "does not apply");
    world_wait(w, "2026-03-01T00:00:00Z");
    CHECK_TEXT(w->notes, "");
    world_close(w);
}

TEST(a_member_keeps_its_last_changes_of_status)
{
    struct world *w = world_open("");

    ACT_OK(w, "A", "signature", "{}");
    for (int i = 0; i < 100; i++) {
        ACT_OK(w, "A", "ratification", "{}");
        ACT_OK(w, "A", "withdrawal", "{}");
    }
    CHECK_INT(json_array_size(
                  json_list(state_get(w->state, "member", "A"), "history")),
              64);
    world_close(w);
}
