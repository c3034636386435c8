#include "record/checkpoint.h"
#include "record/note.h"
#include "test.h"

#include <stdio.h>
#include <string.h>

static const char FOO_VKEY[] =
    "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
static const char FOO_NOTE[] =
    "This is an example message.\n\n"
    "— example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmR"
    "KuwHjG1Yu72IneyaQM=\n";

static struct vkey vkey_of(const char *text)
{
    struct vkey vkey;

    NEED(vkey_parse(slice_of(text), &vkey, NULL) == ERR_NONE);
    return vkey;
}

static struct key *make_key(const char *name, enum key_type type, uint8_t seed)
{
    uint8_t bytes[KEY_SEED_BYTES] = {seed};
    struct key *key = NULL;

    NEED(key_from_seed(slice_of(name), type, bytes, &key, NULL) == ERR_NONE);
    return key;
}

TEST(note_signed_elsewhere_is_verified)
{
    struct vkey vkey = vkey_of(FOO_VKEY);
    struct note note;
    struct why why;
    bool is_signed;

    CHECK_OK(note_parse(FOO_NOTE, sizeof FOO_NOTE - 1, &note, &why), why);
    CHECK(slice_is(note.text, "This is an example message.\n"));
    CHECK_INT(note.count, 1);
    CHECK_OK(note_verify(&note, &vkey, 1, &is_signed, &why), why);
    CHECK(is_signed);
}

TEST(note_with_any_byte_changed_does_not_verify)
{
    struct vkey vkey = vkey_of(FOO_VKEY);
    char bytes[sizeof FOO_NOTE];
    struct note note;

    for (size_t i = 0; i < sizeof FOO_NOTE - 1; i++) {
        memcpy(bytes, FOO_NOTE, sizeof bytes);
        bytes[i] ^= 1;
        bool is_held =
            note_parse(bytes, sizeof bytes - 1, &note, NULL) == ERR_NONE &&
            note_verify(&note, &vkey, 1, NULL, NULL) == ERR_NONE;
        if (!CHECK(!is_held))
            printf("  byte %zu\n", i);
    }
}

TEST(note_that_is_malformed_names_what_is_wrong)
{
    static const struct {
        const char *text;
        enum err err;
        const char *why;
    } cases[] = {
        {"", ERR_INPUT, "not a signed note"},
        {"text\n", ERR_INPUT, "not a signed note"},
        {"text\n\n", ERR_INPUT, "not a signed note"},
        {"\n— a AAAAAAA=\n", ERR_INPUT, "not a signed note"},
        {"text\n\n- a AAAAAAA=\n", ERR_INPUT, "signature line 1"},
        {"text\n\n— a AAAAAAA=", ERR_INPUT, "line feed"},
        {"text\r\n\r\n— a AAAAAAA=\r\n", ERR_INPUT, "CR LF"},
        {"text\n\n— a+b AAAAAAA=\n", ERR_INPUT, "no key name"},
        {"text\n\n— a AAAAAA==\n", ERR_INPUT, "canonical base64"}, /* id only */
        {"text\n\n— a AAAAAAB=\n", ERR_INPUT, "canonical base64"},
        {"text\n\n— a AAAA AAA=\n", ERR_INPUT, "canonical base64"},
        {"te\txt\n\n— a AAAAAAA=\n", ERR_INPUT, "control"},
        {"te\xc0\x80xt\n\n— a AAAAAAA=\n", ERR_INPUT, "UTF-8"},
        {"text\n\n— a AAAAAAA=\n— a\n", ERR_INPUT, "signature line 2"},
    };
    struct note note;
    struct why why;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        CHECK_WHY(note_parse(cases[i].text, strlen(cases[i].text), &note, &why),
                  cases[i].err, why, cases[i].why);
}

TEST(note_has_bounds_on_text_and_signatures)
{
    struct buf bytes = {0};
    struct note note;
    struct why why;

    while (bytes.len < NOTE_TEXT_MAX - 1)
        buf_add_byte(&bytes, 'x');
    buf_add_text(&bytes, "\n\n");
    for (int i = 0; i < NOTE_SIGNATURES_MAX; i++)
        buf_addf(&bytes, "— k%d AAAAAAA=\n", i);
    CHECK_OK(note_parse(bytes.data, bytes.len, &note, &why), why);
    CHECK_INT(note.count, 100);
    buf_add_text(&bytes, "— one AAAAAAA=\n");
    CHECK_WHY(note_parse(bytes.data, bytes.len, &note, &why), ERR_LIMIT, why,
              "more than 100");
    buf_reset(&bytes);
    while (bytes.len < NOTE_TEXT_MAX)
        buf_add_byte(&bytes, 'x');
    buf_add_text(&bytes, "\n\n— a AAAAAAA=\n");
    CHECK_WHY(note_parse(bytes.data, bytes.len, &note, &why), ERR_LIMIT, why,
              "65535");
    buf_clear(&bytes);
}

TEST(note_verification_ignores_strangers_and_condemns_forgers)
{
    struct key *one = make_key("a.example/one", KEY_ED25519, 1);
    struct key *two = make_key("a.example/two", KEY_ED25519, 2);
    const struct vkey keys[2] = {*key_vkey(one), *key_vkey(two)};
    uint8_t nothing[KEY_SIGNATURE_BYTES] = {0};
    struct buf bytes = {0};
    bool is_signed[2];
    struct note note;
    struct why why;

    CHECK_OK(note_sign(slice_of("text\n"), one, &bytes, &why), why);
    note_add_line(&bytes, "stranger", 7, nothing, sizeof nothing);
    NEED(note_parse(bytes.data, bytes.len, &note, &why) == ERR_NONE);
    CHECK_OK(note_verify(&note, keys, 2, is_signed, &why), why);
    CHECK(is_signed[0] && !is_signed[1]);
    CHECK_WHY(note_verify(&note, keys + 1, 1, NULL, &why), ERR_AUTHORITY, why,
              "no signature by a.example/two");
    note_add_line(&bytes, keys[1].name, keys[1].id, nothing, sizeof nothing);
    NEED(note_parse(bytes.data, bytes.len, &note, &why) == ERR_NONE);
    CHECK_WHY(note_verify(&note, keys, 2, is_signed, &why), ERR_AUTHORITY, why,
              "the signature by a.example/two does not hold");
    buf_clear(&bytes);
    key_close(one);
    key_close(two);
}

/* ---- checkpoints ---- */

TEST(checkpoint_of_the_go_checksum_database_is_read)
{
    static const char text[] = "go.sum database tree\n20852163\n"
                               "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
    struct checkpoint checkpoint;
    struct buf again = {0};
    struct why why;

    CHECK_OK(checkpoint_parse(slice_of(text), &checkpoint, &why), why);
    CHECK(slice_is(checkpoint.origin, "go.sum database tree"));
    CHECK_INT(checkpoint.size, 20852163);
    checkpoint_format("go.sum database tree", checkpoint.size, &checkpoint.root,
                      &again);
    CHECK_TEXT(buf_text(&again), text);
    buf_clear(&again);
}

/* What sum.golang.org signed. Its checkpoints do not bear its
 * key's name, so they are notes to us. */
TEST(checkpoint_signed_by_a_real_log_is_verified)
{
    static const char text[] =
        "go.sum database tree\n20852163\n"
        "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
        "— sum.golang.org Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4"
        "URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n";
    struct vkey vkey = vkey_of("sum.golang.org+033de0ae+Ac4zctda0e5eza+"
                               "HJyk9SxEdh+s3Ux18htTTAD8OuAn8");
    struct checkpoint checkpoint;
    struct note note;
    struct why why;

    CHECK_OK(note_parse(text, sizeof text - 1, &note, &why), why);
    CHECK_OK(note_verify(&note, &vkey, 1, NULL, &why), why);
    CHECK_OK(checkpoint_parse(note.text, &checkpoint, &why), why);
    CHECK_WHY(checkpoint_open(text, sizeof text - 1, &vkey, &checkpoint, &why),
              ERR_AUTHORITY, why, "go.sum database tree");
}

TEST(checkpoint_that_is_malformed_names_its_line)
{
    static const struct {
        const char *text, *why;
    } cases[] = {
        {"", "line 1"},
        {"\n1\nAAAA\n", "line 1"},
        {"o\n01\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", "line 2"},
        {"o\n-1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n", "line 2"},
        {"o\n99999999999999999999\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq"
         "2I=\n",
         "line 2"},
        {"o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n", "line 3"},
        {"o\n1\nCsUY\n", "line 3"},
        {"o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n", "line 4"},
    };
    struct checkpoint checkpoint;
    struct why why;

    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        CHECK_WHY(checkpoint_parse(slice_of(cases[i].text), &checkpoint, &why),
                  ERR_INPUT, why, cases[i].why);
}

TEST(checkpoint_is_believed_only_under_its_own_name)
{
    struct key *key = make_key("a.example/log", KEY_ED25519, 1);
    struct key *namesake = make_key("a.example/log", KEY_ED25519, 2);
    struct key *other = make_key("b.example/log", KEY_ED25519, 1);
    struct hash root = hash_bytes("x", 1);
    struct checkpoint checkpoint;
    struct buf bytes = {0};
    struct why why;

    CHECK_OK(checkpoint_sign(12, &root, key, &bytes, &why), why);
    CHECK_OK(checkpoint_open(bytes.data, bytes.len, key_vkey(key), &checkpoint,
                             &why),
             why);
    CHECK_INT(checkpoint.size, 12);
    CHECK(hash_same(&checkpoint.root, &root));
    CHECK_WHY(checkpoint_open(bytes.data, bytes.len, key_vkey(namesake),
                              &checkpoint, &why),
              ERR_AUTHORITY, why, "no signature");
    CHECK_WHY(checkpoint_open(bytes.data, bytes.len, key_vkey(other),
                              &checkpoint, &why),
              ERR_AUTHORITY, why, "a.example/log");
    buf_clear(&bytes);
    key_close(key);
    key_close(namesake);
    key_close(other);
}

TEST(cosignature_covers_the_checkpoint_and_its_time)
{
    static const char text[] = "o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq"
                               "2I=\n";
    static const char message[] =
        "cosignature/v1\ntime 1679315147\n"
        "o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
    struct key *key = make_key("w.example", KEY_COSIGNATURE, 3);
    struct key *log = make_key("o", KEY_ED25519, 4);
    uint8_t payload[CHECKPOINT_COSIGNATURE_BYTES];
    struct when when;
    struct why why;

    CHECK_OK(checkpoint_cosign(slice_of(text), key, (struct when){1679315147},
                               payload, &why),
             why);
    CHECK(memcmp(payload, "\0\0\0\0\x64\x18\x50\xcb", 8) == 0);
    CHECK(vkey_verify(key_vkey(key), message, sizeof message - 1, payload + 8));
    CHECK(
        checkpoint_is_cosigned(slice_of(text), key_vkey(key), payload, &when));
    CHECK_INT(when.s, 1679315147);
    payload[7] ^= 1;
    CHECK(
        !checkpoint_is_cosigned(slice_of(text), key_vkey(key), payload, &when));
    CHECK_WHY(
        checkpoint_cosign(slice_of(text), log, (struct when){1}, payload, &why),
        ERR_INPUT, why, "no key for cosignatures");
    key_close(key);
    key_close(log);
}
