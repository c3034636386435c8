/*
 * Officers' keys: how many count, who stops whose, what a thief can spoil.
 */
#include "test.h"
#include "world.h"

#include "base/json.h"

#include <stdio.h>
#include <string.h>

static void grant(struct world *w, const char *by, const char *name)
{
    char body[512];

    snprintf(body, sizeof body, "{'vkey':'%s'}", world_vkey(name));
    ACT_OK(w, by, "key-grant", body);
}

static enum err stop(struct world *w, const char *by, const char *name,
                     struct why *why)
{
    char body[256];

    snprintf(body, sizeof body, "{'key':'%s','since':'2026-01-05T00:00:00Z'}",
             world_key_id(name));
    return world_act(w, by, "key-compromise", body, why);
}

/* An act has one signature of each officer. */
TEST(two_keys_of_one_officer_are_one_signature)
{
    struct world *w = world_open("");
    char body[256];

    grant(w, "B", "B/delegate#2");
    ACT_OK(w, "B/delegate#2", "statement", "{'text':'s'}");
    ACT_NO(w, "B", "officers", "{'ordinary':1,'solemn':2}", ERR_INPUT,
           "solemn <= 1");
    grant(w, "B", "B/minister");
    ACT_OK(w, "B", "officers", "{'ordinary':1,'solemn':2}");
    snprintf(body, sizeof body, "{'key':'%s'}", world_key_id("B/minister"));
    ACT_NO(w, "B/delegate+B/minister", "key-retire", body, ERR_STATE,
           "1 officers of B");
    snprintf(body, sizeof body, "{'key':'%s'}", world_key_id("B/delegate"));
    ACT_OK(w, "B/delegate+B/minister", "key-retire", body);
    world_close(w);
}

TEST(no_more_officers_must_sign_than_an_act_has_room_for)
{
    struct world *w = world_open("");
    char name[32];

    for (int i = 0; i < 20; i++) {
        snprintf(name, sizeof name, "B/officer%d", i);
        grant(w, "B", name);
    }
    ACT_NO(w, "B", "officers", "{'ordinary':1,'solemn':17}", ERR_INPUT,
           "solemn <= 16");
    for (int i = 20; i < 63; i++) {
        snprintf(name, sizeof name, "B/officer%d", i);
        grant(w, "B", name);
    }
    {
        char body[512];

        snprintf(body, sizeof body, "{'vkey':'%s'}", world_vkey("B/other"));
        ACT_NO(w, "B", "key-grant", body, ERR_LIMIT, "at most 64");
        snprintf(body, sizeof body, "{'key':'%s'}", world_key_id("B/officer7"));
        ACT_OK(w, "B", "key-retire", body);
    }
    grant(w, "B", "B/other");
    world_close(w);
}

/* Three officers, two for solemn acts; the clerk's key is stolen. */
TEST(a_thief_with_one_key_of_three_does_not_lock_a_state_out)
{
    struct world *w = world_open("");
    struct why why;

    grant(w, "B", "B/minister");
    grant(w, "B", "B/clerk");
    ACT_OK(w, "B", "officers", "{'ordinary':1,'solemn':2}");
    CHECK_WHY(stop(w, "B/clerk", "B/minister", &why), ERR_AUTHORITY, why,
              "another officer's key; 2 with full powers must sign");
    CHECK_OK(stop(w, "B/delegate+B/minister", "B/clerk", &why), why);
    ACT_NO(w, "B/clerk", "statement", "{'text':'s'}", ERR_AUTHORITY,
           "compromised");
    /* Of two officers one can stop the other: nothing tells them apart. */
    CHECK_OK(stop(w, "B/delegate", "B/minister", &why), why);
    /* Its own key each stops alone, and none need be left. */
    CHECK_OK(stop(w, "B/delegate", "B/delegate", &why), why);
    world_close(w);
}

TEST(a_retired_key_is_found_out_later)
{
    struct world *w = world_open("");
    char body[256];
    struct why why;

    grant(w, "B", "B/minister");
    snprintf(body, sizeof body, "{'key':'%s'}", world_key_id("B/minister"));
    ACT_OK(w, "B", "key-retire", body);
    ACT_NO(w, "B", "key-retire", body, ERR_STATE, "retired already");
    world_wait(w, "2026-01-09T00:00:00Z");
    CHECK_OK(stop(w, "B", "B/minister", &why), why);
    CHECK_WHY(stop(w, "B", "B/minister", &why), ERR_STATE, why,
              "compromised already");
    CHECK_TEXT(
        world_text(w, "key", world_key_id("B/minister"), "suspect_since"),
        "2026-01-05T00:00:00Z");
    CHECK_TEXT(world_text(w, "key", world_key_id("B/minister"), "ended_at"),
               "2026-01-05T00:00:00Z");
    world_close(w);
}

TEST(nobody_spends_an_officers_nonces_for_ever)
{
    struct world *w = world_open("");
    struct why why;

    w->nonce = UINT64_C(1) << 42;
    ACT_NO(w, "B", "statement", "{'text':'s'}", ERR_LIMIT, "too far ahead");
    w->nonce = (UINT64_C(1) << 42) - 1;
    ACT_OK(w, "B", "statement", "{'text':'s'}");
    grant(w, "B", "B/minister");
    w->nonce = 0;
    ACT_NO(w, "B", "statement", "{'text':'s'}", ERR_STATE, "is spent");

    /* A key beside the old one goes on where that was. */
    w->nonce = (UINT64_C(1) << 42) + 10;
    grant(w, "B", "B/delegate#2");
    w->nonce = 0;
    ACT_NO(w, "B/delegate#2", "statement", "{'text':'s'}", ERR_STATE,
           "is spent");
    w->nonce = (UINT64_C(1) << 42) + 20;
    CHECK_OK(stop(w, "B", "B/delegate", &why), why);
    CHECK_OK(stop(w, "B/delegate#2", "B/delegate#2", &why), why);

    /* One in their place begins anew. */
    w->nonce = 0;
    grant(w, "B/minister", "B/delegate#3");
    w->nonce = 0;
    ACT_OK(w, "B/delegate#3", "statement", "{'text':'s'}");
    world_close(w);
}

/* The clerk may vote and nothing else, and two must sign whatever it is. */
TEST(an_officer_without_powers_stops_its_own_key_alone)
{
    struct world *w = world_open("");
    char body[512];
    struct why why;

    grant(w, "B", "B/minister");
    snprintf(body, sizeof body, "{'vkey':'%s','powers':['ballot']}",
             world_vkey("B/clerk"));
    ACT_OK(w, "B", "key-grant", body);
    CHECK_WHY(stop(w, "B/clerk", "B/minister", &why), ERR_AUTHORITY, why,
              "1 with full powers must sign");
    ACT_OK(w, "B", "officers", "{'ordinary':2,'solemn':2}");
    CHECK_OK(stop(w, "B/clerk+B/delegate", "B/minister", &why), why);
    CHECK_OK(stop(w, "B/clerk", "B/clerk", &why), why);
    ACT_NO(w, "B/clerk", "ballot", "{'proposal':'2026-001','position':'yes'}",
           ERR_AUTHORITY, "compromised");
    world_close(w);
}
