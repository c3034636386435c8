/*
 * institution.h - the state machine that folds acts into state.
 *
 * The only place where record, rule and state meet. Nothing here reads a
 * clock, a file or the network: time is an argument, documents come through
 * `struct store_ops`, the log's history through `struct history`.
 *
 * The life of an act (design 4): judge, append (record), fold. What follows by
 * rule or by time is a notification: institution_due computes the next one,
 * institution_notify folds it; a replay recomputes and compares.
 */
#pragma once

#include "base/err.h"
#include "base/when.h"
#include "institution/charter.h"
#include "institution/kinds.h"
#include "institution/state.h"
#include "record/act.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

/* Is (size, root) in this log's history? */
struct history {
    void *ctx;
    enum err (*has)(void *ctx, uint64_t size, const struct hash *root,
                    bool *has, struct why *why);
};

struct institution;

/* state and history are borrowed until institution_close. Reads the charter
 * if the coalition is founded. */
enum err institution_open(struct state *state, const struct history *history,
                          struct institution **institution,
                          struct why *why) MUST_CHECK;
void institution_close(struct institution *institution);

struct state *institution_state(struct institution *institution);
/* The charter in force or open for signature; NULL before founding. */
const struct charter *institution_charter(const struct institution *in);
/* Is it an exercise? Every screen of one says so. */
bool institution_is_exercise(struct institution *institution);

enum { ACT_SIGNERS_MAX = 16 };

/* The public keys by which an act's signatures must be verified, in the order
 * of its signature lines. */
struct act_signers {
    size_t count;
    struct vkey key[ACT_SIGNERS_MAX];
};

/*
 * Which keys must have signed: looks each signature line up among the keys on
 * record. For the founding act these come from its own body.
 *
 * Fails ERR_AUTHORITY when a key is unknown.
 */
enum err institution_signers(struct institution *institution,
                             const struct act *act, const json_t *body,
                             struct act_signers *signers,
                             struct why *why) MUST_CHECK;

/*
 * May this act be done now? Its signatures have been verified against
 * `signers`. Changes nothing.
 *
 *   now    in  the log's time; never before the last entry's
 *   index  in  the entry it would become
 *
 * Fails    ERR_INPUT, ERR_AUTHORITY, ERR_STATE, ERR_ABSENT, ERR_LIMIT with the
 *          reason and, where the charter says so, the article.
 */
enum err institution_judge(struct institution *institution,
                           const struct act *act, const json_t *body,
                           const struct act_signers *signers, struct when now,
                           uint64_t index, struct why *why) MUST_CHECK;
/* Fold an act that was judged lawful at this `now` and `index`. */
void institution_fold(struct institution *institution, const struct act *act,
                      const json_t *body, struct when now, uint64_t index);

/*
 * The next notification that is due by `now`, earliest effect first.
 *
 *   notification  out  a new reference {"kind","effective",...}, or NULL when
 *                      nothing is due
 */
enum err institution_due(struct institution *institution, struct when now,
                         json_t **notification, struct why *why) MUST_CHECK;
/*
 * A notification as it stands in the log: one line of canonical JSON and LF.
 * One that would not fit an entry has its longest fields, longest first,
 * replaced by {"sha256": …} of their canonical JSON until it does; whoever
 * replays the log has the fields and compares. Owns: caller, mem_free.
 */
char *institution_line(const json_t *notification);
/* Fold the notification that institution_due just gave. */
void institution_notify(struct institution *institution,
                        const json_t *notification, struct when now,
                        uint64_t index);
/* The time of the earliest deadline ahead; false when there is none. */
bool institution_next_deadline(struct institution *institution,
                               struct when *at);
