/*
 * account.h - what a proposal's vote amounts to, as it stands or as it ended.
 */
#pragma once

#include "cli/desk.h"
#include "institution/council.h"

struct account {
    bool counted; /* false: nothing to count (a draft, broken, withdrawn) */
    bool closed;
    struct tally tally;
    struct charter *charter; /* of the day, when it is not today's */
};

/*
 * Count an open vote live, or a decided one again from the positions that its
 * outcome recorded and under the charter in force that day.
 *
 * Owns  account_clear, also when nothing was counted.
 */
enum err account_of(const struct desk *desk, const json_t *proposal,
                    struct account *account, struct why *why) MUST_CHECK;
void account_clear(struct account *account);

/* "open: 3 more yes adopt it, 2 against block it": for lists. */
void account_brief(const struct account *account, struct buf *out);
/* {"outcome","clauses","to_adopt",...} or NULL; owns: caller. */
json_t *account_json(const struct account *account);
