#include "test.h"
#include "world.h"

#include <stdio.h>

#define STATUS(code) world_text(w, "member", code, "status")

/* k = 3, delay 10 days. A, B, C consent, D later; then A and B take theirs
 * back: two are left, and no date may remain. */
TEST(no_state_becomes_party_while_the_charter_is_not_in_force)
{
    struct world *w = world_open("");

    ACT_OK(w, "A", "signature", "{'definitive':true}");
    ACT_OK(w, "B", "signature", "{'definitive':true}");
    ACT_OK(w, "C", "signature", "{'definitive':true}");
    world_wait(w, "2026-01-10T00:00:00Z");
    ACT_OK(w, "D", "signature", "{'definitive':true}");
    ACT_OK(w, "A", "withdrawal", "{}");
    ACT_OK(w, "B", "withdrawal", "{}");
    world_wait(w, "2026-03-01T00:00:00Z");
    CHECK_TEXT(w->notes, "");
    CHECK_TEXT(STATUS("C"), "consented");
    CHECK_TEXT(STATUS("D"), "consented");
    ACT_OK(w, "A", "ratification", "{}");
    world_wait(w, "2026-03-10T23:59:59Z");
    CHECK_TEXT(w->notes, "");
    world_wait(w, "2026-03-11T00:00:00Z");
    CHECK_TEXT(w->notes, "entry-into-force presidency ");
    CHECK_TEXT(STATUS("D"), "party");
    CHECK_TEXT(STATUS("B"), "signatory");
    world_close(w);
}

/* Of four consents one is taken back: the third that is left was given on the
 * 10th, so the charter enters into force on the 20th and not on the 15th. */
TEST(a_consent_taken_back_moves_the_date_to_the_kth_that_is_left)
{
    struct world *w = world_open("");

    ACT_OK(w, "A", "signature", "{'definitive':true}");
    ACT_OK(w, "B", "signature", "{'definitive':true}");
    ACT_OK(w, "C", "signature", "{'definitive':true}");
    world_wait(w, "2026-01-10T00:00:00Z");
    ACT_OK(w, "D", "signature", "{'definitive':true}");
    world_wait(w, "2026-01-12T00:00:00Z");
    ACT_OK(w, "E", "signature", "{'definitive':true}");
    ACT_OK(w, "A", "withdrawal", "{}");
    world_wait(w, "2026-01-19T23:59:59Z");
    CHECK_TEXT(w->notes, "");
    world_wait(w, "2026-01-20T00:00:00Z");
    CHECK_TEXT(w->notes, "entry-into-force presidency ");
    CHECK_TEXT(STATUS("D"), "party");
    CHECK_TEXT(STATUS("E"), "consented");
    world_wait(w, "2026-01-22T00:00:00Z");
    CHECK_TEXT(STATUS("E"), "party");
    world_close(w);
}

#define INVITE(code)                                                           \
    "{'title':'t','text':'x','matter':'admission','effect':{'invite':'" code   \
    "'}}"

TEST(a_state_that_missed_the_signature_or_left_may_be_invited_again)
{
    struct world *w = world_open("");

    ACT_OK(w, "A", "signature", "{'definitive':true}");
    ACT_OK(w, "B", "signature", "{'definitive':true}");
    ACT_OK(w, "C", "signature", "{'definitive':true}");
    ACT_OK(w, "D", "signature", "{'definitive':true}");
    world_wait(w, "2026-01-20T00:00:00Z");
    ACT_NO(w, "A", "proposal", INVITE("E"), ERR_STATE, "may sign");
    ACT_NO(w, "A", "proposal", INVITE("Z"), ERR_ABSENT, "no state 'Z'");
    ACT_NO(w, "A", "proposal", INVITE("B"), ERR_STATE, "status 'party'");
    world_wait(w, "2026-02-01T00:00:00Z");
    ACT_NO(w, "E", "accession", "{}", ERR_STATE, "has not been invited");
    ACT_OK(w, "A", "proposal", INVITE("E"));
    ACT_OK(w, "A", "opening", "{'proposal':'2026-001'}");
    for (const char *code = "ABC"; *code != '\0'; code++) {
        char by[2] = {*code, '\0'};

        ACT_OK(w, by, "ballot", "{'proposal':'2026-001','position':'yes'}");
    }
    world_wait(w, "2026-02-08T00:00:00Z");
    ACT_NO(w, "A", "proposal", INVITE("E"), ERR_STATE, "invited already");
    ACT_OK(w, "E", "accession", "{}");
    world_wait(w, "2026-02-18T00:00:00Z");
    CHECK_TEXT(STATUS("E"), "party");

    ACT_OK(w, "E", "withdrawal", "{}");
    world_wait(w, "2027-02-18T00:00:00Z");
    CHECK_TEXT(STATUS("E"), "withdrawn");
    ACT_NO(w, "E", "accession", "{}", ERR_STATE, "has not been invited");
    ACT_OK(w, "A", "proposal", INVITE("E"));
    ACT_OK(w, "A", "opening", "{'proposal':'2027-001'}");
    for (const char *code = "ABC"; *code != '\0'; code++) {
        char by[2] = {*code, '\0'};

        ACT_OK(w, by, "ballot", "{'proposal':'2027-001','position':'yes'}");
    }
    world_wait(w, "2027-02-25T00:00:00Z");
    ACT_OK(w, "E", "accession", "{}");
    world_wait(w, "2027-03-07T00:00:00Z");
    CHECK_TEXT(STATUS("E"), "party");
    world_close(w);
}
