/*
 * find.h - what an ID on the command line means.
 */
#pragma once

#include "cli/desk.h"

/* What an ID named. */
struct found {
    const char *kind; /* of document: "proposal", "member", ...; "entry" */
    const char *id;   /* of the document; borrowed from the ID or the state */
    uint64_t entry;   /* kind "entry" */
};

/*
 * 2026-014 a proposal (and its decision), R-3 a reservation, S-2 a statement,
 * FR a state, FR/delegate+1a2b3c4d a key, `charter`, 12 an entry, or at least
 * eight hexadecimal digits of an act's id.
 *
 * Fails  ERR_ABSENT, ERR_INPUT when digits fit several acts.
 * Cost   an act's id is looked for in the whole log.
 */
enum err find_thing(const struct desk *desk, const char *id,
                    struct found *found, struct why *why) MUST_CHECK;

/* The entry that shows it: of a proposal the notification of its outcome, if
 * there is one, else the act. */
enum err find_entry(const struct desk *desk, const char *id, uint64_t *index,
                    struct why *why) MUST_CHECK;
