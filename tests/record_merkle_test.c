#include "base/file.h"
#include "base/mem.h"
#include "record/merkle.h"
#include "test.h"

#include <dirent.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { LEAVES = 300 };

/* A tree in memory that answers for any full subtree. */
static struct hash leaves[LEAVES];

static void plant(void)
{
    for (int i = 0; i < LEAVES; i++) {
        uint8_t bytes[2] = {(uint8_t)(i >> 8), (uint8_t)i};
        leaves[i] = hash_leaf(bytes, sizeof bytes);
    }
}

static enum err read_leaf_tree(void *context, unsigned level, uint64_t index,
                               struct hash *hash, struct why *why)
{
    struct hash left;

    if (level == 0) {
        *hash = leaves[index];
        return ERR_NONE;
    }
    TRY(read_leaf_tree(context, level - 1, 2 * index, &left, why));
    TRY(read_leaf_tree(context, level - 1, 2 * index + 1, hash, why));
    *hash = hash_node(&left, hash);
    return ERR_NONE;
}

/* MTH of RFC 6962 section 2.1, as it is written there. */
static struct hash mth(const struct hash *leaf, uint64_t n)
{
    struct hash left, right;
    uint64_t k = 1;

    if (n == 0)
        return hash_empty();
    if (n == 1)
        return leaf[0];
    while (2 * k < n)
        k *= 2;
    left = mth(leaf, k);
    right = mth(leaf + k, n - k);
    return hash_node(&left, &right);
}

TEST(merkle_roots_are_those_of_rfc_6962)
{
    static const struct {
        uint8_t bytes[16];
        size_t len;
    } entries[8] = {
        {{0}, 0},
        {{0x00}, 1},
        {{0x10}, 1},
        {{0x20, 0x21}, 2},
        {{0x30, 0x31}, 2},
        {{0x40, 0x41, 0x42, 0x43}, 4},
        {{0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57}, 8},
        {{0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a,
          0x6b, 0x6c, 0x6d, 0x6e, 0x6f},
         16},
    };
    static const char *const roots[9] = {
        "e3b0c442..b855", "6e340b9c..a01d", "fac54203..c125",
        "aeb6bcfe..6e77", "d37ee418..14b7", "4e3bbb1f..64d4",
        "76e67dad..87ef", "ddb89be4..4c8c", "5dc9da79..4328"};
    struct merkle_range range = {0};

    for (int n = 0; n <= 8; n++) {
        struct hash root = merkle_root(&range);
        char hex[65], shown[16];
        text_hex(root.b, sizeof root.b, hex);
        snprintf(shown, sizeof shown, "%.8s..%s", hex, hex + 60);
        CHECK_TEXT(shown, roots[n]);
        if (n < 8) {
            struct hash leaf = hash_leaf(entries[n].bytes, entries[n].len);
            merkle_add(&range, &leaf);
        }
    }
}

TEST(merkle_range_read_from_a_tree_is_the_range_that_grew)
{
    struct merkle_range grown = {0}, read;
    struct why why;

    plant();
    for (uint64_t n = 0; n < LEAVES; n++) {
        struct hash root = merkle_root(&grown), plain = mth(leaves, n), again;
        CHECK(hash_same(&root, &plain));
        CHECK_OK(merkle_read_range(n, read_leaf_tree, NULL, &read, &why), why);
        again = merkle_root(&read);
        CHECK(hash_same(&again, &root));
        merkle_add(&grown, &leaves[n]);
    }
}

TEST(merkle_inclusion_holds_for_every_leaf_of_every_size_and_no_other)
{
    struct merkle_proof proof;
    struct why why;

    plant();
    for (uint64_t size = 1; size <= LEAVES; size++) {
        struct hash root = mth(leaves, size);
        for (uint64_t i = 0; i<size; i += size> 64 ? 7 : 1) {
            CHECK_OK(merkle_prove_inclusion(i, size, read_leaf_tree, NULL,
                                            &proof, &why),
                     why);
            CHECK(merkle_verify_inclusion(i, size, &leaves[i], proof.hash,
                                          proof.count, &root));
            CHECK(!merkle_verify_inclusion(i + 1, size, &leaves[i], proof.hash,
                                           proof.count, &root));
            CHECK(!merkle_verify_inclusion(i, size, &leaves[size - 1 - i],
                                           proof.hash, proof.count, &root) ||
                  i == size - 1 - i);
            if (proof.count > 0) {
                CHECK(!merkle_verify_inclusion(i, size, &leaves[i], proof.hash,
                                               proof.count - 1, &root));
                proof.hash[proof.count / 2].b[5] ^= 8;
                CHECK(!merkle_verify_inclusion(i, size, &leaves[i], proof.hash,
                                               proof.count, &root));
            }
        }
    }
    CHECK_WHY(merkle_prove_inclusion(5, 5, read_leaf_tree, NULL, &proof, &why),
              ERR_INPUT, why, "no leaf 5");
}

TEST(merkle_consistency_holds_between_all_sizes_and_breaks_when_touched)
{
    struct hash root[LEAVES + 1];
    struct merkle_proof proof;
    struct why why;

    plant();
    for (uint64_t n = 0; n <= LEAVES; n++)
        root[n] = mth(leaves, n);
    for (uint64_t size = 1; size <= LEAVES; size += size > 140 ? 3 : 1) {
        for (uint64_t old = 1; old <= size; old++) {
            CHECK_OK(merkle_prove_consistency(old, size, read_leaf_tree, NULL,
                                              &proof, &why),
                     why);
            CHECK(merkle_verify_consistency(old, size, &root[old], &root[size],
                                            proof.hash, proof.count));
            CHECK(!merkle_verify_consistency(old, size, &root[old - 1],
                                             &root[size], proof.hash,
                                             proof.count));
            if (proof.count > 0) {
                CHECK(!merkle_verify_consistency(old, size, &root[old],
                                                 &root[size], proof.hash,
                                                 proof.count - 1));
                proof.hash[(old + size) % proof.count].b[31] ^= 1;
                CHECK(!merkle_verify_consistency(old, size, &root[old],
                                                 &root[size], proof.hash,
                                                 proof.count));
            }
        }
    }
    CHECK(!merkle_verify_consistency(0, 7, &root[0], &root[7], NULL, 0));
    CHECK_WHY(
        merkle_prove_consistency(6, 5, read_leaf_tree, NULL, &proof, &why),
        ERR_INPUT, why, "no tree of 6");
}

/* ---- the vectors ---- */

/* A hash of another length becomes the hash of its bytes: as good as any
 * that was never meant, and equal ones stay equal. */
static struct hash vector_hash(const char *base64)
{
    uint8_t bytes[256];
    struct hash hash;
    size_t len = 0;

    if (!base64 ||
        !text_from_base64(slice_of(base64), bytes, sizeof bytes, &len))
        len = 0;
    if (len != HASH_BYTES)
        return hash_bytes(bytes, len);
    memcpy(hash.b, bytes, HASH_BYTES);
    return hash;
}

static uint64_t vector_number(const char *text, const char *key)
{
    char quoted[32];
    const char *at;

    snprintf(quoted, sizeof quoted, "\"%s\":", key);
    at = strstr(text, quoted);
    return at ? strtoull(at + strlen(quoted), NULL, 10) : 0;
}

struct vector {
    const char *text;
    const json_t *json;
    struct hash proof[128];
    size_t count;
};

static struct hash root_of(const struct vector *v, const char *key)
{
    return vector_hash(json_string_value(json_object_get(v->json, key)));
}

/* A leaf's hash of another length is no root's either. */
static struct hash leaf_of(const struct vector *v)
{
    const char *text = json_string_value(json_object_get(v->json, "leafHash"));

    return text && strlen(text) == HASH_TEXT_SIZE - 1 ? vector_hash(text)
                                                      : hash_bytes("leaf", 4);
}

#define NUMBER(key) vector_number(v->text, key)

static bool holds_inclusion(const struct vector *v)
{
    struct hash leaf = leaf_of(v), root = root_of(v, "root");

    return merkle_verify_inclusion(NUMBER("leafIdx"), NUMBER("treeSize"), &leaf,
                                   v->proof, v->count, &root);
}

static bool holds_consistency(const struct vector *v)
{
    struct hash old = root_of(v, "root1"), root = root_of(v, "root2");

    return merkle_verify_consistency(NUMBER("size1"), NUMBER("size2"), &old,
                                     &root, v->proof, v->count);
}

static bool holds_subtree_inclusion(const struct vector *v)
{
    struct hash leaf = leaf_of(v), root = root_of(v, "root");

    return merkle_verify_subtree_inclusion(NUMBER("leafIdx"), NUMBER("start"),
                                           NUMBER("end"), &leaf, v->proof,
                                           v->count, &root);
}

static bool holds_subtree_consistency(const struct vector *v)
{
    struct hash part = root_of(v, "root1"), root = root_of(v, "root2");

    return merkle_verify_subtree_consistency(NUMBER("start"), NUMBER("end"),
                                             NUMBER("size"), &part, &root,
                                             v->proof, v->count);
}

static void run_vector(const char *path, bool (*holds)(const struct vector *))
{
    struct buf bytes = {0};
    struct why why;
    struct vector v = {0};
    json_t *json;
    const json_t *hashes;

    NEED(file_read(path, 1 << 20, &bytes, &why) == ERR_NONE);
    json = json_loads(buf_text(&bytes), JSON_DECODE_INT_AS_REAL, NULL);
    NEED(json != NULL);
    v.text = buf_text(&bytes);
    v.json = json;
    hashes = json_object_get(json, "proof");
    v.count = json_array_size(hashes);
    NEED(v.count <= 128);
    for (size_t i = 0; i < v.count; i++)
        v.proof[i] = vector_hash(json_string_value(json_array_get(hashes, i)));
    bool expected = !json_is_true(json_object_get(json, "wantErr"));
    if (!CHECK(holds(&v) == expected))
        printf("  in %s\n", path);
    json_decref(json);
    buf_clear(&bytes);
}

static size_t run_vectors(const char *folder,
                          bool (*holds)(const struct vector *))
{
    DIR *open = opendir(folder);
    struct dirent *item;
    size_t count = 0;

    while (open && (item = readdir(open))) {
        char path[1024];
        struct stat about;
        snprintf(path, sizeof path, "%s/%s", folder, item->d_name);
        if (item->d_name[0] == '.' || stat(path, &about) < 0)
            continue;
        if (S_ISDIR(about.st_mode)) {
            count += run_vectors(path, holds);
        } else {
            run_vector(path, holds);
            count++;
        }
    }
    if (open)
        closedir(open);
    return count;
}

TEST(merkle_verdicts_are_those_of_518_published_vectors)
{
    static const struct {
        const char *name;
        bool (*holds)(const struct vector *);
        int count;
    } kinds[] = {
        {"data/merkle/inclusion", holds_inclusion, 98},
        {"data/merkle/consistency", holds_consistency, 98},
        {"data/merkle/subtreeinclusion", holds_subtree_inclusion, 204},
        {"data/merkle/subtreeconsistency", holds_subtree_consistency, 118},
    };

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const char *folder = test_shared(kinds[i].name);
        if (!folder)
            SKIP("the Merkle vectors are not in the shared data");
        CHECK_INT(run_vectors(folder, kinds[i].holds), kinds[i].count);
    }
}
