#include "record/note.h"

#include <string.h>

static const char DASH[] = "\xe2\x80\x94 "; /* em dash and space */
enum { DASH_LEN = sizeof DASH - 1, ID_LEN = 4 };

/* Where the signature lines begin: after the last empty line. 0: nowhere. */
static size_t find_signatures(const char *bytes, size_t len)
{
    const char *at = memrchr(bytes, '\n', len);

    while (at && at > bytes) {
        if (at[-1] == '\n')
            return (size_t)(at + 1 - bytes);
        at = memrchr(bytes, '\n', (size_t)(at - bytes));
    }
    return 0;
}

/* Characters of base64 that decode to whole bytes, and to how many. */
static size_t decoded_len(struct slice base64)
{
    size_t pad = 0;

    if (base64.len < 4 || base64.len % 4 != 0)
        return 0;
    while (pad < 2 && base64.at[base64.len - 1 - pad] == '=')
        pad++;
    return base64.len / 4 * 3 - pad;
}

static enum err parse_signature(struct slice line, size_t number,
                                struct note_signature *signature,
                                struct why *why)
{
    uint8_t bytes[ID_LEN + NOTE_PAYLOAD_MAX];
    struct slice name;
    size_t len;

    if (line.len < DASH_LEN || memcmp(line.at, DASH, DASH_LEN) != 0)
        return fail(why, ERR_INPUT,
                    "signature line %zu: expected an em dash and a space",
                    number);
    line.at += DASH_LEN;
    line.len -= DASH_LEN;
    if (!slice_cut(&line, ' ', &name) || !key_is_name(name))
        return fail(why, ERR_INPUT, "signature line %zu: no key name", number);
    len = decoded_len(line);
    if (len > sizeof bytes)
        return fail(why, ERR_LIMIT,
                    "signature line %zu: more than %d bytes of signature",
                    number, NOTE_PAYLOAD_MAX);
    if (len <= ID_LEN || !text_from_base64(line, bytes, sizeof bytes, &len))
        return fail(why, ERR_INPUT,
                    "signature line %zu: expected canonical base64 of the "
                    "key's identity and a signature",
                    number);
    *signature = (struct note_signature){
        .name = name,
        .base64 = line,
        .key_id = (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 |
                  (uint32_t)bytes[2] << 8 | bytes[3],
        .payload_len = len - ID_LEN,
    };
    return ERR_NONE;
}

static enum err check_text(struct slice text, struct why *why)
{
    if (text.len > NOTE_TEXT_MAX)
        return fail(why, ERR_LIMIT, "text of more than %d bytes",
                    NOTE_TEXT_MAX);
    if (text.len == 0 || text.at[text.len - 1] != '\n')
        return fail(why, ERR_INPUT, "text does not end with a line feed");
    if (!text_is_utf8(text.at, text.len))
        return fail(why, ERR_INPUT, "text is not UTF-8");
    if (text_has_control(text.at, text.len))
        return fail(why, ERR_INPUT, "control byte in the text");
    return ERR_NONE;
}

enum err note_parse(const char *bytes, size_t len, struct note *note,
                    struct why *why)
{
    struct slice rest, line;
    size_t at, count = 0;

    if (len > NOTE_BYTES_MAX)
        return fail(why, ERR_LIMIT, "note of more than %d bytes",
                    NOTE_BYTES_MAX);
    at = len > 0 ? find_signatures(bytes, len) : 0;
    if (at < 2 && memmem(bytes, len, "\r\n", 2))
        return fail(why, ERR_INPUT,
                    "lines end with CR LF; expected LF, as they were signed");
    if (at < 2 || at == len)
        return fail(why, ERR_INPUT,
                    "not a signed note: no blank line and signatures at the "
                    "end");
    rest = (struct slice){bytes + at, len - at};
    while (rest.len > 0) {
        if (!slice_line(&rest, &line))
            return fail(why, ERR_INPUT,
                        "signature line %zu does not end with a line feed",
                        count + 1);
        if (count == NOTE_SIGNATURES_MAX)
            return fail(why, ERR_LIMIT, "more than %d signatures",
                        NOTE_SIGNATURES_MAX);
        TRY(parse_signature(line, count + 1, &note->signature[count], why));
        count++;
    }
    note->text = (struct slice){bytes, at - 1};
    note->count = count;
    return check_text(note->text, why);
}

bool note_payload(const struct note_signature *signature, uint8_t *payload,
                  size_t len)
{
    uint8_t bytes[ID_LEN + NOTE_PAYLOAD_MAX];
    size_t got;

    if (signature->payload_len != len ||
        !text_from_base64(signature->base64, bytes, sizeof bytes, &got))
        return false;
    memcpy(payload, bytes + ID_LEN, len);
    return true;
}

const struct note_signature *note_find(const struct note *note,
                                       const struct vkey *vkey)
{
    for (size_t i = 0; i < note->count; i++) {
        const struct note_signature *signature = &note->signature[i];
        if (signature->key_id == vkey->id &&
            slice_is(signature->name, vkey->name))
            return signature;
    }
    return NULL;
}

/* A key may have signed more than once; every one of its lines must hold. */
static enum err verify_one(const struct note *note, const struct vkey *vkey,
                           bool *is_signed, struct why *why)
{
    uint8_t payload[KEY_SIGNATURE_BYTES];

    *is_signed = false;
    for (size_t i = 0; i < note->count; i++) {
        const struct note_signature *signature = &note->signature[i];
        if (signature->key_id != vkey->id ||
            !slice_is(signature->name, vkey->name))
            continue;
        if (vkey->type != KEY_ED25519 ||
            !note_payload(signature, payload, sizeof payload) ||
            !vkey_verify(vkey, note->text.at, note->text.len, payload))
            return fail(why, ERR_AUTHORITY, "the signature by %s does not hold",
                        vkey->name);
        *is_signed = true;
    }
    return ERR_NONE;
}

enum err note_verify(const struct note *note, const struct vkey *keys,
                     size_t count, bool *signed_, struct why *why)
{
    bool is_any = false, is_signed;

    for (size_t i = 0; i < count; i++) {
        TRY(verify_one(note, &keys[i], &is_signed, why));
        is_any |= is_signed;
        if (signed_)
            signed_[i] = is_signed;
    }
    if (!is_any)
        return fail(why, ERR_AUTHORITY, "no signature by %s",
                    count == 1 ? keys[0].name : "any known key");
    return ERR_NONE;
}

void note_add_line(struct buf *out, const char *name, uint32_t key_id,
                   const uint8_t *payload, size_t len)
{
    uint8_t bytes[ID_LEN + NOTE_PAYLOAD_MAX];
    char text[(ID_LEN + NOTE_PAYLOAD_MAX + 2) / 3 * 4 + 1];

    if (len > NOTE_PAYLOAD_MAX)
        len = NOTE_PAYLOAD_MAX;
    bytes[0] = (uint8_t)(key_id >> 24);
    bytes[1] = (uint8_t)(key_id >> 16);
    bytes[2] = (uint8_t)(key_id >> 8);
    bytes[3] = (uint8_t)key_id;
    memcpy(bytes + ID_LEN, payload, len);
    text_base64(bytes, ID_LEN + len, text);
    buf_addf(out, "%s%s %s\n", DASH, name, text);
}

enum err note_sign(struct slice text, const struct key *key, struct buf *out,
                   struct why *why)
{
    uint8_t signature[KEY_SIGNATURE_BYTES];
    const struct vkey *vkey = key_vkey(key);

    TRY(check_text(text, why));
    if (vkey->type != KEY_ED25519)
        return fail(why, ERR_INPUT, "%s is a key for cosignatures only",
                    vkey->name);
    key_sign(key, text.at, text.len, signature);
    buf_add(out, text.at, text.len);
    buf_add_byte(out, '\n');
    note_add_line(out, vkey->name, vkey->id, signature, sizeof signature);
    return ERR_NONE;
}
