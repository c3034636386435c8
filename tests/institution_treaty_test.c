#include "test.h"
#include "world.h"

#include "base/json.h"
#include "base/mem.h"

#include <stdio.h>
#include <string.h>

#define STATUS(code) world_text(w, "member", code, "status")

TEST(a_charter_enters_into_force_at_the_third_deposit_plus_the_delay)
{
    struct world *w = world_open("");

    ACT_NO(w, "A", "ratification", "{}", ERR_STATE, "only a signatory");
    for (const char *code = "ABCD"; *code != '\0'; code++) {
        char by[2] = {*code, '\0'};

        ACT_OK(w, by, "signature", "{}");
    }
    ACT_NO(w, "A", "signature", "{}", ERR_STATE, "cannot sign again");
    ACT_OK(w, "A", "ratification", "{}");
    ACT_OK(w, "B", "acceptance", "{}");
    world_wait(w, "2026-01-10T00:00:00Z");
    CHECK_TEXT(w->notes, "");
    ACT_OK(w, "C", "approval", "{}"); /* third: in force on the 20th */
    world_wait(w, "2026-01-15T00:00:00Z");
    ACT_OK(w, "D", "ratification", "{}"); /* its own delay: the 25th */
    world_wait(w, "2026-01-19T23:59:59Z");
    CHECK_TEXT(w->notes, "");
    world_wait(w, "2026-01-20T00:00:00Z");
    CHECK_TEXT(w->notes, "entry-into-force presidency ");
    CHECK_TEXT(STATUS("A"), "party");
    CHECK_TEXT(STATUS("C"), "party");
    CHECK_TEXT(STATUS("D"), "consented");
    CHECK_TEXT(STATUS("E"), "none");
    world_wait(w, "2026-01-25T00:00:00Z");
    CHECK_TEXT(STATUS("D"), "party");
    world_wait(w, "2026-02-01T00:00:00Z");
    ACT_NO(w, "E", "signature", "{}", ERR_STATE, "open for signature until");
    world_close(w);
}

TEST(a_consent_taken_back_before_entry_into_force_does_not_count)
{
    struct world *w = world_open("");

    ACT_OK(w, "A", "signature", "{'definitive':true}");
    ACT_OK(w, "B", "signature", "{'definitive':true}");
    ACT_OK(w, "C", "signature", "{'definitive':true}");
    ACT_OK(w, "C", "withdrawal", "{}");
    CHECK_TEXT(STATUS("C"), "signatory");
    world_wait(w, "2026-01-30T00:00:00Z");
    CHECK_TEXT(w->notes, "");
    ACT_OK(w, "C", "ratification", "{}");
    world_wait(w, "2026-02-10T00:00:00Z");
    CHECK_TEXT(w->notes, "entry-into-force presidency ");
    world_close(w);
}

TEST(a_notice_of_withdrawal_runs_twelve_months_and_may_be_revoked)
{
    struct world *w = world_in_force("");

    ACT_OK(w, "E", "withdrawal", "{}");
    ACT_NO(w, "E", "withdrawal", "{}", ERR_STATE, "notice already");
    world_wait(w, "2027-01-14T23:59:59Z");
    ACT_OK(w, "E", "withdrawal-revocation", "{}");
    ACT_NO(w, "E", "withdrawal-revocation", "{}", ERR_STATE, "no notice");
    world_wait(w, "2027-02-01T00:00:00Z");
    CHECK_TEXT(STATUS("E"), "party");
    ACT_OK(w, "E", "withdrawal", "{}");
    ACT_OK(w, "D", "withdrawal", "{}");
    ACT_OK(w, "C", "withdrawal", "{}");
    world_wait(w, "2028-02-01T00:00:00Z");
    CHECK_TEXT(STATUS("E"), "withdrawn");
    /* Two parties are fewer than k = 3; the charter goes on (VCLT 55). */
    ACT_OK(w, "A", "proposal", "{'title':'t','text':'x','matter':'routine'}");
    ACT_NO(w, "E", "proposal", "{'title':'t','text':'x','matter':'routine'}",
           ERR_AUTHORITY, "withdrawn");
    world_close(w);
}

TEST(provisional_application_ends_by_notice_by_date_or_by_entry)
{
    struct world *w = world_open("");

    ACT_NO(w, "A", "provisional-application", "{}", ERR_STATE, "status 'none'");
    ACT_OK(w, "A", "signature", "{}");
    ACT_OK(w, "B", "signature", "{}");
    ACT_OK(w, "A", "provisional-application", "{}");
    ACT_NO(w, "A", "provisional-application", "{}", ERR_STATE, "already");
    ACT_OK(w, "A", "provisional-end", "{}");
    ACT_NO(w, "A", "provisional-end", "{}", ERR_STATE, "does not apply");
    ACT_OK(w, "B", "provisional-application",
           "{'until':'2026-01-20T00:00:00Z'}");
    world_wait(w, "2026-01-20T00:00:00Z");
    CHECK_TEXT(w->notes, "provisional-ended ");
    world_close(w);
}

TEST(a_reservation_not_confirmed_at_consent_lapses)
{
    struct world *w = world_open("");

    ACT_OK(w, "A", "signature", "{}");
    ACT_OK(w, "B", "signature", "{}");
    ACT_NO(w, "A", "reservation", "{'article':'1','text':'not us'}", ERR_STATE,
           "no reservation to article 1");
    ACT_NO(w, "A", "reservation", "{'article':'9','text':'not us'}", ERR_ABSENT,
           "no article 9");
    ACT_OK(w, "A", "reservation", "{'article':'2','text':'not us'}");
    ACT_OK(w, "A", "reservation", "{'article':'2','text':'nor them'}");
    ACT_NO(w, "B", "ratification", "{'confirms':['R-1']}", ERR_STATE,
           "must name a reservation that B formulated");
    ACT_OK(w, "A", "ratification", "{'confirms':['R-2']}");
    CHECK_TEXT(world_text(w, "reservation", "R-1", "status"), "lapsed");
    CHECK_TEXT(world_text(w, "reservation", "R-2", "status"), "made");
    ACT_NO(w, "A", "reservation", "{'article':'2','text':'late'}", ERR_STATE,
           "not later");
    world_close(w);
}

TEST(silence_for_twelve_months_accepts_a_reservation)
{
    struct world *w = world_open("");
    const json_t *doc;

    for (const char *code = "ABCD"; *code != '\0'; code++) {
        char by[2] = {*code, '\0'};

        ACT_OK(w, by, "signature", "{}");
    }
    ACT_OK(w, "A", "ratification",
           "{'reservations':[{'article':'2','text':'not us'}]}");
    ACT_OK(w, "B", "ratification", "{}");
    ACT_OK(w, "C", "ratification", "{}");
    ACT_NO(w, "A", "objection", "{'reservation':'R-1'}", ERR_STATE,
           "its own reservation");
    ACT_OK(w, "B", "objection", "{'reservation':'R-1','qualified':true}");
    ACT_NO(w, "B", "reservation-acceptance", "{'reservation':'R-1'}", ERR_STATE,
           "has objected");
    world_wait(w, "2027-01-05T00:00:00Z");
    CHECK(strstr(w->notes, "reservation-accepted") != NULL);
    ACT_OK(w, "C", "objection", "{'reservation':'R-1'}");
    ACT_OK(w, "D", "objection", "{'reservation':'R-1'}"); /* not consented */
    doc = state_get(w->state, "reservation", "R-1");
    CHECK(json_flag(json_map(json_map(doc, "objections"), "C"), "late"));
    CHECK(!json_flag(json_map(json_map(doc, "objections"), "D"), "late"));
    CHECK_TEXT(json_text(json_map(json_map(doc, "acceptances"), "C"), "how"),
               "tacit");
    ACT_OK(w, "B", "objection-withdrawal", "{'reservation':'R-1'}");
    ACT_NO(w, "B", "reservation-withdrawal", "{'reservation':'R-1'}",
           ERR_AUTHORITY, "is A's");
    ACT_OK(w, "A", "reservation-withdrawal", "{'reservation':'R-1'}");
    CHECK_TEXT(world_text(w, "reservation", "R-1", "status"), "withdrawn");
    world_close(w);
}

TEST(a_state_is_invited_by_decision_and_accedes)
{
    struct world *w = world_in_force("");
    char body[2048];

    snprintf(body, sizeof body,
             "{'title':'Admit F','text':'F may accede','matter':'admission',"
             "'opens':'2026-01-15T00:00:00Z','effect':{'invite':{'code':'F',"
             "'name':'Effland','weights':{'money':'7'},'keys':['%s']}}}",
             world_vkey("F/delegate"));
    ACT_NO(w, "F", "signature", "{}", ERR_AUTHORITY, "not on record");
    ACT_OK(w, "A", "proposal", body);
    for (const char *code = "ABC"; *code != '\0'; code++) {
        char by[2] = {*code, '\0'};

        ACT_OK(w, by, "ballot", "{'proposal':'2026-001','position':'yes'}");
    }
    world_wait(w, "2026-01-22T00:00:00Z");
    CHECK_TEXT(STATUS("F"), "none");
    ACT_NO(w, "F", "signature", "{}", ERR_STATE, "it may accede");
    ACT_OK(w, "F", "accession", "{}");
    world_wait(w, "2026-02-01T00:00:00Z");
    CHECK_TEXT(STATUS("F"), "party");
    world_close(w);
}

TEST(an_amended_charter_governs_once_two_thirds_accept_it)
{
    struct world *w = world_in_force("");
    const char *text = world_text(w, "charter", "charter", "text");
    char *amended = mem_copy_text(text, strlen(text));
    json_t *body;
    struct why why;

    *(strstr(amended, "version: 1") + 9) = '2';
    memcpy(strstr(amended, "simple: {gt: 1/2}"), "simple: {ge: 3/4}", 17);
    body = json_pack("{s:s,s:s,s:s,s:s,s:{s:{s:s}}}", "title", "v2", "text",
                     "Amend it", "matter", "revision", "opens",
                     "2026-01-15T00:00:00Z", "effect", "amend", "charter",
                     amended);
    CHECK_OK(world_act_json(w, "A", "proposal", body, &why), why);
    json_decref(body);
    for (const char *code = "ABC"; *code != '\0'; code++) {
        char by[2] = {*code, '\0'};

        ACT_OK(w, by, "ballot", "{'proposal':'2026-001','position':'yes'}");
    }
    world_wait(w, "2026-01-22T00:00:00Z");
    CHECK_TEXT(world_text(w, "amendment", "2026-001", "status"), "adopted");
    ACT_OK(w, "A", "amendment-acceptance", "{'amendment':'2026-001'}");
    ACT_NO(w, "A", "amendment-acceptance", "{'amendment':'2026-001'}",
           ERR_STATE, "already");
    ACT_OK(w, "B", "amendment-acceptance", "{'amendment':'2026-001'}");
    ACT_OK(w, "C", "amendment-acceptance", "{'amendment':'2026-001'}");
    world_wait(w, "2026-02-02T00:00:00Z"); /* 3 of 5 is less than 2/3 */
    CHECK_INT(institution_charter(w->institution)->version, 1);
    ACT_OK(w, "D", "amendment-acceptance", "{'amendment':'2026-001'}");
    world_wait(w, "2026-02-12T00:00:00Z");
    CHECK_INT(institution_charter(w->institution)->version, 2);
    CHECK_INT(json_int(state_get(w->state, "member", "D"), "version", 0), 2);
    CHECK_INT(json_int(state_get(w->state, "member", "E"), "version", 0), 1);
    ACT_OK(w, "E", "amendment-acceptance", "{'amendment':'2026-001'}");
    CHECK_INT(json_int(state_get(w->state, "member", "E"), "version", 0), 2);
    mem_free(amended);
    world_close(w);
}

TEST(a_suspended_member_is_out_of_numerator_and_base)
{
    struct world *w = world_in_force("");

    ACT_NO(w, "A", "proposal",
           "{'title':'t','text':'x','matter':'routine',"
           "'effect':{'suspend':'E'}}",
           ERR_STATE, "needs a decision on matter 'discipline'");
    ACT_OK(w, "A", "proposal",
           "{'title':'t','text':'x','matter':'discipline','subject':['E'],"
           "'effect':{'suspend':'E'},'opens':'2026-01-15T00:00:00Z'}");
    ACT_OK(w, "A", "ballot", "{'proposal':'2026-001','position':'yes'}");
    ACT_OK(w, "B", "ballot", "{'proposal':'2026-001','position':'yes'}");
    ACT_OK(w, "C", "ballot", "{'proposal':'2026-001','position':'yes'}");
    ACT_OK(w, "E", "ballot", "{'proposal':'2026-001','position':'no'}");
    world_wait(w, "2026-01-22T00:00:00Z"); /* 3 of the 4 others */
    CHECK_TEXT(STATUS("E"), "suspended");
    ACT_NO(w, "E", "proposal", "{'title':'t','text':'x','matter':'routine'}",
           ERR_AUTHORITY, "suspended");
    ACT_OK(w, "A", "proposal",
           "{'title':'t','text':'x','matter':'discipline','subject':['E'],"
           "'effect':{'restore':'E'},'opens':'2026-01-22T00:00:00Z'}");
    for (const char *code = "ABC"; *code != '\0'; code++) {
        char by[2] = {*code, '\0'};

        ACT_OK(w, by, "ballot", "{'proposal':'2026-002','position':'yes'}");
    }
    world_wait(w, "2026-01-29T00:00:00Z");
    CHECK_TEXT(STATUS("E"), "party");
    world_close(w);
}
