#include "record/checkpoint.h"

#include "record/merkle.h"

#include <string.h>

static enum err fail_line(struct why *why, int line, const char *expected)
{
    return fail(why, ERR_INPUT, "checkpoint, line %d: expected %s", line,
                expected);
}

enum err checkpoint_parse(struct slice text, struct checkpoint *checkpoint,
                          struct why *why)
{
    struct slice rest = text, line;
    struct checkpoint made;

    if (!slice_line(&rest, &made.origin) || made.origin.len == 0)
        return fail_line(why, 1, "the log's origin");
    if (!slice_line(&rest, &line) ||
        !text_parse_u64(line, MERKLE_SIZE_MAX, &made.size))
        return fail_line(why, 2, "the tree's size in decimal");
    if (!slice_line(&rest, &line) || !hash_from_text(line, &made.root))
        return fail_line(why, 3, "the root hash in base64");
    made.extension = rest;
    for (int number = 4; rest.len > 0; number++)
        if (!slice_line(&rest, &line) || line.len == 0)
            return fail_line(why, number, "a line that is not empty");
    *checkpoint = made;
    return ERR_NONE;
}

void checkpoint_format(const char *origin, uint64_t size,
                       const struct hash *root, struct buf *out)
{
    char text[HASH_TEXT_SIZE];

    hash_text(root, text);
    buf_addf(out, "%s\n%llu\n%s\n", origin, (unsigned long long)size, text);
}

enum err checkpoint_open(const char *bytes, size_t len, const struct vkey *vkey,
                         struct checkpoint *checkpoint, struct why *why)
{
    struct checkpoint made;
    struct note note;
    enum err err;

    err = note_parse(bytes, len, &note, why);
    if (err)
        return fail_within(why, err, "checkpoint");
    TRY(checkpoint_parse(note.text, &made, why));
    if (!slice_is(made.origin, vkey->name))
        return fail(why, ERR_AUTHORITY,
                    "checkpoint: of log \"%.*s\"; expected \"%s\"",
                    (int)(made.origin.len < 80 ? made.origin.len : 80),
                    made.origin.at, vkey->name);
    err = note_verify(&note, vkey, 1, NULL, why);
    if (err)
        return fail_within(why, err, "checkpoint");
    *checkpoint = made;
    return ERR_NONE;
}

enum err checkpoint_sign(uint64_t size, const struct hash *root,
                         const struct key *key, struct buf *out,
                         struct why *why)
{
    struct buf text = {0};
    enum err err;

    checkpoint_format(key_vkey(key)->name, size, root, &text);
    err = note_sign((struct slice){text.data, text.len}, key, out, why);
    buf_clear(&text);
    return err;
}

/* What a witness signs. Source: tlog-cosignature, "Ed25519 signed message". */
static void write_message(struct slice text, uint64_t time, struct buf *out)
{
    buf_addf(out, "cosignature/v1\ntime %llu\n", (unsigned long long)time);
    buf_add(out, text.at, text.len);
}

enum err checkpoint_cosign(struct slice text, const struct key *key,
                           struct when when,
                           uint8_t payload[CHECKPOINT_COSIGNATURE_BYTES],
                           struct why *why)
{
    const struct vkey *vkey = key_vkey(key);
    struct checkpoint checkpoint;
    struct buf message = {0};

    if (vkey->type != KEY_COSIGNATURE)
        return fail(why, ERR_INPUT, "%s is no key for cosignatures",
                    vkey->name);
    if (when.s < 0)
        return fail(why, ERR_INPUT, "a cosignature's time is before 1970");
    TRY(checkpoint_parse(text, &checkpoint, why));
    for (int i = 0; i < 8; i++)
        payload[i] = (uint8_t)((uint64_t)when.s >> (56 - 8 * i));
    write_message(text, (uint64_t)when.s, &message);
    key_sign(key, message.data, message.len, payload + 8);
    buf_clear(&message);
    return ERR_NONE;
}

bool checkpoint_is_cosigned(struct slice text, const struct vkey *witness,
                            const uint8_t payload[CHECKPOINT_COSIGNATURE_BYTES],
                            struct when *when)
{
    struct buf message = {0};
    uint64_t time = 0;
    bool is_held;

    for (int i = 0; i < 8; i++)
        time = time << 8 | payload[i];
    if (witness->type != KEY_COSIGNATURE || time > INT64_MAX)
        return false;
    write_message(text, time, &message);
    is_held = vkey_verify(witness, message.data, message.len, payload + 8);
    buf_clear(&message);
    if (is_held)
        when->s = (int64_t)time;
    return is_held;
}
