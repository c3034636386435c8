#include "test.h"
#include "world.h"

#include "base/json.h"

#include <string.h>

#define VOTE(by, id, position)                                                 \
    ACT_OK(w, by, "ballot", "{'proposal':'" id "','position':'" position "'}")
#define OPEN(by, matter, more)                                                 \
    ACT_OK(w, by, "proposal",                                                  \
           "{'title':'t','text':'x','matter':'" matter                         \
           "','opens':'2026-01-15T00:00:00Z'" more "}")

TEST(a_decision_to_act_binds_those_who_vote_for_it)
{
    struct world *w = world_in_force("");

    OPEN("A", "action", "");
    VOTE("A", "2026-001", "no");
    VOTE("A", "2026-001", "yes"); /* changed before closing */
    VOTE("B", "2026-001", "yes");
    VOTE("C", "2026-001", "yes");
    VOTE("D", "2026-001", "yes");
    VOTE("E", "2026-001", "no");
    world_wait(w, "2026-01-21T23:59:59Z");
    CHECK_TEXT(world_text(w, "proposal", "2026-001", "status"), "open");
    world_wait(w, "2026-01-22T00:00:00Z");
    CHECK_TEXT(w->notes, "opened adopted ");
    CHECK_TEXT(world_list(w, "decision", "2026-001", "bound"), "A B C D");
    CHECK_TEXT(world_list(w, "decision", "2026-001", "exempt"), "E");
    ACT_NO(w, "A", "ballot", "{'proposal':'2026-001','position':'yes'}",
           ERR_STATE, "not open for votes");
    ACT_NO(w, "A", "opt-in", "{'decision':'2026-001'}", ERR_STATE,
           "bound by decision 2026-001 already");
    ACT_OK(w, "E", "opt-in", "{'decision':'2026-001'}");
    CHECK_TEXT(world_list(w, "decision", "2026-001", "bound"), "A B C D E");
    CHECK_TEXT(world_list(w, "decision", "2026-001", "exempt"), "");
    world_wait(w, "2026-02-22T00:00:00Z"); /* stands for a month */
    CHECK_TEXT(world_text(w, "decision", "2026-001", "status"), "lapsed");
    world_close(w);
}

TEST(one_no_among_the_directly_affected_stops_an_action)
{
    struct world *w = world_in_force("");

    ACT_NO(w, "A", "proposal",
           "{'title':'t','text':'x','matter':'action',"
           "'groups':{'afected':['E']}}",
           ERR_ABSENT, "no group 'afected'");
    OPEN("A", "action", ",'groups':{'affected':['E']}");
    VOTE("A", "2026-001", "yes");
    VOTE("B", "2026-001", "yes");
    VOTE("C", "2026-001", "yes");
    VOTE("D", "2026-001", "yes");
    VOTE("E", "2026-001", "no");
    ACT_OK(w, "A", "closing", "{'proposal':'2026-001'}"); /* all have voted */
    CHECK_TEXT(w->notes, "opened rejected ");
    world_close(w);
}

TEST(a_vote_closes_early_only_when_all_have_voted)
{
    struct world *w = world_in_force("");

    OPEN("A", "routine", "");
    VOTE("A", "2026-001", "yes");
    ACT_NO(w, "A", "closing", "{'proposal':'2026-001'}", ERR_STATE,
           "B has not voted");
    ACT_NO(w, "E", "closing", "{'proposal':'2026-001'}", ERR_AUTHORITY,
           "only A");
    world_close(w);
}

TEST(silence_binds_only_whom_it_reached)
{
    struct world *w = world_in_force("");

    OPEN("A", "quiet", ""); /* who put it has read it */
    for (const char *code = "BCD"; *code != '\0'; code++) {
        char by[2] = {*code, '\0'};

        ACT_OK(w, by, "receipt", "{'proposal':'2026-001'}");
    }
    ACT_NO(w, "B", "receipt", "{'proposal':'2026-001'}", ERR_STATE, "already");
    ACT_NO(w, "A", "ballot", "{'proposal':'2026-001','position':'no'}",
           ERR_INPUT, "expected one of: yes, object");
    world_wait(w, "2026-01-18T00:00:00Z");
    CHECK_TEXT(w->notes, "opened adopted ");
    CHECK_TEXT(world_list(w, "decision", "2026-001", "bound"), "A B C D");
    CHECK_TEXT(world_list(w, "decision", "2026-001", "exempt"), "E");
    /* Late: recorded, without effect. */
    ACT_OK(w, "B", "ballot",
           "{'proposal':'2026-001','position':'object','text':'too late'}");
    CHECK_TEXT(world_text(w, "decision", "2026-001", "status"), "in force");
    CHECK(
        json_map(json_map(state_get(w->state, "proposal", "2026-001"), "late"),
                 "B") != NULL);
    world_close(w);
}

TEST(a_written_objection_breaks_silence_and_amendment_lets_it_circulate_again)
{
    struct world *w = world_in_force("");

    OPEN("A", "quiet", "");
    ACT_NO(w, "B", "ballot", "{'proposal':'2026-001','position':'object'}",
           ERR_INPUT, "must be written");
    ACT_OK(w, "B", "ballot",
           "{'proposal':'2026-001','position':'object','text':'not so'}");
    CHECK_TEXT(w->notes, "opened silence-broken ");
    ACT_NO(w, "B", "ballot", "{'proposal':'2026-001','position':'yes'}",
           ERR_STATE, "is broken");
    ACT_NO(w, "A", "opening", "{'proposal':'2026-001'}", ERR_STATE,
           "amend it before");
    ACT_OK(w, "A", "amendment", "{'proposal':'2026-001','text':'so'}");
    ACT_NO(w, "A", "opening",
           "{'proposal':'2026-001','closes':'2026-01-17T00:00:00Z'}", ERR_STATE,
           "at least 72");
    ACT_OK(w, "A", "opening", "{'proposal':'2026-001'}");
    /* Another's amendment is a break as well. */
    ACT_OK(w, "C", "amendment", "{'proposal':'2026-001','text':'or so'}");
    CHECK_TEXT(world_text(w, "proposal", "2026-001", "status"), "broken");
    ACT_OK(w, "A", "amendment-adoption",
           "{'proposal':'2026-001','amendment':1}");
    CHECK_TEXT(world_text(w, "proposal", "2026-001", "text"), "or so");
    ACT_OK(w, "A", "opening", "{'proposal':'2026-001'}");
    world_wait(w, "2026-01-18T00:00:00Z");
    CHECK_TEXT(world_text(w, "proposal", "2026-001", "status"), "adopted");
    world_close(w);
}

TEST(an_objection_at_the_instant_of_the_deadline_is_late)
{
    struct world *w = world_in_force("");

    OPEN("A", "quiet", "");
    w->now.s += 72 * 3600; /* no deadline met yet: the act meets it first */
    ACT_OK(w, "B", "ballot",
           "{'proposal':'2026-001','position':'object','text':'now?'}");
    CHECK_TEXT(world_text(w, "proposal", "2026-001", "status"), "adopted");
    world_close(w);
}

TEST(a_reserved_matter_cannot_be_put)
{
    struct world *w = world_in_force("");

    ACT_NO(w, "A", "proposal", "{'title':'t','text':'x','matter':'arms'}",
           ERR_STATE, "reserved to each state, article 3");
    ACT_NO(w, "A", "proposal", "{'title':'t','text':'x','matter':'war'}",
           ERR_ABSENT, "no matter 'war'");
    world_close(w);
}

TEST(the_text_cannot_change_while_votes_are_open)
{
    struct world *w = world_in_force("");

    OPEN("A", "routine", "");
    ACT_NO(w, "A", "amendment", "{'proposal':'2026-001','text':'y'}", ERR_STATE,
           "its text cannot change");
    ACT_NO(w, "B", "amendment", "{'proposal':'2026-001','text':'y'}", ERR_STATE,
           "its text cannot change");
    ACT_NO(w, "A", "ballot",
           "{'proposal':'2026-001','position':'yes','version':2}", ERR_STATE,
           "version 1, not 2");
    world_close(w);
}

TEST(a_deadline_moves_only_forward_and_only_before_it_passes)
{
    struct world *w = world_in_force("");

    OPEN("A", "routine", "");
    ACT_NO(w, "A", "extension",
           "{'proposal':'2026-001','closes':'2026-01-20T00:00:00Z'}", ERR_INPUT,
           "later than 2026-01-22T00:00:00Z");
    ACT_OK(w, "B", "extension", /* B presides */
           "{'proposal':'2026-001','closes':'2026-01-29T00:00:00Z'}");
    world_wait(w, "2026-01-22T00:00:00Z");
    CHECK_TEXT(world_text(w, "proposal", "2026-001", "status"), "open");
    w->now.s += 8 * 86400;
    ACT_NO(w, "A", "extension",
           "{'proposal':'2026-001','closes':'2026-02-22T00:00:00Z'}", ERR_STATE,
           "is rejected, not open");
    world_close(w);
}

TEST(a_proxy_votes_until_the_principal_does)
{
    struct world *w = world_in_force("");

    OPEN("A", "routine", "");
    ACT_NO(w, "B", "ballot",
           "{'proposal':'2026-001','position':'yes','for':'A'}", ERR_AUTHORITY,
           "holds no proxy");
    ACT_OK(w, "A", "proxy", "{'to':'B'}");
    ACT_NO(w, "C", "proxy", "{'to':'B'}", ERR_STATE, "as many as");
    ACT_OK(w, "B", "ballot",
           "{'proposal':'2026-001','position':'yes','for':'A'}");
    VOTE("A", "2026-001", "no");
    ACT_NO(w, "B", "ballot",
           "{'proposal':'2026-001','position':'yes','for':'A'}", ERR_AUTHORITY,
           "has voted itself");
    ACT_OK(w, "A", "proxy-revocation", "{'to':'B'}");
    ACT_OK(w, "C", "proxy", "{'to':'B','proposals':['2026-001']}");
    ACT_NO(w, "D", "proxy", "{'to':'B'}", ERR_STATE, "as many as");
    world_wait(w, "2026-03-01T00:00:00Z"); /* decided: that one is over */
    ACT_OK(w, "D", "proxy", "{'to':'B'}");
    world_close(w);
}

TEST(a_trio_speaks_when_two_of_it_agree)
{
    struct world *w = world_in_force("");

    ACT_NO(w, "E", "statement", "{'text':'s','as':'trio'}", ERR_AUTHORITY,
           "not of 'trio'");
    ACT_OK(w, "A", "statement", "{'text':'s','as':'trio','matter':'action'}");
    CHECK_TEXT(world_text(w, "statement", "S-1", "status"), "endorsing");
    ACT_NO(w, "A", "endorsement", "{'statement':'S-1'}", ERR_STATE, "already");
    ACT_OK(w, "C", "endorsement", "{'statement':'S-1'}");
    CHECK_TEXT(world_text(w, "statement", "S-1", "status"), "made");
    ACT_OK(w, "E", "statement", "{'text':'ours','position':'abstain'}");
    CHECK_TEXT(world_text(w, "statement", "S-2", "status"), "made");
    world_close(w);
}

TEST(the_presidency_passes_by_calendar)
{
    struct world *w = world_in_force("");
    const json_t *presidency;

    world_wait(w, "2026-07-14T23:59:59Z");
    presidency =
        json_map(state_get(w->state, "coalition", "coalition"), "presidency");
    CHECK_TEXT(json_text(presidency, "holder"), "B");
    world_wait(w, "2026-07-15T00:00:00Z");
    presidency =
        json_map(state_get(w->state, "coalition", "coalition"), "presidency");
    CHECK_TEXT(json_text(presidency, "holder"), "A");
    world_close(w);
}

TEST(whoever_becomes_a_party_later_is_not_on_the_roster)
{
    struct world *w = world_open("");

    for (const char *code = "ABCD"; *code != '\0'; code++) {
        char by[2] = {*code, '\0'};

        ACT_OK(w, by, "signature", "{'definitive':true}");
    }
    world_wait(w, "2026-01-15T00:00:00Z");
    ACT_OK(w, "E", "signature", "{'definitive':true}");
    ACT_OK(w, "A", "proposal",
           "{'title':'t','text':'x','matter':'routine',"
           "'opens':'2026-01-20T00:00:00Z','closes':'2026-02-20T00:00:00Z'}");
    world_wait(w, "2026-01-25T00:00:00Z");
    CHECK_TEXT(world_text(w, "member", "E", "status"), "party");
    ACT_NO(w, "E", "ballot", "{'proposal':'2026-001','position':'yes'}",
           ERR_AUTHORITY, "was no party when");
    world_close(w);
}
