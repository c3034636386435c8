/*
 * signer.h - the log's key in a process of its own.
 *
 * A child that alone holds the secret and signs nothing but checkpoints of
 * the log its key is named after: 40 bytes come in (size and root), a
 * signature goes out. It refuses a size below one it has signed, and another
 * root for the same size. Start it before reading anything hostile.
 */
#pragma once

#include "base/err.h"
#include "record/hash.h"
#include "record/key.h"

#include <stdint.h>

struct signer;

/* The child reads the key file itself. Owns: *signer, signer_close. Fails as
 * key_read, and ERR_INPUT for a key that is not of type 0x01. */
enum err signer_open(const char *key_path, const char *passphrase,
                     struct signer **signer, struct why *why) MUST_CHECK;
/* From a key at hand (a fresh log, exercises). Takes the key: closed here,
 * also on failure. */
enum err signer_open_key(struct key *key, struct signer **signer,
                         struct why *why) MUST_CHECK;
/* Ends the child. NULL does nothing. */
void signer_close(struct signer *signer);

/* The public key; its name is the log's origin. */
const struct vkey *signer_vkey(const struct signer *signer);

/* The signature of the checkpoint text (origin, size, root). Fails ERR_STATE
 * when refused, ERR_SYSTEM when the child is gone. About 60 us. */
enum err signer_sign(struct signer *signer, uint64_t size,
                     const struct hash *root,
                     uint8_t signature[KEY_SIGNATURE_BYTES],
                     struct why *why) MUST_CHECK;
