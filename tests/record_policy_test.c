#include "record/policy.h"
#include "record/proof.h"
#include "record/tile.h"
#include "test.h"

#include <stdio.h>
#include <string.h>

enum { WITNESSES = 64 };

static struct key *make_key(const char *name, enum key_type type, uint8_t seed)
{
    uint8_t bytes[KEY_SEED_BYTES] = {seed, 0x77};
    struct key *key = NULL;

    NEED(key_from_seed(slice_of(name), type, bytes, &key, NULL) == ERR_NONE);
    return key;
}

static struct key *make_witness(int number)
{
    char name[32];

    snprintf(name, sizeof name, "w%d.example", number);
    return make_key(name, KEY_COSIGNATURE, (uint8_t)(number + 1));
}

/* "log ..." and `count` witnesses W0, W1, ... */
static void add_parties(struct buf *out, int count)
{
    struct key *log = make_key("a.example/log", KEY_ED25519, 200);
    char vkey[KEY_VKEY_SIZE];

    vkey_format(key_vkey(log), vkey);
    buf_addf(out, "# who is believed\nlog %s https://a.example/\n", vkey);
    key_close(log);
    for (int i = 0; i < count; i++) {
        struct key *key = make_witness(i);
        vkey_format(key_vkey(key), vkey);
        buf_addf(out, " witness\tW%d %s\n", i, vkey);
        key_close(key);
    }
}

/* A checkpoint over one entry, cosigned by the witnesses whose bit is set. */
static void add_checkpoint(struct buf *out, const struct hash *root,
                           uint64_t cosigners)
{
    struct key *log = make_key("a.example/log", KEY_ED25519, 200);
    struct buf text = {0};
    struct why why;

    CHECK_OK(checkpoint_sign(1, root, log, out, &why), why);
    checkpoint_format("a.example/log", 1, root, &text);
    for (int i = 0; i < WITNESSES; i++) {
        uint8_t payload[CHECKPOINT_COSIGNATURE_BYTES];
        if (!(cosigners >> i & 1))
            continue;
        struct key *key = make_witness(i);
        CHECK_OK(checkpoint_cosign((struct slice){text.data, text.len}, key,
                                   (struct when){1700000000 + i}, payload,
                                   &why),
                 why);
        note_add_line(out, key_vkey(key)->name, key_vkey(key)->id, payload,
                      sizeof payload);
        key_close(key);
    }
    buf_clear(&text);
    key_close(log);
}

static bool is_met(const char *rest, int witnesses, uint64_t cosigners)
{
    struct hash root = hash_leaf("entry", 5);
    struct buf text = {0}, checkpoint = {0};
    struct policy_verdict verdict = {0};
    struct policy *policy = NULL;
    struct why why;

    add_parties(&text, witnesses);
    buf_add_text(&text, rest);
    CHECK_OK(policy_parse("policy", text.data, text.len, &policy, &why), why);
    NEED(policy != NULL);
    add_checkpoint(&checkpoint, &root, cosigners);
    CHECK_OK(
        policy_check(policy, checkpoint.data, checkpoint.len, &verdict, &why),
        why);
    CHECK_INT(verdict.count, witnesses);
    for (int i = 0; i < witnesses; i++) {
        CHECK(verdict.witness[i].cosigned == (cosigners >> i & 1));
        if (verdict.witness[i].cosigned)
            CHECK_INT(verdict.witness[i].when.s, 1700000000 + i);
    }
    policy_close(policy);
    buf_clear(&text);
    buf_clear(&checkpoint);
    return verdict.met;
}

TEST(policy_quorum_is_met_by_exactly_the_groups_it_names)
{
    static const char nested[] = "group X 2 W0 W1 W2\n"
                                 "group Y any W3 W4 W5\n\n"
                                 "group both all X Y\nquorum both\n";

    CHECK(is_met("quorum none\n", 0, 0));
    CHECK(is_met("quorum none\n", 3, 0));
    CHECK(is_met("quorum W1\n", 3, 2));
    CHECK(!is_met("quorum W1\n", 3, 5));
    CHECK(is_met(nested, 6, 1 | 4 | 16));
    CHECK(is_met(nested, 6, 63));
    CHECK(!is_met(nested, 6, 1 | 16));
    CHECK(!is_met(nested, 6, 7));
}

TEST(policy_can_be_narrowed_to_one_log_or_told_which)
{
    static const char none[] = "quorum none\n";
    struct key *log = make_key("a.example/log", KEY_ED25519, 200);
    struct key *other = make_key("b.example/log", KEY_ED25519, 201);
    struct buf text = {0}, bytes = {0};
    struct policy *policy;
    struct policy_verdict *verdict = mem_new(1, sizeof *verdict);
    struct hash root = hash_leaf("x", 1);
    char vkey[KEY_VKEY_SIZE];
    struct why why;

    add_parties(&text, 1);
    vkey_format(key_vkey(other), vkey);
    buf_addf(&text, "log %s\n%s", vkey, none);
    add_checkpoint(&bytes, &root, 0);
    CHECK_OK(policy_parse("p", text.data, text.len, &policy, &why), why);
    CHECK_OK(policy_check(policy, bytes.data, bytes.len, verdict, &why), why);
    CHECK_OK(policy_only_log(policy, key_vkey(other), &why), why);
    CHECK_INT(policy_logs(policy), 1);
    CHECK_INT(policy_check(policy, bytes.data, bytes.len, verdict, &why),
              ERR_AUTHORITY);
    CHECK_INT(policy_only_log(policy, key_vkey(log), &why), ERR_INPUT);
    CHECK_TEXT(why.text, "the policy does not name the log a.example/log");
    policy_close(policy);

    CHECK_OK(policy_parse("p", none, strlen(none), &policy, &why), why);
    CHECK_OK(policy_only_log(policy, key_vkey(log), &why), why);
    CHECK_OK(policy_check(policy, bytes.data, bytes.len, verdict, &why), why);
    CHECK(verdict->met);
    policy_close(policy);
    mem_free(verdict);
    buf_clear(&text);
    buf_clear(&bytes);
    key_close(log);
    key_close(other);
}

TEST(policy_takes_33_and_64_witnesses)
{
    struct buf group = {0};

    for (int count = 33; count <= WITNESSES; count += WITNESSES - 33) {
        buf_reset(&group);
        buf_addf(&group, "group all-of-them %d", count - 1);
        for (int i = 0; i < count; i++)
            buf_addf(&group, " W%d", i);
        buf_add_text(&group, "\nquorum all-of-them\n");
        uint64_t all = count == 64 ? ~UINT64_C(0) : (UINT64_C(1) << count) - 1;
        CHECK(is_met(buf_text(&group), count, all));
        CHECK(is_met(buf_text(&group), count, all & ~UINT64_C(8)));
        CHECK(!is_met(buf_text(&group), count, all & ~UINT64_C(9)));
    }
    buf_clear(&group);
}

TEST(policy_that_is_wrong_names_its_line)
{
    static const struct {
        const char *text, *why;
    } cases[] = {
        {"", "no quorum"},
        {"quorum none", "line feed"},
        {"quorum none\nquorum none\n", "p:7: a second quorum"},
        {"quorum nobody\n", "p:6: \"nobody\""},
        {"quorum\n", "p:6: expected a name"},
        {"quorum none x\n", "p:6: \"x\" is too much"},
        {"group g\n", "p:6: expected all, any"},
        {"group g 1\n", "without members"},
        {"group g 0 W0\n", "from 1 to 1"},
        {"group g 3 W0 W1\n", "from 1 to 2"},
        {"group g any W0 W9\n", "\"W9\" is no witness"},
        {"group g any W0 W0\n", "member of a group already"},
        {"group g any W0\ngroup h any W0\n", "p:7"},
        {"group g any g\n", "no witness or group"},
        {"group W1 any W0\n", "\"W1\" is taken"},
        {"group none any W0\n", "\"none\" is taken"},
        {"witness X foo\n", "p:6: not a verifier key"},
        {"log foo\n", "p:6: not a verifier key"},
        {"logs foo\n", "expected log, witness"},
        {"quorum none\r\n", "control byte 0x0d"},
    };
    struct buf text = {0};
    struct policy *policy;
    struct why why;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        buf_reset(&text);
        add_parties(&text, 3);
        buf_add_text(&text, cases[i].text);
        CHECK_WHY(policy_parse("p", text.data, text.len, &policy, &why),
                  ERR_INPUT, why, cases[i].why);
    }
    buf_reset(&text); /* the same keys again */
    add_parties(&text, 1);
    add_parties(&text, 0);
    CHECK_WHY(policy_parse("p", text.data, text.len, &policy, &why), ERR_INPUT,
              why, "same key");
    buf_clear(&text);
}

TEST(policy_condemns_a_checkpoint_with_a_false_cosignature)
{
    uint8_t payload[CHECKPOINT_COSIGNATURE_BYTES] = {0};
    struct hash root = hash_leaf("entry", 5);
    struct buf text = {0}, bytes = {0};
    struct policy_verdict verdict;
    struct key *key = make_witness(1);
    struct policy *policy = NULL;
    struct why why;

    add_parties(&text, 2);
    buf_add_text(&text, "quorum none\n");
    NEED(policy_parse("p", text.data, text.len, &policy, &why) == ERR_NONE);
    add_checkpoint(&bytes, &root, 1);
    note_add_line(&bytes, key_vkey(key)->name, key_vkey(key)->id, payload,
                  sizeof payload);
    CHECK_WHY(policy_check(policy, bytes.data, bytes.len, &verdict, &why),
              ERR_AUTHORITY, why, "witness W1");
    key_close(key);
    policy_close(policy);
    buf_clear(&text);
    buf_clear(&bytes);
}

/* ---- proofs ---- */

TEST(proof_of_one_entry_is_checked_offline_and_no_byte_of_it_may_change)
{
    static const char entry[] = "an entry of the log";
    struct hash leaf = hash_leaf(entry, sizeof entry - 1);
    struct hash other = hash_leaf("other", 5);
    struct hash root = hash_node(&other, &leaf);
    struct merkle_proof path = {.count = 1, .hash = {other}};
    struct key *key = make_key("a.example/log", KEY_ED25519, 200);
    struct policy *policy = policy_of_log(key_vkey(key));
    struct buf checkpoint = {0}, bytes = {0}, again = {0};
    struct policy_verdict verdict;
    struct proof proof;
    struct why why;

    CHECK_OK(checkpoint_sign(2, &root, key, &checkpoint, &why), why);
    proof_format(1, &path, slice_of(entry),
                 (struct slice){checkpoint.data, checkpoint.len}, &bytes);
    CHECK_OK(proof_parse(bytes.data, bytes.len, &proof, &why), why);
    CHECK(proof.has_extra);
    CHECK_TEXT(buf_text(&proof.extra), entry);
    CHECK_INT(proof.index, 1);
    CHECK_OK(proof_check(&proof, slice_of(entry), policy, &verdict, &why), why);
    CHECK(verdict.met);
    CHECK_WHY(proof_check(&proof, slice_of("another"), policy, &verdict, &why),
              ERR_AUTHORITY, why, "do not lead");
    proof_format(proof.index, &proof.path, slice_of(entry), proof.checkpoint,
                 &again);
    CHECK_TEXT(buf_text(&again), buf_text(&bytes));
    proof_clear(&proof);
    for (size_t i = 0; i < bytes.len; i++) {
        bytes.data[i] ^= 1;
        bool is_held =
            proof_parse(bytes.data, bytes.len, &proof, NULL) == ERR_NONE &&
            proof_check(&proof,
                        (struct slice){buf_text(&proof.extra), proof.extra.len},
                        policy, &verdict, NULL) == ERR_NONE;
        if (!CHECK(!is_held))
            printf("  byte %zu\n", i);
        proof_clear(&proof);
        bytes.data[i] ^= 1;
    }
    policy_close(policy);
    key_close(key);
    buf_clear(&checkpoint);
    buf_clear(&bytes);
    buf_clear(&again);
}

TEST(proof_that_is_malformed_names_its_line)
{
    static const char *const start = "c2sp.org/tlog-proof@v1\n";
    static const struct {
        const char *text, *why;
    } cases[] = {
        {"", "line 2"},
        {"extra AAA\nindex 0\n\nx", "line 2"},
        {"extra AAAA\n\nx", "line 3"},
        {"index 01\n\nx", "line 2"},
        {"index 0\nAAAA\n\nx", "line 3"},
        {"index 0\n", "line 3"},
        {"index 0\n\n", "line 4"},
    };
    struct buf bytes = {0};
    struct proof proof;
    struct why why;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        buf_reset(&bytes);
        buf_add_text(&bytes, start);
        buf_add_text(&bytes, cases[i].text);
        CHECK_WHY(proof_parse(bytes.data, bytes.len, &proof, &why), ERR_INPUT,
                  why, cases[i].why);
    }
    CHECK_WHY(proof_parse("c2sp.org/tlog-proof@v2\n", 23, &proof, &why),
              ERR_INPUT, why, "line 1");
    buf_clear(&bytes);
}

/* ---- tiles ---- */

TEST(tile_paths_are_those_of_the_specification)
{
    static const struct {
        struct tile tile;
        const char *path;
    } cases[] = {
        {{0, 0, 256}, "tile/0/000"},
        {{0, 1234067, 256}, "tile/0/x001/x234/067"},
        {{1, 1000, 5}, "tile/1/x001/000.p/5"},
        {{TILE_ENTRIES, 273, 112}, "tile/entries/273.p/112"},
        {{7, 999999, 255}, "tile/7/x999/999.p/255"},
    };
    static const char *const wrong[] = {
        "",
        "tile",
        "tile/",
        "tile/0",
        "tile/0/",
        "tile/0/00",
        "tile/0/0000",
        "tile/00/000",
        "tile/8/000",
        "tile/x/000",
        "tile/0/x000/001",
        "tile/0/001/002",
        "tile/0/x001",
        "tile/0/x001/",
        "tile/0/000.p",
        "tile/0/000.p/",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/000.q/1",
        "tile/0/000/",
        "tile/0/0a0",
        "tiles/0/000",
        "tile/entries/x9999/000",
        "tile/0/x999/x999/x999/x999/x999/x999/x999/999"};
    char path[TILE_PATH_SIZE];
    struct tile tile;
    struct why why;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        tile_path(cases[i].tile, path);
        CHECK_TEXT(path, cases[i].path);
        CHECK_OK(tile_parse(slice_of(path), &tile, &why), why);
        CHECK(tile.level == cases[i].tile.level &&
              tile.index == cases[i].tile.index &&
              tile.width == cases[i].tile.width);
    }
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
        CHECK_WHY(tile_parse(slice_of(wrong[i]), &tile, &why), ERR_INPUT, why,
                  "no path of a tile");
}

/* The example of C2SP tlog-tiles, "Partial Tiles". */
TEST(tiles_of_70000_entries_are_as_specified)
{
    CHECK_INT(tile_count(0, 70000), 274);
    CHECK_INT(tile_width(0, 272, 70000), 256);
    CHECK_INT(tile_width(0, 273, 70000), 112);
    CHECK_INT(tile_width(0, 274, 70000), 0);
    CHECK_INT(tile_count(1, 70000), 2);
    CHECK_INT(tile_width(1, 1, 70000), 17);
    CHECK_INT(tile_width(2, 0, 70000), 1);
    CHECK_INT(tile_count(3, 70000), 0);
    CHECK_INT(tile_width(0, 0, 256), 256);
    CHECK_INT(tile_width(1, 0, 256), 1);
    CHECK_INT(tile_count(TILE_ENTRIES, 257), 2);
}
