#include "record/act.h"

#include "record/merkle.h"

#include <string.h>

static const char FIRST_LINE_END[] = "/act/v1";

/* The header lines, in order; `expires` may be left out. */
enum line {
    LINE_FIRST = 1,
    LINE_BY,
    LINE_KIND,
    LINE_NONCE,
    LINE_SEEN,
    LINE_EXPIRES
};

static enum err fail_line(struct why *why, int line, const char *expected)
{
    return fail(why, ERR_INPUT, "act, line %d: expected %s", line, expected);
}

static bool starts_with(struct slice text, const char *start)
{
    size_t len = strlen(start);

    return text.len >= len && memcmp(text.at, start, len) == 0;
}

/* Take "<field>: <value>" off *rest. */
static bool take_field(struct slice *rest, const char *field,
                       struct slice *value)
{
    struct slice line;
    size_t len = strlen(field);

    if (!starts_with(*rest, field) || !slice_line(rest, &line) ||
        line.len < len)
        return false;
    *value = (struct slice){line.at + len, line.len - len};
    return true;
}

/* "FR/delegate": two names. */
static bool split_by(struct slice by, struct slice *state, struct slice *role)
{
    struct slice rest = by;

    if (!slice_cut(&rest, '/', state))
        return false;
    *role = rest;
    return text_is_name(*state) && text_is_name(*role);
}

static enum err parse_first(struct slice *rest, struct act *act,
                            struct why *why)
{
    size_t end = sizeof FIRST_LINE_END - 1;
    struct slice line;

    if (!slice_line(rest, &line) || line.len <= end ||
        memcmp(line.at + line.len - end, FIRST_LINE_END, end) != 0)
        return fail_line(why, LINE_FIRST, "\"<coalition>/act/v1\"");
    act->coalition = (struct slice){line.at, line.len - end};
    if (!text_is_name(act->coalition))
        return fail_line(why, LINE_FIRST,
                         "the coalition's name before \"/act/v1\"");
    return ERR_NONE;
}

static enum err parse_seen(struct slice value, struct act *act, struct why *why)
{
    struct slice size;

    if (!slice_cut(&value, ' ', &size) ||
        !text_parse_u64(size, MERKLE_SIZE_MAX, &act->seen_size) ||
        !hash_from_text(value, &act->seen_root))
        return fail_line(why, LINE_SEEN, "\"seen: <size> <root in base64>\"");
    return ERR_NONE;
}

static enum err parse_expires(struct slice value, struct act *act,
                              struct why *why)
{
    if (value.len != WHEN_TEXT_SIZE - 1 ||
        when_parse(value, &act->expires, NULL) != ERR_NONE)
        return fail_line(why, LINE_EXPIRES,
                         "\"expires: YYYY-MM-DDThh:mm:ssZ\"");
    act->has_expires = true;
    return ERR_NONE;
}

/* JSON on one or more lines: no empty line, no final LF. */
static enum err parse_body(struct slice rest, struct act *act, struct why *why)
{
    int line = act->has_expires ? LINE_EXPIRES + 1 : LINE_EXPIRES;

    if (rest.len == 0 || rest.at[0] != '\n')
        return fail_line(why, line,
                         act->has_expires ? "an empty line"
                                          : "\"expires: ...\" or an empty "
                                            "line");
    act->body = (struct slice){rest.at + 1, rest.len - 1};
    if (act->body.len < 3 || act->body.at[0] != '{' ||
        act->body.at[act->body.len - 1] != '\n')
        return fail_line(why, line + 1, "a JSON object and a line feed");
    act->body.len--;
    if (memmem(act->body.at, act->body.len + 1, "\n\n", 2))
        return fail_line(why, line + 1, "a JSON object without empty lines");
    return ERR_NONE;
}

static enum err parse_text(struct slice text, struct act *act, struct why *why)
{
    struct slice rest = text, value;

    act->text = text;
    act->has_expires = false;
    act->expires = (struct when){0};
    TRY(parse_first(&rest, act, why));
    if (!take_field(&rest, "by: ", &act->by) ||
        !split_by(act->by, &act->by_state, &act->by_role))
        return fail_line(why, LINE_BY, "\"by: <state>/<role>\"");
    if (!take_field(&rest, "kind: ", &act->kind) || !text_is_name(act->kind))
        return fail_line(why, LINE_KIND, "\"kind: <name>\"");
    if (!take_field(&rest, "nonce: ", &value) ||
        !text_parse_u64(value, ACT_NONCE_MAX, &act->nonce))
        return fail_line(why, LINE_NONCE, "\"nonce: <number below 2^53>\"");
    if (!take_field(&rest, "seen: ", &value))
        return fail_line(why, LINE_SEEN, "\"seen: <size> <root in base64>\"");
    TRY(parse_seen(value, act, why));
    if (take_field(&rest, "expires: ", &value))
        TRY(parse_expires(value, act, why));
    TRY(parse_body(rest, act, why));
    act->id = hash_bytes(text.at, text.len);
    return ERR_NONE;
}

enum err act_parse_text(const char *bytes, size_t len, struct act *act,
                        struct why *why)
{
    const struct slice text = {bytes, len};

    if (len > ACT_BYTES_MAX)
        return fail(why, ERR_LIMIT, "act of more than %d bytes", ACT_BYTES_MAX);
    if (!text_is_utf8(bytes, len) || text_has_control(bytes, len))
        return fail(why, ERR_INPUT,
                    "act: expected UTF-8 text without control bytes");
    act->bytes = text;
    act->count = 0;
    return parse_text(text, act, why);
}

/* "<coalition>/<state>/<role>"? Then *by is what follows the coalition. */
static bool split_key_name(struct slice name, struct slice coalition,
                           struct slice *by)
{
    struct slice state, role;

    if (name.len <= coalition.len || name.at[coalition.len] != '/' ||
        memcmp(name.at, coalition.at, coalition.len) != 0)
        return false;
    *by = (struct slice){name.at + coalition.len + 1,
                         name.len - coalition.len - 1};
    return split_by(*by, &state, &role);
}

static int compare(struct slice a, struct slice b)
{
    int order = memcmp(a.at, b.at, a.len < b.len ? a.len : b.len);

    if (order == 0)
        order = a.len < b.len ? -1 : a.len > b.len;
    return order;
}

static enum err parse_signatures(const struct note *note, struct act *act,
                                 struct why *why)
{
    if (note->count > ACT_SIGNATURES_MAX)
        return fail(why, ERR_LIMIT, "act: more than %d signatures",
                    ACT_SIGNATURES_MAX);
    for (size_t i = 0; i < note->count; i++) {
        const struct note_signature *from = &note->signature[i];
        struct act_signature *to = &act->signature[i];
        to->name = from->name;
        to->key_id = from->key_id;
        if (!split_key_name(from->name, act->coalition, &to->by))
            return fail(why, ERR_INPUT,
                        "act, signature line %zu: expected a key named "
                        "\"%.*s/<state>/<role>\"",
                        i + 1, (int)act->coalition.len, act->coalition.at);
        if (!note_payload(from, to->signature, KEY_SIGNATURE_BYTES))
            return fail(why, ERR_INPUT,
                        "act, signature line %zu: expected a signature of "
                        "%d bytes",
                        i + 1, KEY_SIGNATURE_BYTES);
        if (i > 0 && compare(act->signature[i - 1].name, to->name) >= 0)
            return fail(why, ERR_INPUT,
                        "act, signature line %zu: expected lines sorted by "
                        "key name, each name once",
                        i + 1);
    }
    act->count = note->count;
    return ERR_NONE;
}

enum err act_parse(const char *bytes, size_t len, struct act *act,
                   struct why *why)
{
    struct note note;
    enum err err;

    if (len > ACT_BYTES_MAX)
        return fail(why, ERR_LIMIT, "act of more than %d bytes", ACT_BYTES_MAX);
    err = note_parse(bytes, len, &note, why);
    if (err)
        return fail_within(why, err, "act");
    act->bytes = (struct slice){bytes, len};
    TRY(parse_text(note.text, act, why));
    return parse_signatures(&note, act, why);
}

enum err act_body(const struct act *act, json_t **json, struct why *why)
{
    enum err err = json_parse(act->body.at, act->body.len, json, why);

    return err ? fail_within(why, err, "act, body") : ERR_NONE;
}

bool act_is_signed_by(const struct act *act, size_t index,
                      const struct vkey *vkey)
{
    const struct act_signature *signature;

    if (index >= act->count || vkey->type != KEY_ED25519)
        return false;
    signature = &act->signature[index];
    return signature->key_id == vkey->id &&
           slice_is(signature->name, vkey->name) &&
           vkey_verify(vkey, act->text.at, act->text.len, signature->signature);
}

static void write_header(const struct act_draft *draft, struct buf *text)
{
    char root[HASH_TEXT_SIZE], expires[WHEN_TEXT_SIZE];

    hash_text(&draft->seen_root, root);
    buf_addf(text, "%s%s\nby: %s\nkind: %s\nnonce: %llu\nseen: %llu %s\n",
             draft->coalition, FIRST_LINE_END, draft->by, draft->kind,
             (unsigned long long)draft->nonce,
             (unsigned long long)draft->seen_size, root);
    if (draft->has_expires) {
        when_format(draft->expires, expires);
        buf_addf(text, "expires: %s\n", expires);
    }
}

enum err act_format(const struct act_draft *draft, struct buf *out,
                    struct why *why)
{
    struct buf text = {0};
    struct act act;
    char *body;
    enum err err;

    if (!draft->coalition || !draft->by || !draft->kind)
        return fail(why, ERR_INPUT, "act: coalition, by or kind is missing");
    if (!json_is_object(draft->body))
        return fail(why, ERR_INPUT, "act, body: expected a JSON object");
    write_header(draft, &text);
    body = json_canonical(draft->body);
    buf_addf(&text, "\n%s\n", body);
    mem_free(body);
    err = act_parse_text(text.data, text.len, &act, why);
    if (!err) { /* what was written must be what was meant */
        json_t *json;
        err = act_body(&act, &json, why);
        if (!err)
            json_decref(json);
    }
    if (!err)
        buf_add(out, text.data, text.len);
    buf_clear(&text);
    return err;
}

/* An act is signed when its last line is a signature line: no line of JSON
 * can begin with an em dash. */
static bool is_signed(const struct buf *act)
{
    const char *last =
        act->len > 1 ? memrchr(act->data, '\n', act->len - 1) : NULL;

    return last &&
           starts_with((struct slice){last + 1, act->len - (size_t)(last + 1 -
                                                                    act->data)},
                       "\xe2\x80\x94 ");
}

static void copy_line(struct buf *out, const struct act_signature *from)
{
    char name[KEY_NAME_MAX + 1];

    memcpy(name, from->name.at, from->name.len);
    name[from->name.len] = '\0';
    note_add_line(out, name, from->key_id, from->signature,
                  KEY_SIGNATURE_BYTES);
}

/* Write text and signature lines with the new one in its place. */
static void write_signed(const struct act *act,
                         const struct act_signature *added, struct buf *out)
{
    size_t i = 0;

    buf_add(out, act->text.at, act->text.len);
    buf_add_byte(out, '\n');
    for (; i < act->count && compare(act->signature[i].name, added->name) < 0;
         i++)
        copy_line(out, &act->signature[i]);
    copy_line(out, added);
    for (; i < act->count; i++)
        copy_line(out, &act->signature[i]);
}

enum err act_sign(struct buf *bytes, const struct key *key, struct why *why)
{
    const struct vkey *vkey = key_vkey(key);
    struct act_signature added = {.name = slice_of(vkey->name),
                                  .key_id = vkey->id};
    struct buf made = {0};
    struct act act;

    TRY(is_signed(bytes)
            ? act_parse(bytes->data, bytes->len, &act, why)
            : act_parse_text(buf_text(bytes), bytes->len, &act, why));
    if (vkey->type != KEY_ED25519 ||
        !split_key_name(added.name, act.coalition, &added.by))
        return fail(why, ERR_INPUT,
                    "%s cannot sign this act: expected a key named "
                    "\"%.*s/<state>/<role>\"",
                    vkey->name, (int)act.coalition.len, act.coalition.at);
    for (size_t i = 0; i < act.count; i++)
        if (slice_is(act.signature[i].name, vkey->name))
            return fail(why, ERR_STATE, "%s has signed this act already",
                        vkey->name);
    if (act.count == ACT_SIGNATURES_MAX)
        return fail(why, ERR_LIMIT, "act: more than %d signatures",
                    ACT_SIGNATURES_MAX);
    key_sign(key, act.text.at, act.text.len, added.signature);
    write_signed(&act, &added, &made);
    if (made.len > ACT_BYTES_MAX) {
        buf_clear(&made);
        return fail(why, ERR_LIMIT, "act of more than %d bytes", ACT_BYTES_MAX);
    }
    buf_clear(bytes);
    *bytes = made;
    return ERR_NONE;
}
