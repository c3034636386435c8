/*
 * world.h - a small coalition in memory, for tests of the institution.
 *
 * Five states A to E on a short charter; every act is drafted, signed and
 * parsed as a real one, judged and folded, with what falls due before and
 * after it. No log, no disk: `struct history` knows every checkpoint.
 */
#pragma once

#include "institution/institution.h"

#include <jansson.h>
#include <stdbool.h>

enum { WORLD_NOTES_MAX = 4096 };

struct world {
    struct state *state;
    struct history history;
    struct institution *institution;
    uint64_t index; /* of the next entry */
    struct when now;
    uint64_t nonce;
    char notes[WORLD_NOTES_MAX]; /* kinds of notification, space after each */
    bool forked;                 /* history knows nothing */
};

/* The body of its founding act, `extra` added to the charter's text. Owns:
 * caller, json_decref. */
json_t *world_founding_body(const char *extra);
/* Found it with such a body, edited perhaps. Ends the test when it cannot. */
struct world *world_found(const json_t *body);
/* Try to found with this body; by as for world_act. */
enum err world_try_founding(const json_t *body, const char *by,
                            struct why *why);

/* Found it at 2026-01-05T00:00:00Z; `extra` is added to the charter's text.
 * Ends the test when it cannot. */
struct world *world_open(const char *extra);
void world_close(struct world *world);

/* Founded, signed and ratified by A to E, in force. */
struct world *world_in_force(const char *extra);

/* Move time on (NULL: it is as late as world->now says), meeting deadlines. */
void world_wait(struct world *world, const char *until);
/* An act now by "A" (its delegate) or "A/minister+A/delegate" (both sign, the
 * first is `by`) or "A/minister=B/delegate" (`by` the first, signed by the
 * second). body is JSON with ' for ". */
enum err world_act(struct world *world, const char *by, const char *kind,
                   const char *body, struct why *why);
enum err world_act_json(struct world *world, const char *by, const char *kind,
                        const json_t *body, struct why *why);
/* A field of a document, "" when absent: world_text(w, "member", "A",
 * "status"). */
const char *world_text(struct world *world, const char *kind, const char *id,
                       const char *field);
/* Its list of texts, joined by spaces, sorted as it stands. */
const char *world_list(struct world *world, const char *kind, const char *id,
                       const char *field);
/* The founding act, and any other with its nonce, as signed bytes drafted
 * against the empty log. Owns: caller, mem_free. */
struct slice world_founding(void);
struct slice world_signed(const char *by, const char *kind, const char *body,
                          uint64_t nonce);
/* The verifier key of an officer, derived from its name; "A/delegate#2" is
 * another key of A/delegate, who signs with it by that name. */
const char *world_vkey(const char *name);
/* Its id on record, "A/delegate+1a2b3c4d". */
const char *world_key_id(const char *name);

#define ACT_OK(world, by, kind, body)                                          \
    do {                                                                       \
        struct why act_why_;                                                   \
        CHECK_OK(world_act(world, by, kind, body, &act_why_), act_why_);       \
    } while (0)
#define ACT_NO(world, by, kind, body, code, part)                              \
    do {                                                                       \
        struct why act_why_;                                                   \
        CHECK_WHY(world_act(world, by, kind, body, &act_why_), code, act_why_, \
                  part);                                                       \
    } while (0)
