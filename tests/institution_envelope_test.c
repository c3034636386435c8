#include "test.h"
#include "world.h"

#include "base/json.h"

#include <stdio.h>
#include <string.h>

TEST(an_act_from_a_fork_is_refused)
{
    struct world *w = world_open("");

    w->forked = true;
    ACT_NO(w, "A", "signature", "{}", ERR_STATE, "another history");
    w->forked = false;
    ACT_OK(w, "A", "signature", "{}");
    world_close(w);
}

TEST(a_nonce_is_spent_once_and_the_last_53_may_come_in_any_order)
{
    struct world *w = world_open("");

    w->nonce = 99;
    ACT_OK(w, "A", "signature", "{}"); /* 100 */
    w->nonce = 99;
    ACT_NO(w, "A", "statement", "{'text':'s'}", ERR_STATE, "is spent");
    w->nonce = 59;
    ACT_OK(w, "A", "statement", "{'text':'s'}"); /* 60 */
    w->nonce = 59;
    ACT_NO(w, "A", "statement", "{'text':'s'}", ERR_STATE, "is spent");
    w->nonce = 46;
    ACT_NO(w, "A", "statement", "{'text':'s'}", ERR_STATE, "is spent");
    w->nonce = 47;
    ACT_OK(w, "A", "statement", "{'text':'s'}"); /* 48, 52 before the last */
    w->nonce = 199;
    ACT_OK(w, "A", "statement", "{'text':'s'}");
    w->nonce = 147;
    ACT_OK(w, "A", "statement", "{'text':'s'}"); /* 148 */
    w->nonce = 99;
    ACT_OK(w, "B", "statement", "{'text':'s'}"); /* each officer its own */
    world_close(w);
}

TEST(fields_are_checked_by_the_table_of_kinds)
{
    struct world *w = world_open("");

    ACT_NO(w, "A", "sing", "{}", ERR_INPUT, "no kind of act 'sing'");
    ACT_NO(w, "A", "signature", "{'definitve':true}", ERR_INPUT,
           "no field 'definitve'");
    ACT_NO(w, "A", "signature", "{'definitive':1}", ERR_INPUT,
           "must be a true or false");
    ACT_NO(w, "A", "statement", "{}", ERR_INPUT, "needs a field 'text'");
    ACT_NO(w, "A", "founding", "{}", ERR_AUTHORITY, "of the secretariat");
    ACT_NO(w, "A", "proposal", "{'title':'t','text':'x','matter':'routine'}",
           ERR_STATE, "not in force");
    world_close(w);
}

TEST(every_officer_who_signs_must_speak_for_the_state)
{
    struct world *w = world_open("");

    ACT_NO(w, "A/delegate+B/delegate", "signature", "{}", ERR_AUTHORITY,
           "speaks for B, not for A");
    ACT_NO(w, "A/clerk", "signature", "{}", ERR_AUTHORITY, "not on record");
    world_close(w);
}

TEST(two_officers_sign_solemn_acts_once_the_state_says_so)
{
    struct world *w = world_open("");

    ACT_NO(w, "A", "officers", "{'ordinary':1,'solemn':3}", ERR_INPUT,
           "solemn <= 2");
    ACT_OK(w, "A", "officers", "{'ordinary':1,'solemn':2}");
    ACT_NO(w, "A", "signature", "{}", ERR_AUTHORITY, "1 officer of A signed");
    ACT_OK(w, "A/minister+A/delegate", "signature", "{}");
    ACT_OK(w, "A", "statement", "{'text':'alone'}");
    world_close(w);
}

TEST(a_key_is_rotated_and_a_compromised_one_is_stopped_at_once)
{
    struct world *w = world_in_force("");
    char body[1024];
    struct why why;
    const char *old;
    size_t count;
    const char **id = state_ids(w->state, "key", &count);

    old = NULL;
    for (size_t i = 0; i < count; i++)
        if (strncmp(id[i], "B/delegate+", 11) == 0)
            old = id[i];
    NEED(old != NULL);
    snprintf(body, sizeof body, "{'key':'%s'}", old);
    ACT_NO(w, "B", "key-retire", body, ERR_STATE, "grant a new one first");
    snprintf(body, sizeof body,
             "{'vkey':'%s','powers':['ballot'],"
             "'until':'2026-02-01T00:00:00Z'}",
             world_vkey("B/clerk"));
    ACT_OK(w, "B", "key-grant", body);
    ACT_NO(w, "B", "key-grant", body, ERR_STATE, "on record already");
    ACT_NO(w, "B/clerk", "statement", "{'text':'s'}", ERR_AUTHORITY,
           "no full powers for statement");
    snprintf(body, sizeof body, "{'vkey':'%s'}", world_vkey("C/clerk"));
    ACT_NO(w, "B", "key-grant", body, ERR_INPUT, "test.example/B/<role>");
    snprintf(body, sizeof body, "{'key':'%s','since':'2026-01-10T00:00:00Z'}",
             old);
    ACT_NO(w, "C", "key-compromise", body, ERR_AUTHORITY, "is B's");
    CHECK_OK(world_act(w, "B", "key-compromise", body, &why), why);
    ACT_NO(w, "B", "statement", "{'text':'s'}", ERR_AUTHORITY, "compromised");
    world_wait(w, "2026-02-01T00:00:00Z");
    ACT_NO(w, "B/clerk", "ballot", "{'proposal':'2026-001','position':'yes'}",
           ERR_AUTHORITY, "not valid at this time");
    mem_free(id);
    world_close(w);
}

TEST(a_state_without_keys_is_given_new_ones_by_the_others)
{
    struct world *w = world_in_force("");
    char body[1024];

    snprintf(body, sizeof body,
             "{'title':'t','text':'x','matter':'discipline','subject':['E'],"
             "'opens':'2026-01-15T00:00:00Z',"
             "'effect':{'rekey':{'state':'E','keys':['%s']}}}",
             world_vkey("E/minister"));
    ACT_OK(w, "A", "proposal", body);
    for (const char *code = "ABC"; *code != '\0'; code++) {
        char by[2] = {*code, '\0'};

        ACT_OK(w, by, "ballot", "{'proposal':'2026-001','position':'yes'}");
    }
    world_wait(w, "2026-01-22T00:00:00Z");
    ACT_NO(w, "E", "statement", "{'text':'s'}", ERR_AUTHORITY, "retired");
    ACT_OK(w, "E/minister", "statement", "{'text':'s'}");
    world_close(w);
}

TEST(the_same_acts_give_the_same_state)
{
    struct hash digest[2];

    for (int i = 0; i < 2; i++) {
        struct world *w = world_in_force("");

        ACT_OK(w, "A", "proposal",
               "{'title':'t','text':'x','matter':'action',"
               "'opens':'2026-01-15T00:00:00Z'}");
        ACT_OK(w, "B", "ballot", "{'proposal':'2026-001','position':'yes'}");
        world_wait(w, "2026-03-01T00:00:00Z");
        state_digest(w->state, &digest[i]);
        world_close(w);
    }
    CHECK(hash_same(&digest[0], &digest[1]));
}
