/*
 * note.h - signed notes: a text, a blank line, signature lines.
 *
 * Source: C2SP signed-note 1.0. Text of acts and checkpoints alike.
 */
#pragma once

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"
#include "record/key.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    NOTE_TEXT_MAX = 65535,     /* bytes, final LF included */
    NOTE_SIGNATURES_MAX = 100, /* lines */
    NOTE_PAYLOAD_MAX = 8192,   /* bytes after the key's identity */
    NOTE_BYTES_MAX = 1000000,  /* bytes of the whole note */
};

struct note_signature {
    struct slice name;   /* a key name */
    struct slice base64; /* canonical; of identity and payload */
    uint32_t key_id;
    size_t payload_len; /* 1..NOTE_PAYLOAD_MAX */
};

/* Everything borrowed from the parsed bytes. */
struct note {
    struct slice text; /* final LF included */
    size_t count;      /* signature lines, 1..NOTE_SIGNATURES_MAX */
    struct note_signature signature[NOTE_SIGNATURES_MAX];
};

/*
 * Split a note. Says nothing about whether any signature holds.
 *
 * Fails  ERR_INPUT naming the line, ERR_LIMIT.
 */
enum err note_parse(const char *bytes, size_t len, struct note *note,
                    struct why *why) MUST_CHECK;

/* The payload of a parsed signature; false unless it has exactly `len`
 * bytes, len <= NOTE_PAYLOAD_MAX. */
bool note_payload(const struct note_signature *signature, uint8_t *payload,
                  size_t len);

/* The first signature by this key (name and identity), or NULL. */
const struct note_signature *note_find(const struct note *note,
                                       const struct vkey *vkey);

/*
 * Which of these Ed25519 keys (type 0x01) signed?
 *
 *   keys    in   [count]
 *   signed_ out  [count] may be NULL
 *
 * Fails  ERR_AUTHORITY when a signature of one of the keys does not hold, or
 *        none of them signed. Signatures by others are ignored.
 */
enum err note_verify(const struct note *note, const struct vkey *keys,
                     size_t count, bool *signed_, struct why *why) MUST_CHECK;

/* Append "— NAME BASE64(id, payload)" LF. */
void note_add_line(struct buf *out, const char *name, uint32_t key_id,
                   const uint8_t *payload, size_t len);
/* Text of a note, signed by `key` (type 0x01): text, blank line, one line.
 * Fails ERR_INPUT when the text is no text of a note. */
enum err note_sign(struct slice text, const struct key *key, struct buf *out,
                   struct why *why) MUST_CHECK;
