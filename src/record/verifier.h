/*
 * verifier.h - many signatures, verified on several cores.
 *
 * Jobs are added by one thread, which lends a hand when the others fall
 * behind. What is added is copied.
 */
#pragma once

#include "record/key.h"

#include <stddef.h>
#include <stdint.h>

struct verifier;

enum { VERIFIER_THREADS_MAX = 64 };

/* threads 1..VERIFIER_THREADS_MAX, the adding one included. If the system
 * gives fewer, it makes do. Owns: verifier_close. */
struct verifier *verifier_open(size_t threads);
void verifier_close(struct verifier *verifier);

/* Did `key` sign `data`? `tag` names the job in the answer. */
void verifier_add(struct verifier *verifier, const struct vkey *key,
                  const void *data, size_t len,
                  const uint8_t signature[KEY_SIGNATURE_BYTES], uint64_t tag);

/*
 * Wait for everything added so far.
 *
 *   bad    out  tags of signatures that do not hold, ascending; borrowed until
 *               the next call
 *
 * Returns  how many are bad.
 */
size_t verifier_finish(struct verifier *verifier, const uint64_t **bad);
