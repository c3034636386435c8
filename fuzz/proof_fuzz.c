/*
 * proof_fuzz.c - proof files: what parses is written the same again.
 */
#include "record/proof.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct vkey stranger = {.name = "nobody", .type = KEY_ED25519};
    struct policy *policy = policy_of_log(&stranger);
    struct policy_verdict verdict;
    struct buf again = {0};
    struct proof proof;
    struct slice entry;

    if (proof_parse((const char *)data, size, &proof, NULL) != ERR_NONE) {
        assert(!proof.extra.data); /* nothing left behind */
        policy_close(policy);
        return 0;
    }
    entry = (struct slice){buf_text(&proof.extra), proof.extra.len};
    assert(proof_check(&proof, entry, policy, &verdict, NULL) != ERR_NONE);
    proof_format(proof.index, &proof.path, entry, proof.checkpoint, &again);
    if (!proof.has_extra || entry.len > 0)
        assert(again.len == size && memcmp(again.data, data, size) == 0);
    buf_clear(&again);
    proof_clear(&proof);
    policy_close(policy);
    return 0;
}
