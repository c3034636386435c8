/*
 * What falls due fits an entry, however many the members.
 */
#include "test.h"
#include "world.h"

#include "base/json.h"
#include "base/mem.h"
#include "record/entry.h"
#include "record/hash.h"

#include <stdio.h>
#include <string.h>

/* Parties beside A to E, with codes of 64 bytes; each has voted yes. */
static void add_parties(struct world *w, size_t count, const char *proposal)
{
    json_t *ballots =
        json_object_get(state_edit(w->state, "proposal", proposal), "ballots");
    json_t *roster =
        json_object_get(state_edit(w->state, "proposal", proposal), "roster");

    for (size_t i = 0; i < count; i++) {
        char code[65];

        snprintf(code, sizeof code, "Member-%057zu", i);
        state_put(w->state, "member", code,
                  json_pack("{s:s,s:s,s:s,s:{s:s},s:[],s:{},s:[],s:{}}", "code",
                            code, "name", "n", "status", "party", "weights",
                            "money", "1", "groups", "proxies", "history",
                            "officers"));
        json_array_append_new(roster, json_string(code));
        json_set_new(ballots, code, json_pack("{s:s}", "position", "yes"));
    }
}

static json_t *close_vote(struct world *w, const char *matter, size_t members)
{
    char body[256];
    json_t *due = NULL;
    struct why why;

    snprintf(body, sizeof body,
             "{'title':'t','text':'x','matter':'%s',"
             "'opens':'2026-01-15T00:00:00Z'}",
             matter);
    ACT_OK(w, "A", "proposal", body);
    add_parties(w, members - 5, "2026-001");
    w->now.s += 7 * 86400;
    NEED(CHECK_OK(institution_due(w->institution, w->now, &due, &why), why));
    NEED(due != NULL);
    return due;
}

TEST(the_outcome_of_two_hundred_members_is_written_in_full)
{
    struct world *w = world_in_force("");
    json_t *due = close_vote(w, "action", 200);
    char *line = institution_line(due);
    char *whole = json_canonical(due);

    CHECK_TEXT(json_text(due, "kind"), "adopted");
    CHECK(strncmp(line, whole, strlen(whole)) == 0);
    CHECK_TEXT(line + strlen(whole), "\n");
    mem_free(line);
    mem_free(whole);
    json_decref(due);
    world_close(w);
}

TEST(what_an_entry_cannot_hold_of_an_outcome_is_said_by_its_hash)
{
    struct world *w = world_in_force("");
    json_t *due = close_vote(w, "action", 1000);
    char *line = institution_line(due);
    json_t *said = json_loads(line, 0, NULL);
    char *positions = json_canonical(json_object_get(due, "positions"));
    struct hash hash = hash_bytes(positions, strlen(positions));
    char hex[2 * HASH_BYTES + 1];

    CHECK(strlen(line) <= ENTRY_PAYLOAD_MAX);
    CHECK(strlen(positions) > ENTRY_PAYLOAD_MAX);
    text_hex(hash.b, HASH_BYTES, hex);
    CHECK_TEXT(json_text(json_map(said, "positions"), "sha256"), hex);
    CHECK_TEXT(json_text(said, "kind"), "adopted");
    CHECK_TEXT(json_text(said, "effective"), "2026-01-22T00:00:00Z");

    /* The state has what the log says by hash. */
    institution_notify(w->institution, due, w->now, w->index++);
    CHECK_INT(json_object_size(json_map(
                  state_get(w->state, "proposal", "2026-001"), "positions")),
              1000);
    CHECK_INT(json_array_size(json_list(
                  state_get(w->state, "decision", "2026-001"), "bound")),
              995);
    mem_free(positions);
    json_decref(said);
    mem_free(line);
    json_decref(due);
    world_close(w);
}

TEST(a_title_is_one_short_line)
{
    struct world *w = world_in_force("");
    char body[600];

    ACT_NO(w, "A", "proposal",
           "{'title':'one\\ntwo','text':'x','matter':'routine'}", ERR_INPUT,
           "'title' must be a line of at most 250 bytes");
    snprintf(body, sizeof body,
             "{'title':'%0251d','text':'x','matter':'routine'}", 0);
    ACT_NO(w, "A", "proposal", body, ERR_INPUT, "'title' must be a line");
    snprintf(body, sizeof body,
             "{'title':'%0250d','text':'x','matter':'routine'}", 0);
    ACT_OK(w, "A", "proposal", body);
    world_close(w);
}

/* An objection is repeated by the notification of the break. */
TEST(the_longest_objection_there_can_be_breaks_silence)
{
    struct world *w = world_in_force("");
    size_t len = ACT_BYTES_MAX - 400;
    char *text = mem_new(1, len + 1);
    json_t *body;
    struct why why;

    ACT_OK(w, "A", "proposal",
           "{'title':'t','text':'x','matter':'quiet',"
           "'opens':'2026-01-15T00:00:00Z'}");
    memset(text, 'x', len);
    body = json_pack("{s:s,s:s,s:s}", "proposal", "2026-001", "position",
                     "object", "text", text);
    CHECK_OK(world_act_json(w, "B", "ballot", body, &why), why);
    CHECK_TEXT(world_text(w, "proposal", "2026-001", "status"), "broken");
    json_decref(body);
    mem_free(text);
    world_close(w);
}
