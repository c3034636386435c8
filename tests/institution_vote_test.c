/*
 * Votes at the edges: deadlines kept, silence broken by those who may, ballots
 * that stand, a charter that changes meanwhile, and what there is room for.
 */
#include "test.h"
#include "world.h"

#include "base/json.h"
#include "base/mem.h"

#include <stdio.h>
#include <string.h>

#define PROPOSAL(field) world_text(w, "proposal", "2026-001", field)

static void each(struct world *w, const char *codes, const char *kind,
                 const char *body)
{
    for (; *codes != '\0'; codes++) {
        char by[2] = {*codes, '\0'};

        ACT_OK(w, by, kind, body);
    }
}

static void pass(struct world *w, int days)
{
    w->now.s += days * 86400;
    world_wait(w, NULL);
}

/* B presides and could otherwise cut short what A announced. */
TEST(a_proposal_closes_when_it_said_unless_its_opening_says_otherwise)
{
    struct world *w = world_in_force("");

    ACT_OK(w, "A", "proposal",
           "{'title':'t','text':'x','matter':'routine',"
           "'closes':'2026-03-01T00:00:00Z'}");
    ACT_OK(w, "B", "opening", "{'proposal':'2026-001'}");
    CHECK_TEXT(PROPOSAL("closes_at"), "2026-03-01T00:00:00Z");
    world_close(w);

    w = world_in_force("");
    ACT_OK(w, "A", "proposal",
           "{'title':'t','text':'x','matter':'routine',"
           "'closes':'2026-03-01T00:00:00Z'}");
    ACT_OK(w, "B", "opening",
           "{'proposal':'2026-001','closes':'2026-02-01T00:00:00Z'}");
    CHECK_TEXT(PROPOSAL("closes_at"), "2026-02-01T00:00:00Z");
    world_close(w);
}

/* It said 20 January, and is opened on the 19th. */
TEST(silence_is_never_shorter_than_its_rule_says)
{
    struct world *w = world_in_force("");

    ACT_OK(w, "A", "proposal",
           "{'title':'t','text':'x','matter':'quiet',"
           "'closes':'2026-01-20T00:00:00Z'}");
    world_wait(w, "2026-01-19T00:00:00Z");
    ACT_OK(w, "A", "opening", "{'proposal':'2026-001'}");
    CHECK_TEXT(PROPOSAL("closes_at"), "2026-01-22T00:00:00Z");
    world_close(w);
}

/* E becomes a party while the silence runs: it has no voice in it. */
TEST(an_amendment_breaks_silence_only_by_those_who_may)
{
    struct world *w = world_open("");

    each(w, "ABCD", "signature", "{'definitive':true}");
    world_wait(w, "2026-01-15T00:00:00Z");
    ACT_OK(w, "E", "signature", "{'definitive':true}");
    ACT_OK(w, "A", "proposal",
           "{'title':'t','text':'x','matter':'quiet','opens':"
           "'2026-01-20T00:00:00Z','closes':'2026-02-20T00:00:00Z'}");
    world_wait(w, "2026-01-25T00:00:00Z");
    CHECK_TEXT(world_text(w, "member", "E", "status"), "party");
    ACT_NO(w, "E", "amendment", "{'proposal':'2026-001','text':'y'}",
           ERR_AUTHORITY, "was no party when proposal 2026-001 was opened");
    CHECK_TEXT(PROPOSAL("status"), "open");
    ACT_OK(w, "B", "amendment", "{'proposal':'2026-001','text':'y'}");
    CHECK_TEXT(PROPOSAL("status"), "broken");
    world_close(w);
}

/* The charter of the world with some of its text replaced. */
static struct world *world_with(const char *const *edits)
{
    json_t *body = world_founding_body("");
    struct world *w;

    for (; *edits != NULL; edits += 2) {
        const char *text = json_text(body, "charter");
        const char *at = strstr(text, edits[0]);
        struct buf edited = {0};

        NEED(at != NULL);
        buf_addf(&edited, "%.*s%s%s", (int)(at - text), text, edits[1],
                 at + strlen(edits[0]));
        json_set_text(body, "charter", edited.data);
        buf_clear(&edited);
    }
    w = world_found(body);
    json_decref(body);
    each(w, "ABCDE", "signature", "{'definitive':true}");
    world_wait(w, "2026-01-15T00:00:00Z");
    w->notes[0] = '\0';
    return w;
}

TEST(whom_a_charter_lets_break_silence_may_be_the_subject)
{
    static const char *const edits[] = {"receipt: required}",
                                        "breaker: subject}", NULL};
    struct world *w = world_with(edits);

    ACT_OK(w, "A", "proposal",
           "{'title':'t','text':'x','matter':'quiet','subject':['E'],"
           "'opens':'2026-01-15T00:00:00Z'}");
    ACT_NO(w, "B", "ballot",
           "{'proposal':'2026-001','position':'object','text':'no'}",
           ERR_AUTHORITY, "only 'subject' may break");
    ACT_NO(w, "B", "amendment", "{'proposal':'2026-001','text':'y'}",
           ERR_AUTHORITY, "only 'subject' may break");
    ACT_OK(w, "E", "ballot",
           "{'proposal':'2026-001','position':'object','text':'no'}");
    CHECK_TEXT(PROPOSAL("status"), "broken");
    world_close(w);
}

TEST(a_state_votes_itself_after_its_proxy_where_ballots_stand)
{
    static const char *const edits[] = {
        "proxies: {held: 1}\n",
        "proxies: {held: 1}\nballots: {change: false}\n", NULL};
    struct world *w = world_with(edits);

    ACT_OK(w, "A", "proposal",
           "{'title':'t','text':'x','matter':'routine',"
           "'opens':'2026-01-15T00:00:00Z'}");
    ACT_OK(w, "A", "proxy", "{'to':'B'}");
    ACT_OK(w, "B", "ballot",
           "{'proposal':'2026-001','position':'yes','for':'A'}");
    ACT_NO(w, "B", "ballot",
           "{'proposal':'2026-001','position':'no','for':'A'}", ERR_STATE,
           "does not let a ballot be changed");
    ACT_OK(w, "A", "ballot", "{'proposal':'2026-001','position':'no'}");
    ACT_NO(w, "A", "ballot", "{'proposal':'2026-001','position':'yes'}",
           ERR_STATE, "does not let a ballot be changed");
    world_close(w);
}

/* Amend the charter while 2026-001 is open: propose, adopt, accept, wait. */
static void amend(struct world *w, const char *part, const char *by)
{
    const char *text = world_text(w, "charter", "charter", "text");
    const char *at = strstr(text, part);
    struct buf amended = {0};
    json_t *body;
    struct why why;

    NEED(at != NULL);
    buf_addf(&amended, "%.*s%s%s", (int)(at - text), text, by,
             at + strlen(part));
    *(strstr(amended.data, "version: 1") + 9) = '2';
    body = json_pack("{s:s,s:s,s:s,s:{s:{s:s}}}", "title", "t", "text", "x",
                     "matter", "revision", "effect", "amend", "charter",
                     amended.data);
    CHECK_OK(world_act_json(w, "A", "proposal", body, &why), why);
    json_decref(body);
    buf_clear(&amended);
    ACT_OK(w, "A", "opening", "{'proposal':'2026-002'}");
    each(w, "ABC", "ballot", "{'proposal':'2026-002','position':'yes'}");
    pass(w, 7);
    each(w, "ABCD", "amendment-acceptance", "{'amendment':'2026-002'}");
    pass(w, 10);
    CHECK_INT(institution_charter(w->institution)->version, 2);
}

/* Nobody voted: under silence that would be consent. */
TEST(a_vote_that_an_amended_charter_makes_a_silence_lapses)
{
    struct world *w = world_in_force("");

    ACT_OK(w, "A", "proposal",
           "{'title':'t','text':'x','matter':'routine','opens':"
           "'2026-01-15T00:00:00Z','closes':'2026-03-01T00:00:00Z'}");
    amend(w, "routine: {title: Routine, rule: simple, period: 7d}",
          "routine: {title: Routine, rule: silence}");
    w->notes[0] = '\0';
    world_wait(w, "2026-03-01T00:00:00Z");
    CHECK_TEXT(w->notes, "proposal-lapsed ");
    CHECK_TEXT(PROPOSAL("status"), "withdrawn");
    world_close(w);
}

TEST(proxies_end_with_the_charter_that_allowed_them)
{
    struct world *w = world_in_force("");

    ACT_OK(w, "A", "proposal",
           "{'title':'t','text':'x','matter':'routine','opens':"
           "'2026-01-15T00:00:00Z','closes':'2026-03-01T00:00:00Z'}");
    ACT_OK(w, "E", "proxy", "{'to':'B'}");
    amend(w, "proxies: {held: 1}\n", "");
    ACT_NO(w, "B", "ballot",
           "{'proposal':'2026-001','position':'yes','for':'E'}", ERR_STATE,
           "allows no proxies");
    world_close(w);
}

/* C endorsed, and has left the coalition since. */
TEST(a_representation_speaks_by_states_that_are_of_it_now)
{
    struct world *w = world_in_force("");

    ACT_OK(w, "C", "withdrawal", "{}");
    world_wait(w, "2027-01-14T00:00:00Z");
    ACT_OK(w, "C", "statement", "{'text':'s','as':'trio'}");
    world_wait(w, "2027-01-15T00:00:00Z");
    ACT_OK(w, "A", "endorsement", "{'statement':'S-1'}");
    CHECK_TEXT(world_text(w, "statement", "S-1", "status"), "endorsing");
    ACT_OK(w, "B", "endorsement", "{'statement':'S-1'}");
    CHECK_TEXT(world_text(w, "statement", "S-1", "status"), "made");
    world_close(w);
}

TEST(one_state_fills_neither_the_docket_nor_a_proposal)
{
    struct world *w = world_in_force("");

    for (int i = 0; i < 100; i++)
        ACT_OK(w, "A", "proposal",
               "{'title':'t','text':'x','matter':'routine'}");
    ACT_NO(w, "A", "proposal", "{'title':'t','text':'x','matter':'routine'}",
           ERR_LIMIT, "100 that are not decided");
    ACT_OK(w, "B", "proposal", "{'title':'t','text':'x','matter':'routine'}");
    ACT_OK(w, "A", "proposal-withdrawal", "{'proposal':'2026-002'}");
    ACT_OK(w, "A", "proposal", "{'title':'t','text':'x','matter':'routine'}");

    for (int i = 0; i < 16; i++)
        ACT_OK(w, "B", "amendment", "{'proposal':'2026-001','text':'y'}");
    ACT_NO(w, "B", "amendment", "{'proposal':'2026-001','text':'y'}", ERR_LIMIT,
           "B has tabled 16");
    ACT_OK(w, "C", "amendment", "{'proposal':'2026-001','text':'y'}");
    world_close(w);
}

TEST(a_proxy_for_chosen_proposals_names_at_most_a_hundred)
{
    struct world *w = world_in_force("");
    json_t *body = json_pack("{s:s,s:[]}", "to", "B", "proposals");
    struct why why;

    CHECK_WHY(world_act_json(w, "A", "proxy", body, &why), ERR_LIMIT, why,
              "1 to 100");
    for (int i = 0; i < 101; i++)
        json_array_append_new(json_object_get(body, "proposals"),
                              json_string("2026-001"));
    CHECK_WHY(world_act_json(w, "A", "proxy", body, &why), ERR_LIMIT, why,
              "1 to 100");
    json_decref(body);
    world_close(w);
}

TEST(a_state_formulates_at_most_256_reservations)
{
    struct world *w = world_open("");
    char body[64];

    for (int i = 1; i <= 256; i++) {
        ACT_OK(w, "A", "reservation", "{'article':'2','text':'not us'}");
        snprintf(body, sizeof body, "{'reservation':'R-%d'}", i);
        ACT_OK(w, "A", "reservation-withdrawal", body);
    }
    ACT_NO(w, "A", "reservation", "{'article':'2','text':'not us'}", ERR_LIMIT,
           "at most 256");
    ACT_OK(w, "A", "signature", "{}");
    ACT_NO(w, "A", "ratification",
           "{'reservations':[{'article':'2','text':'not us'}]}", ERR_LIMIT,
           "at most 256");
    ACT_OK(w, "A", "ratification", "{}");
    world_close(w);
}

/* Routine matters take seven days; this one closes on the 22nd. */
TEST(the_presidency_puts_a_vote_off_once_over_and_no_further)
{
    struct world *w = world_in_force("");

    ACT_OK(w, "A", "proposal",
           "{'title':'t','text':'x','matter':'routine',"
           "'opens':'2026-01-15T00:00:00Z'}");
    ACT_OK(w, "B", "extension",
           "{'proposal':'2026-001','closes':'2026-01-25T00:00:00Z'}");
    ACT_OK(w, "B", "extension",
           "{'proposal':'2026-001','closes':'2026-01-29T00:00:00Z'}");
    ACT_NO(w, "B", "extension",
           "{'proposal':'2026-001','closes':'2026-01-29T00:00:01Z'}", ERR_STATE,
           "the presidency may put it off until 2026-01-29T00:00:00Z; A");
    ACT_OK(w, "A", "extension",
           "{'proposal':'2026-001','closes':'2026-03-01T00:00:00Z'}");
    world_close(w);
}
