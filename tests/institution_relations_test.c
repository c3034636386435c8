#include "institution/relations.h"

#include "base/json.h"
#include "base/mem.h"
#include "institution/council.h"
#include "test.h"
#include "world.h"

#include <string.h>

/* The relation in a line: "in force 1: 2 pending". */
static const char *related(struct world *w, const char *a, const char *b)
{
    static char line[256];
    struct arena *arena = arena_open();
    struct relation relation;
    int len;

    relation_between(w->state, a, b, w->now, arena, &relation);
    len = snprintf(line, sizeof line, "%s %d", relation_word(relation.kind),
                   (int)relation.version);
    for (size_t i = 0; i < relation.count; i++)
        len += snprintf(line + len, sizeof line - (size_t)len, "%s %s %s%s%s",
                        i == 0 ? ":" : ",", relation.item[i].article,
                        relation_effect_word(relation.item[i].effect),
                        *relation.item[i].how == '\0' ? "" : " ",
                        relation.item[i].how);
    arena_close(arena);
    return line;
}

static void all_sign(struct world *w)
{
    for (const char *code = "ABCDE"; *code != '\0'; code++) {
        char by[2] = {*code, '\0'};

        ACT_OK(w, by, "signature", "{}");
    }
}

TEST(a_reservation_makes_relations_pairwise)
{
    struct world *w = world_open("");

    all_sign(w);
    CHECK_TEXT(related(w, "A", "B"), "none 0");
    ACT_OK(w, "A", "ratification",
           "{'reservations':[{'article':'2','text':'not us'}]}");
    ACT_OK(w, "B", "ratification", "{}");
    ACT_OK(w, "C", "ratification", "{}");
    CHECK_TEXT(related(w, "A", "B"), "none 0");
    world_wait(w, "2026-01-15T00:00:00Z");
    CHECK_TEXT(related(w, "B", "C"), "in force 1");
    CHECK_TEXT(related(w, "A", "B"), "in force 1: 2 pending");
    ACT_OK(w, "B", "objection", "{'reservation':'R-1'}");
    CHECK_TEXT(related(w, "A", "B"), "in force 1: 2 excluded");
    CHECK_TEXT(related(w, "B", "A"), "in force 1: 2 excluded");
    ACT_OK(w, "C", "reservation-acceptance", "{'reservation':'R-1'}");
    CHECK_TEXT(related(w, "C", "A"), "in force 1: 2 as reserved express");
    ACT_OK(w, "D", "objection", "{'reservation':'R-1','qualified':true}");
    ACT_OK(w, "D", "ratification", "{}");
    world_wait(w, "2026-01-25T00:00:00Z");
    CHECK_TEXT(related(w, "A", "D"), "none 0: 2 no relation");
    CHECK_TEXT(related(w, "B", "D"), "in force 1");
    world_close(w);
}

TEST(whoever_consents_late_without_objecting_accepts_a_reservation)
{
    struct world *w = world_open("");

    all_sign(w);
    ACT_OK(w, "A", "ratification",
           "{'reservations':[{'article':'2','text':'not us'}]}");
    ACT_OK(w, "B", "ratification", "{}");
    ACT_OK(w, "C", "ratification", "{}");
    world_wait(w, "2027-01-05T00:00:00Z"); /* twelve months have passed */
    CHECK_TEXT(related(w, "A", "B"), "in force 1: 2 as reserved tacit");
    ACT_OK(w, "B", "objection", "{'reservation':'R-1'}"); /* too late */
    CHECK_TEXT(related(w, "A", "B"), "in force 1: 2 as reserved tacit");
    ACT_OK(w, "D", "ratification", "{}");
    ACT_OK(w, "E", "objection", "{'reservation':'R-1'}");
    ACT_OK(w, "E", "ratification", "{}");
    world_wait(w, "2027-01-15T00:00:00Z");
    CHECK_TEXT(related(w, "A", "D"),
               "in force 1: 2 as reserved by consenting to the charter");
    ACT_OK(w, "D", "objection", "{'reservation':'R-1'}"); /* after consent */
    CHECK_TEXT(related(w, "A", "D"),
               "in force 1: 2 as reserved by consenting to the charter");
    CHECK_TEXT(related(w, "A", "E"), "in force 1: 2 excluded");
    ACT_OK(w, "A", "reservation-withdrawal", "{'reservation':'R-1'}");
    CHECK_TEXT(related(w, "A", "E"), "in force 1");
    world_close(w);
}

TEST(provisional_application_relates_before_entry_into_force)
{
    struct world *w = world_open("");

    all_sign(w);
    ACT_OK(w, "A", "provisional-application", "{}");
    CHECK_TEXT(related(w, "A", "B"), "none 0");
    ACT_OK(w, "B", "provisional-application", "{}");
    CHECK_TEXT(related(w, "A", "B"), "provisional 1");
    ACT_OK(w, "A", "provisional-end", "{}");
    CHECK_TEXT(related(w, "A", "B"), "none 0");
    world_close(w);
}

/* Two states are bound by the text that both are parties to (VCLT 40(4)). */
TEST(a_party_that_does_not_accept_an_amendment_keeps_the_old_text)
{
    struct world *w = world_in_force("");
    const char *text = world_text(w, "charter", "charter", "text");
    char *amended = mem_copy_text(text, strlen(text));
    json_t *body;
    struct why why;

    *(strstr(amended, "version: 1") + 9) = '2';
    body = json_pack("{s:s,s:s,s:s,s:s,s:{s:{s:s}}}", "title", "v2", "text",
                     "Amend it", "matter", "revision", "opens",
                     "2026-01-15T00:00:00Z", "effect", "amend", "charter",
                     amended);
    CHECK_OK(world_act_json(w, "A", "proposal", body, &why), why);
    json_decref(body);
    for (const char *code = "ABCD"; *code != '\0'; code++) {
        char by[2] = {*code, '\0'};

        ACT_OK(w, by, "ballot", "{'proposal':'2026-001','position':'yes'}");
    }
    world_wait(w, "2026-01-22T00:00:00Z");
    for (const char *code = "ABCD"; *code != '\0'; code++) {
        char by[2] = {*code, '\0'};

        ACT_OK(w, by, "amendment-acceptance", "{'amendment':'2026-001'}");
    }
    world_wait(w, "2026-02-12T00:00:00Z");
    CHECK_TEXT(related(w, "A", "D"), "in force 2");
    CHECK_TEXT(related(w, "A", "E"), "in force 1");
    mem_free(amended);
    world_close(w);
}

TEST(a_vote_counted_again_from_the_record_gives_the_same)
{
    struct world *w = world_in_force("");
    const json_t *proposal;
    json_t *positions = json_object();
    struct tally tally;
    struct why why;

    ACT_OK(w, "A", "proposal",
           "{'title':'t','text':'x','matter':'action',"
           "'opens':'2026-01-15T00:00:00Z'}");
    ACT_OK(w, "E", "ballot", "{'proposal':'2026-001','position':'no'}");
    proposal = state_get(w->state, "proposal", "2026-001");
    CHECK_OK(tally_count(w->state, institution_charter(w->institution),
                         proposal, false, true, &tally, &why),
             why);
    CHECK(tally.result.outcome == OUTCOME_OPEN);
    tally_clear(&tally);
    for (const char *code = "ABCDE"; *code != '\0'; code++) {
        char by[2] = {*code, '\0'};

        json_set_text(positions, by, *code == 'E' ? "no" : "yes");
    }
    CHECK_OK(tally_recount(w->state, institution_charter(w->institution),
                           proposal, positions, &tally, &why),
             why);
    CHECK(tally.result.outcome == OUTCOME_ADOPTED);
    CHECK_INT(set_count(&tally.result.bound), 4);
    CHECK(tally.result.to_block.possible);
    tally_clear(&tally);
    json_object_del(positions, "D");
    CHECK_WHY(tally_recount(w->state, institution_charter(w->institution),
                            proposal, positions, &tally, &why),
              ERR_INPUT, why, "no position of D");
    json_decref(positions);
    world_close(w);
}
