#include "base/json.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static const json_int_t JSON_INT_LIMIT = (json_int_t)1 << 53;

/* The bounds of acts, below `json` which is itself at `depth`. */
static enum err check(const json_t *json, int depth, struct why *why)
{
    const char *key;
    json_t *item;
    size_t index;

    enum err err;

    if (json_is_real(json))
        return fail(why, ERR_INPUT, "only whole numbers are allowed");
    if (json_is_integer(json)) {
        json_int_t number = json_integer_value(json);
        if (number <= -JSON_INT_LIMIT || number >= JSON_INT_LIMIT)
            return fail(why, ERR_LIMIT, "a number beyond 2^53");
    }
    if (!json_is_object(json) && !json_is_array(json))
        return ERR_NONE;
    if (depth > JSON_ACT_DEPTH_MAX)
        return fail(why, ERR_LIMIT, "nested deeper than %d",
                    JSON_ACT_DEPTH_MAX);
    json_array_foreach (json, index, item) {
        err = check(item, depth + 1, why);
        if (err != ERR_NONE)
            return fail_within(why, err, "%zu", index);
    }
    json_object_foreach ((json_t *)json, key, item) {
        err = check(item, depth + 1, why);
        if (err != ERR_NONE)
            return fail_within(why, err, "%.40s", key);
    }
    return ERR_NONE;
}

enum err json_parse(const char *bytes, size_t len, json_t **json,
                    struct why *why)
{
    json_error_t error;
    /* jansson refuses NUL, invalid UTF-8 and trailing bytes by itself */
    json_t *root = json_loadb(bytes, len, JSON_REJECT_DUPLICATES, &error);

    if (!root)
        return fail(why, ERR_INPUT, "JSON, line %d, column %d: %s", error.line,
                    error.column, error.text);
    enum err err = json_is_object(root)
                       ? check(root, 1, why)
                       : fail(why, ERR_INPUT, "expected an object {...}");
    if (err != ERR_NONE) {
        json_decref(root);
        return fail_within(why, err, "JSON");
    }
    *json = root;
    return ERR_NONE;
}

static void *must(void *made)
{
    if (!made)
        abort(); /* no memory */
    return made;
}

char *json_compact(const json_t *json)
{
    return must(json_dumps(json, JSON_COMPACT | JSON_ENCODE_ANY));
}

char *json_canonical(const json_t *json)
{
    return must(
        json_dumps(json, JSON_COMPACT | JSON_ENCODE_ANY | JSON_SORT_KEYS));
}

const char *json_text(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

int64_t json_int(const json_t *object, const char *key, int64_t otherwise)
{
    const json_t *item = json_object_get(object, key);

    return json_is_integer(item) ? json_integer_value(item) : otherwise;
}

bool json_flag(const json_t *object, const char *key)
{
    return json_is_true(json_object_get(object, key));
}

const json_t *json_list(const json_t *object, const char *key)
{
    const json_t *item = json_object_get(object, key);

    return json_is_array(item) ? item : NULL;
}

const json_t *json_map(const json_t *object, const char *key)
{
    const json_t *item = json_object_get(object, key);

    return json_is_object(item) ? item : NULL;
}

void json_set_new(json_t *object, const char *key, json_t *value)
{
    if (json_object_set_new(object, key, must(value)) != 0)
        abort();
}

void json_set_text(json_t *object, const char *key, const char *text)
{
    json_t *made = text ? json_string(text) : json_null();

    if (!made && text) { /* not UTF-8: show what can be shown */
        char *tame = mem_copy_text(text, strlen(text));
        text_tame(tame, true);
        made = json_string(tame);
        mem_free(tame);
    }
    json_set_new(object, key, made);
}

void json_set_int(json_t *object, const char *key, int64_t number)
{
    json_set_new(object, key, json_integer(number));
}

void json_set_flag(json_t *object, const char *key, bool flag)
{
    json_set_new(object, key, json_boolean(flag));
}
