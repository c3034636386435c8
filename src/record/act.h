/*
 * act.h - the envelope of an act: who says what, having seen which log.
 *
 *     willing.example/act/v1
 *     by: FR/delegate
 *     kind: ballot
 *     nonce: 412
 *     seen: 1284 CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
 *     expires: 2026-12-01T00:00:00Z
 *
 *     {"position":"yes","proposal":"2026-014"}
 *
 *     — willing.example/FR/delegate 5t0...
 *
 * The bytes shown are the bytes signed. One act has one encoding of its text;
 * its identity is SHA-256 of the text. Whether the signers may do this is the
 * institution's business. Source: design section 5; docs/formats.md.
 */
#pragma once

#include "base/err.h"
#include "base/json.h"
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
    ACT_BYTES_MAX = 65407, /* whole note; 128 are left for the entry */
    ACT_SIGNATURES_MAX = 64,
};
#define ACT_NONCE_MAX ((UINT64_C(1) << 53) - 1)

struct act_signature {
    struct slice name; /* "willing.example/FR/delegate" */
    struct slice by;   /* "FR/delegate": the name after the coalition's */
    uint32_t key_id;
    uint8_t signature[KEY_SIGNATURE_BYTES]; /* of act.text */
};

/* Slices are borrowed from the parsed bytes. */
struct act {
    struct slice bytes;     /* the whole note */
    struct slice text;      /* what is signed; final LF included */
    struct slice coalition; /* "willing.example" */
    struct slice by;        /* "FR/delegate" */
    struct slice by_state;  /* "FR" */
    struct slice by_role;   /* "delegate" */
    struct slice kind;      /* "ballot" */
    uint64_t nonce;         /* 0..ACT_NONCE_MAX */
    uint64_t seen_size;     /* the checkpoint the signer had verified */
    struct hash seen_root;
    bool has_expires;
    struct when expires;
    struct slice body; /* JSON, without the final LF */
    struct hash id;    /* SHA-256 of text */
    size_t count;      /* signatures, 1..ACT_SIGNATURES_MAX */
    struct act_signature signature[ACT_SIGNATURES_MAX]; /* by name, distinct */
};

/*
 * Read a signed act. Checks the envelope, not the JSON and no signature.
 *
 * Fails  ERR_INPUT naming the line, ERR_LIMIT above ACT_BYTES_MAX.
 * Cost   about a microsecond.
 */
enum err act_parse(const char *bytes, size_t len, struct act *act,
                   struct why *why) MUST_CHECK;
/* The same for an act that nobody has signed yet: act->count is 0 and
 * act->bytes is act->text. */
enum err act_parse_text(const char *bytes, size_t len, struct act *act,
                        struct why *why) MUST_CHECK;

/* The body, in the strict subset of base/json.h. Owns: *json, json_decref. */
enum err act_body(const struct act *act, json_t **json,
                  struct why *why) MUST_CHECK;

/* Does this key hold signature `index`? Name, identity and bytes must fit. */
bool act_is_signed_by(const struct act *act, size_t index,
                      const struct vkey *vkey);

/* What an act says before anybody signs it. */
struct act_draft {
    const char *coalition;
    const char *by; /* "FR/delegate" */
    const char *kind;
    uint64_t nonce;
    uint64_t seen_size;
    struct hash seen_root;
    bool has_expires;
    struct when expires;
    const json_t *body; /* an object; written in canonical form */
};

/* The unsigned text. *out is untouched on failure.
 * Fails ERR_INPUT naming the field, ERR_LIMIT above ACT_BYTES_MAX. */
enum err act_format(const struct act_draft *draft, struct buf *out,
                    struct why *why) MUST_CHECK;

/*
 * Add a signature line, in its place by name: the first to an unsigned text,
 * a further one to a signed act (a cosigning officer, on another machine).
 *
 *   act  in out  text or signed act; untouched on failure
 *
 * Fails  ERR_INPUT when it is neither, or the key is none of this coalition
 *        or not of type 0x01; ERR_STATE when a key of that name has signed;
 *        ERR_LIMIT.
 */
enum err act_sign(struct buf *act, const struct key *key,
                  struct why *why) MUST_CHECK;
