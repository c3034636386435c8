#include "record/checkpoint.h"
#include "record/signer.h"
#include "test.h"

#include <stdio.h>

static struct key *make_key(enum key_type type)
{
    uint8_t bytes[KEY_SEED_BYTES] = {5};
    struct key *key = NULL;

    NEED(key_from_seed(slice_of("a.example/log"), type, bytes, &key, NULL) ==
         ERR_NONE);
    return key;
}

TEST(signer_signs_checkpoints_and_never_two_histories)
{
    struct hash one = hash_bytes("1", 1), two = hash_bytes("2", 1);
    uint8_t signature[KEY_SIGNATURE_BYTES];
    struct signer *signer;
    struct buf text = {0};
    struct why why;

    NEED(signer_open_key(make_key(KEY_ED25519), &signer, &why) == ERR_NONE);
    CHECK_TEXT(signer_vkey(signer)->name, "a.example/log");
    CHECK_OK(signer_sign(signer, 7, &one, signature, &why), why);
    checkpoint_format("a.example/log", 7, &one, &text);
    CHECK(vkey_verify(signer_vkey(signer), text.data, text.len, signature));
    CHECK_OK(signer_sign(signer, 7, &one, signature, &why), why);
    CHECK_WHY(signer_sign(signer, 7, &two, signature, &why), ERR_STATE, why,
              "refuses size 7");
    CHECK_WHY(signer_sign(signer, 6, &one, signature, &why), ERR_STATE, why,
              "refuses size 6");
    CHECK_OK(signer_sign(signer, 8, &two, signature, &why), why);
    signer_close(signer);
    buf_clear(&text);
}

TEST(signer_reads_its_key_itself_and_says_why_it_cannot)
{
    struct key *key = make_key(KEY_ED25519);
    struct key *witness = make_key(KEY_COSIGNATURE);
    struct signer *signer;
    char path[512];
    struct why why;

    snprintf(path, sizeof path, "%s/log.key", test_folder());
    CHECK_WHY(signer_open(path, NULL, &signer, &why), ERR_ABSENT, why, path);
    CHECK_OK(key_write(key, path, "right", KEY_COST_INTERACTIVE, &why), why);
    CHECK_WHY(signer_open(path, "wrong", &signer, &why), ERR_AUTHORITY, why,
              "wrong passphrase");
    CHECK_OK(signer_open(path, "right", &signer, &why), why);
    CHECK(vkey_same(signer_vkey(signer), key_vkey(key)));
    signer_close(signer);
    CHECK_WHY(signer_open_key(witness, &signer, &why), ERR_INPUT, why,
              "cosignatures");
    key_close(key);
}
