/*
 * What a decision does to the record, and what it may not be made to do.
 */
#include "test.h"
#include "world.h"

#include "base/json.h"

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
           ERR_INPUT, "the effect concerns E; it alone is the subject");
    ACT_NO(w, "A", "proposal",
           "{'title':'t','text':'x','matter':'discipline','subject':['D'],"
           "'effect':{'suspend':'E'}}",
           ERR_INPUT, "it alone is the subject");
    snprintf(body, sizeof body,
             "{'title':'t','text':'x','matter':'discipline','subject':['B'],"
             "'effect':{'rekey':{'state':'E','keys':['%s']}}}",
             world_vkey("E/minister"));
    ACT_NO(w, "A", "proposal", body, ERR_INPUT, "it alone is the subject");
    snprintf(body, sizeof body,
             "{'title':'t','text':'x','matter':'admission','subject':['B'],"
             "'effect':{'invite':{'code':'F','name':'F','keys':['%s'],"
             "'weights':{'money':'1'}}}}",
             world_vkey("F/delegate"));
    ACT_NO(w, "A", "proposal", body, ERR_INPUT, "concerns no state on record");

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
