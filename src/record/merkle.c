#include "record/merkle.h"

#include <assert.h>

void merkle_add(struct merkle_range *range, const struct hash *leaf)
{
    struct hash hash = *leaf;
    size_t parts = (size_t)__builtin_popcountll(range->size);

    assert(range->size < MERKLE_SIZE_MAX);
    for (uint64_t bits = range->size; bits & 1; bits >>= 1)
        hash = hash_node(&range->part[--parts], &hash);
    range->part[parts] = hash;
    range->size++;
}

struct hash merkle_root(const struct merkle_range *range)
{
    size_t parts = (size_t)__builtin_popcountll(range->size);
    struct hash root;

    if (parts == 0)
        return hash_empty();
    root = range->part[--parts];
    while (parts > 0)
        root = hash_node(&range->part[--parts], &root);
    return root;
}

/* ---- generation: a tree and the function that reads its full subtrees ---- */

struct tree {
    merkle_read_fn read;
    void *context;
};

/* The largest power of two below n, n >= 2. RFC 6962 calls it k. */
static uint64_t split(uint64_t n)
{
    return UINT64_C(1) << (63 - __builtin_clzll(n - 1));
}

static bool is_power(uint64_t n)
{
    return (n & (n - 1)) == 0;
}

/* The hash over leaves [start, start + count), count >= 1, where start is a
 * multiple of the smallest power of two that is at least count. */
static enum err read_span(const struct tree *tree, uint64_t start,
                          uint64_t count, struct hash *hash, struct why *why)
{
    struct hash left;
    unsigned level;

    if (is_power(count)) {
        level = (unsigned)__builtin_ctzll(count);
        return tree->read(tree->context, level, start >> level, hash, why);
    }
    TRY(read_span(tree, start, split(count), &left, why));
    TRY(read_span(tree, start + split(count), count - split(count), hash, why));
    *hash = hash_node(&left, hash);
    return ERR_NONE;
}

enum err merkle_read_range(uint64_t size, merkle_read_fn read, void *context,
                           struct merkle_range *range, struct why *why)
{
    uint64_t start = 0;
    size_t parts = 0;

    for (uint64_t bit = MERKLE_SIZE_MAX; bit; bit >>= 1) {
        if (!(size & bit))
            continue;
        unsigned level = (unsigned)__builtin_ctzll(bit);
        TRY(read(context, level, start >> level, &range->part[parts++], why));
        start += bit;
    }
    range->size = size;
    return ERR_NONE;
}

enum err merkle_prove_inclusion(uint64_t index, uint64_t size,
                                merkle_read_fn read, void *context,
                                struct merkle_proof *proof, struct why *why)
{
    const struct tree tree = {read, context};
    struct hash down[MERKLE_PROOF_MAX]; /* from the root to the leaf */
    size_t count = 0;
    uint64_t start = 0;

    if (size > MERKLE_SIZE_MAX || index >= size)
        return fail(why, ERR_INPUT, "no leaf %llu in a tree of %llu",
                    (unsigned long long)index, (unsigned long long)size);
    while (size > 1) {
        uint64_t k = split(size);
        if (index < k) {
            TRY(read_span(&tree, start + k, size - k, &down[count++], why));
            size = k;
        } else {
            TRY(read_span(&tree, start, k, &down[count++], why));
            start += k;
            index -= k;
            size -= k;
        }
    }
    proof->count = count;
    for (size_t i = 0; i < count; i++)
        proof->hash[i] = down[count - 1 - i];
    return ERR_NONE;
}

enum err merkle_prove_consistency(uint64_t old, uint64_t size,
                                  merkle_read_fn read, void *context,
                                  struct merkle_proof *proof, struct why *why)
{
    const struct tree tree = {read, context};
    struct hash down[MERKLE_PROOF_MAX];
    size_t count = 0;
    uint64_t start = 0;
    bool is_whole = true; /* the old tree is the one we stand on */

    if (size > MERKLE_SIZE_MAX || old > size)
        return fail(why, ERR_INPUT, "no tree of %llu inside a tree of %llu",
                    (unsigned long long)old, (unsigned long long)size);
    proof->count = 0;
    if (old == 0)
        return ERR_NONE;
    while (old < size) {
        uint64_t k = split(size);
        if (old <= k) {
            TRY(read_span(&tree, start + k, size - k, &down[count++], why));
            size = k;
        } else {
            TRY(read_span(&tree, start, k, &down[count++], why));
            start += k;
            old -= k;
            size -= k;
            is_whole = false;
        }
    }
    if (!is_whole)
        TRY(read_span(&tree, start, size, &down[count++], why));
    proof->count = count;
    for (size_t i = 0; i < count; i++)
        proof->hash[i] = down[count - 1 - i];
    return ERR_NONE;
}

/* ---- verification ---- */

bool merkle_verify_inclusion(uint64_t index, uint64_t size,
                             const struct hash *leaf, const struct hash *proof,
                             size_t count, const struct hash *root)
{
    struct hash hash = *leaf;
    uint64_t last;

    if (index >= size)
        return false;
    last = size - 1;
    for (size_t i = 0; i < count; i++) {
        if (last == 0)
            return false; /* more hashes than levels */
        if ((index & 1) || index == last) {
            hash = hash_node(&proof[i], &hash);
            while (!(index & 1) && index != 0) { /* the ragged right edge */
                index >>= 1;
                last >>= 1;
            }
        } else {
            hash = hash_node(&hash, &proof[i]);
        }
        index >>= 1;
        last >>= 1;
    }
    return last == 0 && hash_same(&hash, root);
}

bool merkle_verify_consistency(uint64_t old, uint64_t size,
                               const struct hash *old_root,
                               const struct hash *root,
                               const struct hash *proof, size_t count)
{
    if (old == 0 || old > size)
        return false;
    return merkle_verify_subtree_consistency(0, old, size, old_root, root,
                                             proof, count);
}

bool merkle_is_subtree(uint64_t start, uint64_t end)
{
    uint64_t count, power;

    if (start >= end)
        return start == end;
    count = end - start;
    if (count > UINT64_C(1) << 63)
        return false;
    power = count == 1 ? 1 : split(count) * 2;
    return (start & (power - 1)) == 0;
}

bool merkle_verify_subtree_inclusion(uint64_t index, uint64_t start,
                                     uint64_t end, const struct hash *leaf,
                                     const struct hash *proof, size_t count,
                                     const struct hash *root)
{
    if (!merkle_is_subtree(start, end) || index < start)
        return false;
    return merkle_verify_inclusion(index - start, end - start, leaf, proof,
                                   count, root);
}

/* Where the walk from the right edge of a subtree to the root stands: the
 * numbers of its first node, its last node and the tree's last node on the
 * present level. */
struct walk {
    uint64_t first, last, end;
};

static void ascend(struct walk *walk)
{
    walk->first >>= 1;
    walk->last >>= 1;
    walk->end >>= 1;
}

bool merkle_verify_subtree_consistency(uint64_t start, uint64_t end,
                                       uint64_t size,
                                       const struct hash *subtree_root,
                                       const struct hash *root,
                                       const struct hash *proof, size_t count)
{
    struct walk at = {start, end - 1, size - 1};
    const struct hash empty = hash_empty();
    struct hash subtree, tree;

    if (!merkle_is_subtree(start, end) || end > size)
        return false;
    if (start == end) /* nothing is part of anything */
        return count == 0 && hash_same(subtree_root, &empty);
    /* Up to the largest full subtree that ends where the subtree ends. */
    while (at.first != at.last && (at.last == at.end || (at.last & 1)))
        ascend(&at);
    if (at.first == at.last) { /* it is the subtree itself */
        subtree = tree = *subtree_root;
    } else {
        if (count == 0)
            return false;
        subtree = tree = *proof++;
        count--;
    }
    for (; count > 0; proof++, count--) {
        if (at.end == 0)
            return false;
        if ((at.last & 1) || at.last == at.end) {
            if (at.first < at.last)
                subtree = hash_node(proof, &subtree);
            tree = hash_node(proof, &tree);
            while (!(at.last & 1) && at.last != 0)
                ascend(&at);
        } else {
            tree = hash_node(&tree, proof);
        }
        ascend(&at);
    }
    return at.end == 0 && hash_same(&subtree, subtree_root) &&
           hash_same(&tree, root);
}
