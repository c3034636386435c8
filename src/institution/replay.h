/*
 * replay.h - folding the entries of a log into state, as everyone must.
 *
 * Private to src/institution. A replay trusts nothing: every act is judged
 * again, every notification computed again and compared.
 */
#pragma once

#include "base/err.h"
#include "base/text.h"
#include "institution/institution.h"
#include "record/log.h"
#include "record/verifier.h"

#include <stdint.h>

struct replay {
    struct institution *institution;
    struct verifier *verifier; /* signatures are queued here; NULL: not checked
                                * (this machine checked them at the append) */
    struct when time;          /* of the last entry */
    uint64_t acts;
    uint64_t notifications;
    uint64_t signatures;
};

/* Fold one entry. Fails naming what does not hold, without the entry's number
 * (which the caller puts before it). */
enum err replay_entry(struct replay *replay, struct slice bytes, uint64_t index,
                      struct why *why) MUST_CHECK;
/* Fold the entries [from, until) of the log; *bad is the entry that failed. */
enum err replay_log(struct replay *replay, struct log *log, uint64_t from,
                    uint64_t until, uint64_t *bad, struct why *why) MUST_CHECK;
/* `struct history` over a log. */
enum err replay_history(void *log, uint64_t size, const struct hash *root,
                        bool *has, struct why *why) MUST_CHECK;
