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
