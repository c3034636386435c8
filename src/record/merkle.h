/*
 * merkle.h - the Merkle tree of RFC 6962: roots and proofs.
 *
 * Pure arithmetic on hashes. Whoever generates proofs reads hashes of full
 * subtrees through a function, so a tree may live in memory, tiles or abroad.
 */
#pragma once

#include "base/err.h"
#include "record/hash.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { MERKLE_PROOF_MAX = 65 };
#define MERKLE_SIZE_MAX (UINT64_C(1) << 62) /* leaves */

/* A tree remembered by the roots of its full subtrees, largest first. Start
 * from {0}. */
struct merkle_range {
    uint64_t size;        /* leaves, at most MERKLE_SIZE_MAX */
    struct hash part[63]; /* as many as `size` has one bits */
};

void merkle_add(struct merkle_range *range, const struct hash *leaf);
struct hash merkle_root(const struct merkle_range *range);

/* The hash of the full subtree over leaves [index << level,
 * (index + 1) << level). */
typedef enum err (*merkle_read_fn)(void *context, unsigned level,
                                   uint64_t index, struct hash *hash,
                                   struct why *why);

struct merkle_proof {
    size_t count;
    struct hash hash[MERKLE_PROOF_MAX];
};

/* Read the range of the first `size` leaves. */
enum err merkle_read_range(uint64_t size, merkle_read_fn read, void *context,
                           struct merkle_range *range,
                           struct why *why) MUST_CHECK;
/* Fails ERR_INPUT unless index < size <= MERKLE_SIZE_MAX. */
enum err merkle_prove_inclusion(uint64_t index, uint64_t size,
                                merkle_read_fn read, void *context,
                                struct merkle_proof *proof,
                                struct why *why) MUST_CHECK;
/* Fails ERR_INPUT unless old <= size <= MERKLE_SIZE_MAX. Empty when old is 0
 * or size. */
enum err merkle_prove_consistency(uint64_t old, uint64_t size,
                                  merkle_read_fn read, void *context,
                                  struct merkle_proof *proof,
                                  struct why *why) MUST_CHECK;

/* Do these hashes show that `leaf` is leaf `index` of the tree with this size
 * and root? Source: RFC 9162 section 2.1.3.2. */
bool merkle_verify_inclusion(uint64_t index, uint64_t size,
                             const struct hash *leaf, const struct hash *proof,
                             size_t count, const struct hash *root);
/* Do they show that the tree with `old` leaves is a beginning of the one with
 * `size`? About an empty tree nothing can be shown: false when old is 0.
 * Source: RFC 9162 section 2.1.4.2. */
bool merkle_verify_consistency(uint64_t old, uint64_t size,
                               const struct hash *old_root,
                               const struct hash *root,
                               const struct hash *proof, size_t count);

/* Leaves [start, end) are a subtree when start is a multiple of the smallest
 * power of two that is at least end - start; the empty one begins anywhere.
 * Source: draft-ietf-plants-merkle-tree-certs, "Subtrees". */
bool merkle_is_subtree(uint64_t start, uint64_t end);
bool merkle_verify_subtree_inclusion(uint64_t index, uint64_t start,
                                     uint64_t end, const struct hash *leaf,
                                     const struct hash *proof, size_t count,
                                     const struct hash *root);
bool merkle_verify_subtree_consistency(uint64_t start, uint64_t end,
                                       uint64_t size,
                                       const struct hash *subtree_root,
                                       const struct hash *root,
                                       const struct hash *proof, size_t count);
