/*
 * checkpoint.h - a log's signed statement of its size and root, and the
 * cosignatures of those who watch it.
 *
 * Source: C2SP tlog-checkpoint 1.0, tlog-cosignature 1.0 (Ed25519).
 */
#pragma once

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/when.h"
#include "record/hash.h"
#include "record/key.h"
#include "record/note.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    CHECKPOINT_BYTES_MAX = 1 << 16, /* with all its signatures */
    CHECKPOINT_COSIGNATURE_BYTES = 8 + KEY_SIGNATURE_BYTES,
};

struct checkpoint {
    struct slice origin; /* the log's name */
    uint64_t size;       /* at most MERKLE_SIZE_MAX */
    struct hash root;
    struct slice extension; /* further lines, usually empty */
};

/* Read the text of a checkpoint (a note's text). Fails ERR_INPUT naming the
 * line. */
enum err checkpoint_parse(struct slice text, struct checkpoint *checkpoint,
                          struct why *why) MUST_CHECK;
/* Append origin, size and root, a line each. */
void checkpoint_format(const char *origin, uint64_t size,
                       const struct hash *root, struct buf *out);

/*
 * Read a signed checkpoint and verify that its log signed it.
 *
 *   vkey        in   the log's; its name must be the checkpoint's origin
 *   checkpoint  out  borrows from bytes
 *
 * Fails  ERR_INPUT malformed, ERR_AUTHORITY not signed by this log.
 */
enum err checkpoint_open(const char *bytes, size_t len, const struct vkey *vkey,
                         struct checkpoint *checkpoint,
                         struct why *why) MUST_CHECK;

/* Append a signed checkpoint made with a key at hand (tests; a log's own key
 * lives in its signer). */
enum err checkpoint_sign(uint64_t size, const struct hash *root,
                         const struct key *key, struct buf *out,
                         struct why *why) MUST_CHECK;

/* Cosign the text of a checkpoint: key of type 0x04, a time since 1970. */
enum err checkpoint_cosign(struct slice text, const struct key *key,
                           struct when when,
                           uint8_t payload[CHECKPOINT_COSIGNATURE_BYTES],
                           struct why *why) MUST_CHECK;
/* Does the payload hold? *when is the time it states. */
bool checkpoint_is_cosigned(struct slice text, const struct vkey *witness,
                            const uint8_t payload[CHECKPOINT_COSIGNATURE_BYTES],
                            struct when *when);
