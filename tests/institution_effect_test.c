/*
 * What a decision does to the record, and what it may not be made to do.
 */
#include "test.h"
#include "world.h"

#include "base/json.h"
#include "base/mem.h"

#include <stdio.h>
#include <string.h>

#define STATUS(code) world_text(w, "member", code, "status")

/* Rule `others` asks for two thirds of all but the subject: whoever could name
 * the others as subjects would decide alone. */
TEST(nobody_but_the_state_concerned_is_left_out_of_the_vote_on_it)
{
    struct world *w = world_in_force("");
    char body[1024];

    ACT_NO(w, "A", "proposal",
           "{'title':'t','text':'x','matter':'discipline',"
           "'subject':['B','C','D','E'],'effect':{'suspend':'E'}}",
           ERR_INPUT, "the state that the effect concerns is the subject");
    ACT_NO(w, "A", "proposal",
           "{'title':'t','text':'x','matter':'discipline','subject':['D'],"
           "'effect':{'suspend':'E'}}",
           ERR_INPUT, "and it alone");
    snprintf(body, sizeof body,
             "{'title':'t','text':'x','matter':'discipline','subject':['B'],"
             "'effect':{'rekey':{'state':'E','keys':['%s']}}}",
             world_vkey("E/minister"));
    ACT_NO(w, "A", "proposal", body, ERR_INPUT, "and it alone");
    snprintf(body, sizeof body,
             "{'title':'t','text':'x','matter':'admission','subject':['B'],"
             "'effect':{'invite':{'code':'F','name':'F','keys':['%s'],"
             "'weights':{'money':'1'}}}}",
             world_vkey("F/delegate"));
    ACT_NO(w, "A", "proposal", body, ERR_INPUT, "leave it out");

    ACT_NO(w, "A", "proposal",
           "{'title':'t','text':'x','matter':'revision',"
           "'effect':{'amend':{'charter':'id: x','state':'E'}}}",
           ERR_INPUT, "its one field 'charter'");

    /* Not named, it is the subject all the same: E has no vote on it. */
    ACT_OK(w, "A", "proposal",
           "{'title':'t','text':'x','matter':'discipline',"
           "'opens':'2026-01-15T00:00:00Z','effect':{'suspend':'E'}}");
    CHECK_TEXT(world_list(w, "proposal", "2026-001", "subject"), "E");
    for (const char *code = "ABE"; *code != '\0'; code++) {
        char by[2] = {*code, '\0'};

        ACT_OK(w, by, "ballot", "{'proposal':'2026-001','position':'yes'}");
    }
    world_wait(w, "2026-01-22T00:00:00Z");
    CHECK_TEXT(STATUS("E"), "party"); /* 2 of 4; with E it were 3 of 5 */
    world_close(w);
}

#define INVITE_F                                                               \
    "{'title':'t','text':'x','matter':'admission','effect':{'invite':"         \
    "{'code':'%s','name':'Effland'%s,'keys':['%s']}}}"

static void refuse_invitation(struct world *w, const char *code,
                              const char *more, enum err err, const char *part)
{
    char body[1024];
    char name[80];

    snprintf(name, sizeof name, "%s/delegate", code);
    snprintf(body, sizeof body, INVITE_F, code, more, world_vkey(name));
    ACT_NO(w, "A", "proposal", body, err, part);
}

/* A member that a rule cannot count would make every vote by it undecidable. */
TEST(a_state_that_the_rules_cannot_count_is_not_invited)
{
    struct world *w = world_in_force("");

    refuse_invitation(w, "F", "", ERR_INPUT, "money");
    refuse_invitation(w, "F", ",'weights':{'money':'-1'}", ERR_INPUT, "F");
    refuse_invitation(w, "F", ",'weights':{'money':'4000000000000000000'}",
                      ERR_LIMIT, "money");
    refuse_invitation(w, "F", ",'weights':{'money':'1'},'groups':['money']",
                      ERR_INPUT, "'money' cannot be a group");
    refuse_invitation(w, "F", ",'weights':{'money':'1'},'groups':['A']",
                      ERR_INPUT, "'A' cannot be a group");
    refuse_invitation(w, "F", ",'weights':{'money':'1'},'groups':['subject']",
                      ERR_INPUT, "'subject' cannot be a group");
    refuse_invitation(w, "F", ",'weights':{'money':'1'},'groups':['affected']",
                      ERR_INPUT, "'affected' cannot be a group");
    refuse_invitation(w, "affected", ",'weights':{'money':'1'}", ERR_INPUT,
                      "'affected' is a state's code");
    refuse_invitation(w, "secretariat", ",'weights':{'money':'1'}", ERR_INPUT,
                      "'secretariat' cannot be a state's code");
    refuse_invitation(w, "members", ",'weights':{'money':'1'}", ERR_INPUT,
                      "'members' cannot be a state's code");
    refuse_invitation(w, "F", ",'english':'one\\ntwo','weights':{'money':'1'}",
                      ERR_INPUT, "'english'");
    world_close(w);
}

/* Three votes on two days in July: what the second would do, the first has
 * done. */
TEST(an_effect_whose_precondition_is_gone_falls_away)
{
    struct world *w = world_in_force("");
    char body[1024];

    for (int i = 0; i < 2; i++) {
        snprintf(body, sizeof body,
                 "{'title':'t','text':'x','matter':'discipline',"
                 "'opens':'2026-01-15T00:00:00Z','effect':{'suspend':'E'}}");
        ACT_OK(w, "A", "proposal", body);
    }
    snprintf(body, sizeof body,
             "{'title':'t','text':'x','matter':'admission','opens':"
             "'2026-01-15T00:00:00Z','effect':{'invite':{'code':'F','name':"
             "'F','weights':{'money':'1'},'keys':['%s']}}}",
             world_vkey("F/delegate"));
    ACT_OK(w, "A", "proposal", body);
    ACT_OK(w, "A", "proposal", body);
    for (const char *code = "ABC"; *code != '\0'; code++) {
        for (int i = 1; i <= 4; i++) {
            char by[2] = {*code, '\0'};

            snprintf(body, sizeof body,
                     "{'proposal':'2026-00%d','position':'yes'}", i);
            ACT_OK(w, by, "ballot", body);
        }
    }
    world_wait(w, "2026-01-22T00:00:00Z");
    CHECK_TEXT(STATUS("E"), "suspended");
    CHECK_TEXT(STATUS("F"), "none");
    CHECK_TEXT(world_text(w, "decision", "2026-001", "effect_lapsed"), "");
    CHECK(strstr(world_text(w, "decision", "2026-002", "effect_lapsed"),
                 "state") != NULL);
    CHECK_TEXT(world_text(w, "decision", "2026-003", "effect_lapsed"), "");
    CHECK(strstr(world_text(w, "decision", "2026-004", "effect_lapsed"),
                 "state") != NULL);
    world_close(w);
}

/* Whoever holds E's stolen key grants the key that the others would give it,
 * with no power worth having, and declares it compromised. */
TEST(a_thief_does_not_undo_the_decision_that_gives_new_keys)
{
    struct world *w = world_in_force("");
    char body[1024];
    char id[128];
    size_t count;
    const char **ids;

    snprintf(body, sizeof body,
             "{'title':'t','text':'x','matter':'discipline',"
             "'opens':'2026-01-15T00:00:00Z',"
             "'effect':{'rekey':{'state':'E','keys':['%s']}}}",
             world_vkey("E/minister"));
    ACT_OK(w, "A", "proposal", body);
    snprintf(body, sizeof body, "{'vkey':'%s','powers':['receipt']}",
             world_vkey("E/minister"));
    ACT_OK(w, "E", "key-grant", body);
    ids = state_ids(w->state, "key", &count);
    *id = '\0';
    for (size_t i = 0; i < count; i++)
        if (strncmp(ids[i], "E/minister+", 11) == 0)
            snprintf(id, sizeof id, "%s", ids[i]);
    mem_free(ids);
    snprintf(body, sizeof body, "{'key':'%s','since':'2026-01-15T00:00:00Z'}",
             id);
    ACT_OK(w, "E", "key-compromise", body);
    for (const char *code = "ABC"; *code != '\0'; code++) {
        char by[2] = {*code, '\0'};

        ACT_OK(w, by, "ballot", "{'proposal':'2026-001','position':'yes'}");
    }
    world_wait(w, "2026-01-22T00:00:00Z");
    ACT_NO(w, "E", "statement", "{'text':'s'}", ERR_AUTHORITY, "retired");
    ACT_OK(w, "E/minister", "statement", "{'text':'s'}");
    world_close(w);
}

#define ALL_YES(id)                                                            \
    for (const char *code = "ABC"; *code != '\0'; code++) {                    \
        char by[2] = {*code, '\0'};                                            \
                                                                               \
        ACT_OK(w, by, "ballot", "{'proposal':'" id "','position':'yes'}");     \
    }

TEST(a_decision_stands_until_another_on_its_matter_repeals_it)
{
    struct world *w = world_in_force("");

    ACT_OK(w, "A", "proposal",
           "{'title':'t','text':'x','matter':'action',"
           "'opens':'2026-01-15T00:00:00Z'}");
    for (const char *code = "ABCD"; *code != '\0'; code++) {
        char by[2] = {*code, '\0'};

        ACT_OK(w, by, "ballot", "{'proposal':'2026-001','position':'yes'}");
    }
    world_wait(w, "2026-01-22T00:00:00Z");
    CHECK_TEXT(world_text(w, "decision", "2026-001", "status"), "in force");
    ACT_NO(w, "A", "proposal",
           "{'title':'t','text':'x','matter':'action',"
           "'effect':{'repeal':'2026-009'}}",
           ERR_ABSENT, "must name a decision");
    ACT_NO(w, "A", "proposal",
           "{'title':'t','text':'x','matter':'routine',"
           "'effect':{'repeal':'2026-001'}}",
           ERR_STATE, "was decided on matter 'action'");
    for (int i = 0; i < 2; i++)
        ACT_OK(w, "A", "proposal",
               "{'title':'t','text':'x','matter':'action',"
               "'opens':'2026-01-22T00:00:00Z',"
               "'effect':{'repeal':'2026-001'}}");
    for (const char *code = "ABCD"; *code != '\0'; code++) {
        char by[2] = {*code, '\0'};

        ACT_OK(w, by, "ballot", "{'proposal':'2026-002','position':'yes'}");
        ACT_OK(w, by, "ballot", "{'proposal':'2026-003','position':'yes'}");
    }
    world_wait(w, "2026-01-29T00:00:00Z");
    CHECK_TEXT(world_text(w, "decision", "2026-001", "status"), "repealed");
    CHECK_TEXT(world_text(w, "decision", "2026-001", "repealed_by"),
               "2026-002");
    CHECK_TEXT(world_text(w, "decision", "2026-003", "effect_lapsed"), "state");
    ACT_NO(w, "E", "opt-in", "{'decision':'2026-001'}", ERR_STATE,
           "is repealed");
    w->notes[0] = '\0';
    world_wait(w, "2026-02-22T00:00:00Z"); /* when it would have lapsed */
    CHECK_TEXT(w->notes, "");
    world_close(w);
}

/* What was decided without E is undone without E. */
TEST(a_repeal_has_the_subject_of_what_it_repeals)
{
    struct world *w = world_in_force("");

    ACT_OK(w, "A", "proposal",
           "{'title':'t','text':'x','matter':'discipline','subject':['E'],"
           "'opens':'2026-01-15T00:00:00Z'}");
    ALL_YES("2026-001")
    world_wait(w, "2026-01-22T00:00:00Z");
    ACT_NO(w, "E", "proposal",
           "{'title':'t','text':'x','matter':'discipline','subject':['A'],"
           "'effect':{'repeal':'2026-001'}}",
           ERR_INPUT, "leave it out");
    ACT_OK(w, "E", "proposal",
           "{'title':'t','text':'x','matter':'discipline',"
           "'effect':{'repeal':'2026-001'}}");
    CHECK_TEXT(world_list(w, "proposal", "2026-002", "subject"), "E");
    world_close(w);
}

/* A proof of the outcome says of whom it was asked. */
TEST(an_outcome_says_whom_and_what_it_was_about)
{
    struct world *w = world_in_force("");
    json_t *due;
    struct why why;

    ACT_OK(w, "A", "proposal",
           "{'title':'t','text':'x','matter':'action','subject':['D','B'],"
           "'groups':{'affected':['E']},'opens':'2026-01-15T00:00:00Z',"
           "'annex':'00112233445566778899aabbccddeeff"
           "00112233445566778899aabbccddeeff'}");
    w->now.s += 7 * 86400;
    NEED(CHECK_OK(institution_due(w->institution, w->now, &due, &why), why));
    CHECK_TEXT(json_text(due, "kind"), "rejected");
    CHECK_TEXT(json_string_value(json_array_get(json_list(due, "subject"), 0)),
               "B");
    CHECK_INT(json_array_size(json_list(json_map(due, "groups"), "affected")),
              1);
    CHECK_INT(strlen(json_text(due, "annex")), 64);
    json_decref(due);
    world_close(w);
}
