/*
 * The charter amended twice, by whom, and who presides afterwards.
 */
#include "test.h"
#include "world.h"

#include "base/json.h"
#include "base/mem.h"

#include <stdio.h>
#include <string.h>

#define STATUS(code) world_text(w, "member", code, "status")
#define AMENDMENT(id) world_text(w, "amendment", id, "status")

static void replace(struct buf *text, const char *part, const char *by)
{
    char *at = strstr(text->data, part);
    struct buf edited = {0};

    NEED(at != NULL);
    buf_addf(&edited, "%.*s%s%s", (int)(at - text->data), text->data, by,
             at + strlen(part));
    buf_clear(text);
    *text = edited;
}

/* Propose the charter with a part replaced, as this version. */
static enum err propose(struct world *w, int version, const char *part,
                        const char *by, struct why *why)
{
    struct buf text = {0};
    char head[32];
    json_t *body;
    enum err err;

    buf_add_text(&text, world_text(w, "charter", "charter", "text"));
    snprintf(head, sizeof head, "version: %d\n", version);
    replace(&text,
            strstr(text.data, "version: 1\n") ? "version: 1\n" : "version: 2\n",
            head);
    replace(&text, part, by);
    body = json_pack("{s:s,s:s,s:s,s:{s:{s:s}}}", "title", "t", "text", "x",
                     "matter", "revision", "effect", "amend", "charter",
                     text.data);
    err = world_act_json(w, "A", "proposal", body, why);
    json_decref(body);
    buf_clear(&text);
    return err;
}

static void each(struct world *w, const char *codes, const char *kind,
                 const char *field, const char *id, const char *more)
{
    char body[256];

    snprintf(body, sizeof body, "{'%s':'%s'%s}", field, id, more);
    for (; *codes != '\0'; codes++) {
        char by[2] = {*codes, '\0'};

        ACT_OK(w, by, kind, body);
    }
}

/* Opened now, voted by A, B and C, closed at its deadline. */
static void adopt(struct world *w, const char *id)
{
    each(w, "A", "opening", "proposal", id, "");
    each(w, "ABC", "ballot", "proposal", id, ",'position':'yes'");
    w->now.s += 7 * 86400;
    world_wait(w, NULL);
}

static void pass(struct world *w, int days)
{
    w->now.s += days * 86400;
    world_wait(w, NULL);
}

TEST(an_amendment_is_of_the_text_that_it_amends)
{
    struct world *w = world_in_force("");
    struct why why;

    CHECK_WHY(propose(w, 3, "held: 1", "held: 2", &why), ERR_INPUT, why,
              "version must be 2");
    CHECK_OK(propose(w, 2, "held: 1", "held: 2", &why), why);
    CHECK_OK(propose(w, 2, "held: 1", "held: 3", &why), why);
    CHECK_OK(propose(w, 2, "held: 1", "held: 4", &why), why);
    adopt(w, "2026-001");
    adopt(w, "2026-002");
    each(w, "ABCD", "amendment-acceptance", "amendment", "2026-002", "");
    each(w, "A", "amendment-acceptance", "amendment", "2026-001", "");
    w->notes[0] = '\0';
    pass(w, 10);
    CHECK_TEXT(w->notes, "amendment-in-force amendment-lapsed ");
    CHECK_TEXT(AMENDMENT("2026-002"), "in force");
    CHECK_TEXT(AMENDMENT("2026-001"), "lapsed");
    CHECK_INT(institution_charter(w->institution)->proxies_held, 3);
    ACT_NO(w, "B", "amendment-acceptance", "{'amendment':'2026-001'}",
           ERR_STATE, "has lapsed");

    /* Adopted now, the third would undo the second: its effect falls away. */
    adopt(w, "2026-003");
    CHECK(strstr(world_text(w, "decision", "2026-003", "effect_lapsed"),
                 "input") != NULL);
    CHECK_TEXT(AMENDMENT("2026-003"), "");
    world_close(w);
}

TEST(an_amendment_by_which_the_organs_could_not_work_lapses)
{
    struct world *w = world_in_force("");
    char body[1024];
    struct why why;

    CHECK_OK(propose(w, 2, "groups: [affected]", "groups: [affected, F]", &why),
             why);
    adopt(w, "2026-001");
    snprintf(body, sizeof body,
             "{'title':'t','text':'x','matter':'admission','effect':{'invite':"
             "{'code':'F','name':'F','weights':{'money':'1'},'keys':['%s']}}}",
             world_vkey("F/delegate"));
    ACT_OK(w, "A", "proposal", body);
    adopt(w, "2026-002");
    each(w, "ABCD", "amendment-acceptance", "amendment", "2026-001", "");
    w->notes[0] = '\0';
    pass(w, 10);
    CHECK_TEXT(w->notes, "amendment-lapsed ");
    CHECK_INT(institution_charter(w->institution)->version, 1);
    world_close(w);
}

/* Two thirds of the four parties that there were: three. */
TEST(only_those_who_were_parties_at_its_adoption_bring_an_amendment_into_force)
{
    struct world *w = world_open("");
    struct why why;

    for (const char *code = "ABCD"; *code != '\0'; code++) {
        char by[2] = {*code, '\0'};

        ACT_OK(w, by, "signature", "{'definitive':true}");
    }
    ACT_OK(w, "E", "signature", "{}");
    world_wait(w, "2026-01-20T00:00:00Z");
    CHECK_OK(propose(w, 2, "held: 1", "held: 2", &why), why);
    adopt(w, "2026-001");
    ACT_OK(w, "E", "ratification", "{}");
    pass(w, 10);
    CHECK_TEXT(STATUS("E"), "party");
    each(w, "ABE", "amendment-acceptance", "amendment", "2026-001", "");
    pass(w, 20);
    CHECK_TEXT(AMENDMENT("2026-001"), "adopted"); /* two of the four */
    each(w, "D", "amendment-acceptance", "amendment", "2026-001", "");
    pass(w, 10);
    CHECK_TEXT(AMENDMENT("2026-001"), "in force");
    CHECK_INT(json_int(state_get(w->state, "member", "E"), "version", 0), 2);
    CHECK_INT(json_int(state_get(w->state, "member", "C"), "version", 0), 1);

    /* C accepts the third text, and afterwards the second. */
    CHECK_OK(propose(w, 3, "held: 2", "held: 3", &why), why);
    adopt(w, "2026-002");
    each(w, "ABCD", "amendment-acceptance", "amendment", "2026-002", "");
    pass(w, 10);
    CHECK_INT(json_int(state_get(w->state, "member", "C"), "version", 0), 3);
    each(w, "C", "amendment-acceptance", "amendment", "2026-001", "");
    CHECK_INT(json_int(state_get(w->state, "member", "C"), "version", 0), 3);
    world_close(w);
}

static const char *president(struct world *w)
{
    const char *holder = json_text(
        json_map(state_get(w->state, "coalition", "coalition"), "presidency"),
        "holder");

    return holder == NULL ? "" : holder;
}

/* B presides until 15 July. */
TEST(what_is_left_of_a_term_goes_to_the_next)
{
    struct world *w = world_in_force("");

    ACT_OK(w, "A", "proposal",
           "{'title':'t','text':'x','matter':'discipline',"
           "'effect':{'suspend':'B'}}");
    each(w, "A", "opening", "proposal", "2026-001", "");
    each(w, "ACD", "ballot", "proposal", "2026-001", ",'position':'yes'");
    w->notes[0] = '\0';
    CHECK_TEXT(president(w), "B");
    pass(w, 7);
    CHECK_TEXT(w->notes, "adopted presidency ");
    CHECK_TEXT(president(w), "A");
    world_wait(w, "2026-07-14T23:59:59Z");
    CHECK_TEXT(w->notes, "adopted presidency ");
    world_wait(w, "2026-07-15T00:00:00Z"); /* A's own term */
    CHECK_TEXT(w->notes, "adopted presidency presidency ");
    CHECK_TEXT(president(w), "A");
    world_wait(w, "2027-01-15T00:00:00Z"); /* B's, who is suspended */
    CHECK_TEXT(president(w), "A");
    world_close(w);
}

TEST(a_presidency_that_nobody_could_hold_goes_to_whoever_becomes_a_party)
{
    struct world *w = world_open("");

    for (const char *code = "CDE"; *code != '\0'; code++) {
        char by[2] = {*code, '\0'};

        ACT_OK(w, by, "signature", "{'definitive':true}");
    }
    world_wait(w, "2026-01-15T00:00:00Z");
    CHECK_TEXT(w->notes, "entry-into-force presidency ");
    CHECK_TEXT(president(w), "");
    ACT_OK(w, "A", "signature", "{'definitive':true}");
    pass(w, 10);
    CHECK_TEXT(w->notes, "entry-into-force presidency party presidency ");
    CHECK_TEXT(president(w), "A");
    world_wait(w, "2026-07-15T00:00:00Z");
    CHECK_TEXT(w->notes,
               "entry-into-force presidency party presidency presidency ");
    world_close(w);
}

TEST(an_amendment_takes_the_presidency_away_and_another_restores_it)
{
    struct world *w = world_in_force("");
    struct why why;

    CHECK_OK(propose(w, 2, "presidency: {order: [B, A], term: 6 months}\n", "",
                     &why),
             why);
    adopt(w, "2026-001");
    each(w, "ABCD", "amendment-acceptance", "amendment", "2026-001", "");
    pass(w, 10);
    CHECK_TEXT(president(w), "B"); /* until its term is over */
    world_wait(w, "2026-07-15T00:00:00Z");
    CHECK_TEXT(president(w), "");
    CHECK_OK(propose(w, 3, "proxies: {held: 1}\n",
                     "proxies: {held: 1}\n"
                     "presidency: {order: [C], term: 6 months}\n",
                     &why),
             why);
    adopt(w, "2026-002");
    each(w, "ABCD", "amendment-acceptance", "amendment", "2026-002", "");
    pass(w, 10);
    CHECK_TEXT(president(w), "C");
    world_close(w);
}

/* The second text asks for two years; E has accepted the first alone. */
TEST(notice_is_given_by_the_text_that_binds_the_state)
{
    struct world *w = world_in_force("");
    struct why why;

    CHECK_OK(propose(w, 2, "notice: 12 months", "notice: 24 months", &why),
             why);
    adopt(w, "2026-001");
    each(w, "ABCD", "amendment-acceptance", "amendment", "2026-001", "");
    pass(w, 10);
    CHECK_INT(institution_charter(w->institution)->version, 2);
    ACT_OK(w, "D", "withdrawal", "{}");
    ACT_OK(w, "E", "withdrawal", "{}");
    CHECK_TEXT(world_text(w, "member", "D", "withdraws_at"),
               "2028-02-01T00:00:00Z");
    CHECK_TEXT(world_text(w, "member", "E", "withdraws_at"),
               "2027-02-01T00:00:00Z");
    world_close(w);
}
