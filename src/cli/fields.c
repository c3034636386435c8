#include "cli/fields.h"

#include "base/file.h"
#include "base/json.h"
#include "base/when.h"
#include "cli/secret.h"
#include "record/act.h"
#include "record/hash.h"

#include <assert.h>
#include <string.h>

enum { DOCUMENT_MAX = 1 << 30 }; /* bytes of a file that is only hashed */

static bool is_list(enum field_type type)
{
    return type == FIELD_LIST || type == FIELD_CODES;
}

static enum err from_json(json_t *body, const struct act_field *field,
                          struct slice text, struct why *why)
{
    json_error_t error;
    json_t *json =
        json_loadb(text.at, text.len, JSON_REJECT_DUPLICATES, &error);

    if (json == NULL)
        return fail(why, ERR_INPUT, "%s: expected JSON: line %d, column %d: %s",
                    field->name, error.line, error.column, error.text);
    if (is_list(field->type) != json_is_array(json)) {
        json_decref(json);
        return fail(why, ERR_INPUT, "%s: expected a JSON %s", field->name,
                    is_list(field->type) ? "list" : "object");
    }
    json_set_new(body, field->name, json);
    return ERR_NONE;
}

/* "FR, DE" or ["FR","DE"]. */
static enum err set_list(json_t *body, const struct act_field *field,
                         const char *text, struct why *why)
{
    struct slice rest = slice_of(text);
    struct slice item;
    json_t *list;

    if (*text == '[')
        return from_json(body, field, rest, why);
    list = json_array();
    for (bool more = true; more;) {
        more = slice_cut(&rest, ',', &item);
        if (!more)
            item = rest;
        while (item.len > 0 && *item.at == ' ')
            item = (struct slice){item.at + 1, item.len - 1};
        json_array_append_new(list, json_stringn(item.at, item.len));
    }
    json_set_new(body, field->name, list);
    return ERR_NONE;
}

static enum err set_number(json_t *body, const struct act_field *field,
                           const char *text, struct why *why)
{
    uint64_t number;

    if (!text_parse_u64(slice_of(text), ACT_NONCE_MAX, &number))
        return fail(why, ERR_INPUT, "%s: expected a whole number, not '%s'",
                    field->name, text);
    json_set_int(body, field->name, (int64_t)number);
    return ERR_NONE;
}

static enum err set_flag(json_t *body, const struct act_field *field,
                         const char *text, struct why *why)
{
    if (strcmp(text, "true") != 0 && strcmp(text, "false") != 0)
        return fail(why, ERR_INPUT, "%s: expected true or false, not '%s'",
                    field->name, text);
    json_set_flag(body, field->name, *text == 't');
    return ERR_NONE;
}

static enum err set_time(json_t *body, const struct act_field *field,
                         const char *text, struct why *why)
{
    struct when when;
    char whole[WHEN_TEXT_SIZE];

    if (when_parse(slice_of(text), &when, why) != ERR_NONE)
        return fail_within(why, ERR_INPUT, "%s", field->name);
    when_format(when, whole);
    json_set_text(body, field->name, whole);
    return ERR_NONE;
}

static enum err set_vkey(json_t *body, const struct act_field *field,
                         const char *text, struct why *why)
{
    struct vkey vkey;
    char whole[KEY_VKEY_SIZE];

    if (secret_vkey(text, &vkey, why) != ERR_NONE)
        return fail_within(why, why->code, "%s", field->name);
    vkey_format(&vkey, whole);
    json_set_text(body, field->name, whole);
    return ERR_NONE;
}

enum err field_set(json_t *body, const struct act_field *field,
                   const char *text, struct why *why)
{
    if (!text_is_utf8(text, strlen(text)))
        return fail(why, ERR_INPUT, "%s: not UTF-8", field->name);
    switch (field->type) {
    case FIELD_CODES:
    case FIELD_LIST:
        return set_list(body, field, text, why);
    case FIELD_MAP:
        return from_json(body, field, slice_of(text), why);
    case FIELD_NUMBER:
        return set_number(body, field, text, why);
    case FIELD_FLAG:
        return set_flag(body, field, text, why);
    case FIELD_TIME:
        return set_time(body, field, text, why);
    case FIELD_VKEY:
        return set_vkey(body, field, text, why);
    default:
        json_set_text(body, field->name, text);
        return ERR_NONE;
    }
}

static void set_hash(json_t *body, const struct act_field *field,
                     const struct buf *bytes)
{
    struct hash hash = hash_bytes(bytes->data, bytes->len);
    char hex[2 * HASH_BYTES + 1];

    text_hex(hash.b, HASH_BYTES, hex);
    json_set_text(body, field->name, hex);
}

enum err field_set_file(json_t *body, const struct act_field *field,
                        const char *path, struct why *why)
{
    size_t max = field->type == FIELD_HASH ? DOCUMENT_MAX : ACT_BYTES_MAX;
    struct buf bytes = {0};
    enum err err = ERR_NONE;

    TRY(file_read(path, max, &bytes, why));
    if (field->type == FIELD_HASH)
        set_hash(body, field, &bytes);
    else if (strlen(buf_text(&bytes)) != bytes.len)
        err = fail(why, ERR_INPUT, "%s: a NUL byte", path);
    else
        err = field_set(body, field, buf_text(&bytes), why);
    if (err != ERR_NONE)
        fail_within(why, err, "%s", path);
    buf_clear(&bytes);
    return err;
}

const struct act_field *field_find(const struct act_kind *kind,
                                   const char *name)
{
    for (size_t i = 0; i < kind->fields; i++)
        if (strcmp(kind->field[i].name, name) == 0)
            return &kind->field[i];
    return NULL;
}

/*
 * As options.
 */

static bool is_among(const char *const *names, const char *name)
{
    while (*names != NULL)
        if (strcmp(*names++, name) == 0)
            return true;
    return false;
}

static bool is_offered(const struct fields *fields, const char *name)
{
    for (size_t i = 0; i < fields->count; i++)
        if (strcmp(fields->value[i].field->name, name) == 0)
            return true;
    return false;
}

static bool may_be_file(enum field_type type)
{
    return type == FIELD_TEXT || type == FIELD_MAP || type == FIELD_LIST ||
           type == FIELD_HASH;
}

/* What --help calls a value of this type. */
static const char *value_word(enum field_type type)
{
    switch (type) {
    case FIELD_CODE:
        return "STATE";
    case FIELD_CODES:
        return "STATE,...";
    case FIELD_TIME:
        return "TIME";
    case FIELD_PERIOD:
        return "PERIOD";
    case FIELD_POSITION:
        return "POSITION";
    case FIELD_HASH:
        return "SHA256";
    case FIELD_VKEY:
        return "KEY";
    case FIELD_NUMBER:
        return "N";
    case FIELD_LIST:
        return "A,B,...";
    case FIELD_MAP:
        return "JSON";
    default:
        return "TEXT";
    }
}

void fields_options(struct cli *cli, struct fields *fields,
                    const struct act_kind *kind, const char *const *except,
                    struct options *options)
{
    for (size_t i = 0; i < kind->fields; i++) {
        const struct act_field *field = &kind->field[i];
        /* --as is the officer; a statement's `as` is a group. */
        const char *name =
            strcmp(field->name, "as") == 0 ? "on-behalf-of" : field->name;
        struct buf file = {0};
        size_t at = fields->count;

        if (is_among(except, field->name) || is_offered(fields, field->name))
            continue;
        assert(at < FIELDS_MAX);
        fields->value[fields->count++].field = field;
        if (field->type == FIELD_FLAG) {
            options_flag(options, name, &fields->value[at].flag, field->help);
            continue;
        }
        options_text(options, name, value_word(field->type),
                     &fields->value[at].text, field->help);
        if (!may_be_file(field->type))
            continue;
        buf_addf(&file, "%s-file", name);
        options_text(options, arena_text(cli->arena, file.data, file.len),
                     "FILE", &fields->value[at].file,
                     field->type == FIELD_HASH ? "the document itself"
                                               : "the same from a file");
        buf_clear(&file);
    }
}

enum err fields_body(const struct fields *fields, json_t *body, struct why *why)
{
    for (size_t i = 0; i < fields->count; i++) {
        const struct act_field *field = fields->value[i].field;
        size_t times = (fields->value[i].text != NULL) +
                       (fields->value[i].file != NULL) +
                       (json_object_get(body, field->name) != NULL);

        if (times > 1)
            return fail(why, ERR_INPUT, "%s is there twice", field->name);
        if (fields->value[i].flag)
            json_set_flag(body, field->name, true);
        if (fields->value[i].text != NULL)
            TRY(field_set(body, field, fields->value[i].text, why));
        if (fields->value[i].file != NULL)
            TRY(field_set_file(body, field, fields->value[i].file, why));
    }
    return ERR_NONE;
}
