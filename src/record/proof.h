/*
 * proof.h - one small file that shows, offline, that an entry is in a log.
 *
 * C2SP tlog-proof: index, inclusion proof, signed checkpoint. The entry itself
 * rides along in the `extra` line, so that one file suffices; any other tool
 * that reads such proofs ignores it.
 */
#pragma once

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "record/merkle.h"
#include "record/policy.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PROOF_BYTES_MAX = 1 << 18 };

struct proof {
    struct buf extra; /* the entry, when it rides along */
    bool has_extra;
    uint64_t index;
    struct merkle_proof path;
    struct slice checkpoint; /* a signed note, borrowed */
};

/* Append a proof file. `entry` empty: no extra line. */
void proof_format(uint64_t index, const struct merkle_proof *path,
                  struct slice entry, struct slice checkpoint, struct buf *out);
/* Borrows from bytes. Owns: proof_clear. Fails ERR_INPUT naming the line,
 * ERR_LIMIT; *proof is then cleared. */
enum err proof_parse(const char *bytes, size_t len, struct proof *proof,
                     struct why *why) MUST_CHECK;
void proof_clear(struct proof *proof);

/*
 * Does the proof hold for this entry under this policy?
 *
 *   entry  in  its bytes, e.g. proof->extra
 *
 * verdict->met false: the entry is in the log's tree, but the quorum of
 * witnesses is not met.
 *
 * Fails  ERR_INPUT malformed, ERR_AUTHORITY when a signature does not hold or
 *        the hashes do not lead from the entry to the root.
 */
enum err proof_check(const struct proof *proof, struct slice entry,
                     const struct policy *policy,
                     struct policy_verdict *verdict,
                     struct why *why) MUST_CHECK;
