#include "base/value.h"

#include "base/file.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

struct document {
    char *name;
    struct arena *arena;
};

/* One reading of one text. Finished children wait in `pending` until their
 * parent is complete, so each list is allocated once. */
struct reader {
    struct document *document;
    yaml_parser_t yaml;
    struct value **pending;
    size_t pending_len;
    size_t pending_cap;
    size_t nodes;
    struct why *why;
};

static enum err fail_line(struct reader *reader, size_t line, enum err code,
                          const char *message)
{
    return fail(reader->why, code, "%s:%zu: %s", reader->document->name, line,
                message);
}

static enum err new_value(struct reader *reader, enum value_kind kind,
                          size_t line, struct value **made)
{
    if (++reader->nodes > VALUE_NODES_MAX)
        return fail_line(reader, line, ERR_LIMIT,
                         "more than a million values in one document");
    *made = arena_new(reader->document->arena, 1, sizeof **made);
    (*made)->kind = kind;
    (*made)->line = (uint32_t)line;
    (*made)->document = reader->document;
    return ERR_NONE;
}

static enum err set_text(struct reader *reader, struct value *value,
                         const char *text, size_t len)
{
    if (memchr(text, '\0', len))
        return fail_line(reader, value->line, ERR_INPUT,
                         "a NUL character in a text");
    value->text = arena_text(reader->document->arena, text, len);
    value->text_len = len;
    return ERR_NONE;
}

static void push(struct reader *reader, struct value *value)
{
    if (reader->pending_len == reader->pending_cap) {
        reader->pending_cap =
            reader->pending_cap ? reader->pending_cap * 2 : 64;
        reader->pending = mem_resize(reader->pending, reader->pending_cap,
                                     sizeof *reader->pending);
    }
    reader->pending[reader->pending_len++] = value;
}

static int by_key(const void *left, const void *right)
{
    const struct value *a = *(const struct value *const *)left;
    const struct value *b = *(const struct value *const *)right;
    int order = strcmp(a->key, b->key);

    return order ? order : (a->index > b->index) - (a->index < b->index);
}

static enum err refuse_duplicates(struct reader *reader,
                                  const struct value *map)
{
    enum err err = ERR_NONE;
    const struct value **sorted = mem_new(map->count, sizeof *sorted);

    memcpy(sorted, map->item, map->count * sizeof *sorted);
    qsort(sorted, map->count, sizeof *sorted, by_key);
    for (size_t i = 1; i < map->count && err == ERR_NONE; i++) {
        if (strcmp(sorted[i - 1]->key, sorted[i]->key) == 0)
            err = value_fail(sorted[i], reader->why, ERR_INPUT,
                             "given twice, first on line %u",
                             sorted[i - 1]->line);
    }
    mem_free(sorted);
    return err;
}

/* The children pushed since `from` become the items of `parent`. */
static enum err adopt(struct reader *reader, struct value *parent, size_t from)
{
    size_t count = reader->pending_len - from;
    struct value **item =
        arena_new(reader->document->arena, count, sizeof *item);

    for (size_t i = 0; i < count; i++) {
        item[i] = reader->pending[from + i];
        item[i]->parent = parent;
        item[i]->index = i;
    }
    parent->item = (const struct value *const *)item;
    parent->count = count;
    reader->pending_len = from;
    return parent->kind == VALUE_MAP && count > 1
               ? refuse_duplicates(reader, parent)
               : ERR_NONE;
}

/* libyaml's reason in words that help someone who wrote a charter. */
static enum err fail_yaml(struct reader *reader)
{
    const yaml_parser_t *yaml = &reader->yaml;
    const char *problem = yaml->problem ? yaml->problem : "no memory";
    size_t line = yaml->problem_mark.line + 1;

    if (yaml->error == YAML_MEMORY_ERROR)
        return fail_line(reader, line, ERR_SYSTEM, problem);
    if (strstr(problem, "cannot start any token"))
        problem = "a tab, '@', '`' or '%' cannot begin a value here; indent "
                  "with spaces and put such a value in quotes";
    else if (strstr(problem, "undefined alias"))
        problem = "aliases are not allowed";
    return fail(reader->why, ERR_INPUT, "%s:%zu: not valid YAML: %s%s%s",
                reader->document->name, line, problem, yaml->context ? " " : "",
                yaml->context ? yaml->context : "");
}

static enum err next_event(struct reader *reader, yaml_event_t *event)
{
    if (!yaml_parser_parse(&reader->yaml, event))
        return fail_yaml(reader);
    return ERR_NONE;
}

/* What makes a small file large, or a text something else. */
static enum err refuse_extras(struct reader *reader, const yaml_event_t *event)
{
    const yaml_char_t *anchor = NULL;
    const yaml_char_t *tag = NULL;
    size_t line = event->start_mark.line + 1;

    if (event->type == YAML_ALIAS_EVENT)
        return fail_line(reader, line, ERR_INPUT,
                         "aliases (*name) are not allowed");
    if (event->type == YAML_SCALAR_EVENT) {
        anchor = event->data.scalar.anchor;
        tag = event->data.scalar.tag;
    } else if (event->type == YAML_SEQUENCE_START_EVENT) {
        anchor = event->data.sequence_start.anchor;
        tag = event->data.sequence_start.tag;
    } else if (event->type == YAML_MAPPING_START_EVENT) {
        anchor = event->data.mapping_start.anchor;
        tag = event->data.mapping_start.tag;
    }
    if (anchor)
        return fail_line(reader, line, ERR_INPUT,
                         "anchors (&name) are not allowed");
    if (tag)
        return fail_line(reader, line, ERR_INPUT,
                         "tags (!name) are not allowed");
    return ERR_NONE;
}

static enum err read_items(struct reader *reader, struct value *parent,
                           int depth);

/* The value that `event` begins, pushed as the last pending one. */
static enum err read_value(struct reader *reader, const yaml_event_t *event,
                           int depth)
{
    size_t line = event->start_mark.line + 1;
    struct value *value;

    TRY(refuse_extras(reader, event));
    if (event->type == YAML_SCALAR_EVENT) {
        TRY(new_value(reader, VALUE_TEXT, line, &value));
        value->quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
        TRY(set_text(reader, value, (const char *)event->data.scalar.value,
                     event->data.scalar.length));
    } else {
        if (depth >= VALUE_DEPTH_MAX)
            return fail_line(reader, line, ERR_LIMIT,
                             "nested deeper than 64 levels");
        bool map = event->type == YAML_MAPPING_START_EVENT;
        TRY(new_value(reader, map ? VALUE_MAP : VALUE_LIST, line, &value));
        TRY(read_items(reader, value, depth + 1));
    }
    push(reader, value);
    return ERR_NONE;
}

static enum err read_next(struct reader *reader, int depth, bool *ends)
{
    yaml_event_t event;

    TRY(next_event(reader, &event));
    *ends = event.type == YAML_SEQUENCE_END_EVENT ||
            event.type == YAML_MAPPING_END_EVENT;
    enum err err = *ends ? ERR_NONE : read_value(reader, &event, depth);
    yaml_event_delete(&event);
    return err;
}

/* Take the key that was just read off the pending values. */
static enum err take_key(struct reader *reader, const char **key)
{
    const struct value *value = reader->pending[--reader->pending_len];

    if (value->kind != VALUE_TEXT)
        return fail_line(reader, value->line, ERR_INPUT,
                         "a key must be a single text");
    if (!value->quoted && strcmp(value->text, "<<") == 0)
        return fail_line(reader, value->line, ERR_INPUT,
                         "merge keys (<<) are not allowed");
    *key = value->text;
    return ERR_NONE;
}

static enum err read_items(struct reader *reader, struct value *parent,
                           int depth)
{
    size_t from = reader->pending_len;
    const char *key = NULL;
    bool ends = false;

    for (;;) {
        TRY(read_next(reader, depth, &ends));
        if (ends)
            return adopt(reader, parent, from);
        if (parent->kind == VALUE_MAP) {
            struct value *value;
            size_t line = reader->pending[reader->pending_len - 1]->line;
            TRY(take_key(reader, &key));
            TRY(read_next(reader, depth, &ends));
            value = reader->pending[reader->pending_len - 1];
            value->key = key;
            value->line = (uint32_t)line; /* where people look for it */
        }
    }
}

/* Skip to the next event of the stream's frame and check its type. */
static enum err expect(struct reader *reader, yaml_event_type_t type,
                       const char *otherwise)
{
    yaml_event_t event;

    TRY(next_event(reader, &event));
    bool right = event.type == type;
    bool directive = event.type == YAML_DOCUMENT_START_EVENT &&
                     (event.data.document_start.version_directive ||
                      event.data.document_start.tag_directives.start !=
                          event.data.document_start.tag_directives.end);
    size_t line = event.start_mark.line + 1;
    yaml_event_delete(&event);
    if (directive)
        return fail_line(reader, line, ERR_INPUT,
                         "directives (%YAML, %TAG) are not allowed");
    return right ? ERR_NONE : fail_line(reader, line, ERR_INPUT, otherwise);
}

static enum err read_stream(struct reader *reader)
{
    bool ends;

    TRY(expect(reader, YAML_STREAM_START_EVENT, "not valid YAML"));
    TRY(expect(reader, YAML_DOCUMENT_START_EVENT, "the document is empty"));
    TRY(read_next(reader, 0, &ends));
    TRY(expect(reader, YAML_DOCUMENT_END_EVENT, "not valid YAML"));
    return expect(reader, YAML_STREAM_END_EVENT,
                  "a second document begins; only one is allowed");
}

static enum err read_yaml(struct reader *reader, const char *bytes, size_t len)
{
    if (!yaml_parser_initialize(&reader->yaml))
        return fail(reader->why, ERR_SYSTEM, "no memory");
    yaml_parser_set_encoding(&reader->yaml, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&reader->yaml, (const unsigned char *)bytes,
                                 len);
    enum err err = read_stream(reader);
    yaml_parser_delete(&reader->yaml);
    return err;
}

/*
 * Does the tree say what the JSON says? YAML 1.1 reads a few JSON texts
 * otherwise (U+0085 in a string is a line break to it) and some not
 * at all (surrogate pairs, keys of more than 1,024 bytes).
 */
static bool is_same(const struct value *value, const json_t *json)
{
    if (json_is_string(json))
        return value->kind == VALUE_TEXT && value->quoted &&
               value->text_len == json_string_length(json) &&
               strcmp(value->text, json_string_value(json)) == 0;
    if (json_is_array(json) && value->kind == VALUE_LIST) {
        bool same = json_array_size(json) == value->count;
        for (size_t i = 0; same && i < value->count; i++)
            same = is_same(value->item[i], json_array_get(json, i));
        return same;
    }
    if (json_is_object(json) && value->kind == VALUE_MAP) {
        bool same = json_object_size(json) == value->count;
        for (size_t i = 0; same && i < value->count; i++) {
            const json_t *item = json_object_get(json, value->item[i]->key);
            same = item && is_same(value->item[i], item);
        }
        return same;
    }
    return value->kind == VALUE_TEXT && !value->quoted &&
           !json_is_array(json) && !json_is_object(json);
}

static enum err from_json(struct reader *reader, const json_t *json, int depth);

static enum err items_from_json(struct reader *reader, struct value *parent,
                                const json_t *json, int depth)
{
    size_t from = reader->pending_len;
    struct arena *arena = reader->document->arena;
    const char *key;
    json_t *item;
    size_t i;

    json_array_foreach (json, i, item)
        TRY(from_json(reader, item, depth));
    json_object_foreach ((json_t *)json, key, item) {
        TRY(from_json(reader, item, depth));
        reader->pending[reader->pending_len - 1]->key =
            arena_text(arena, key, strlen(key));
    }
    return adopt(reader, parent, from);
}

static enum err text_from_json(struct reader *reader, struct value *value,
                               const json_t *json)
{
    char number[24];

    value->quoted = json_is_string(json);
    if (value->quoted)
        return set_text(reader, value, json_string_value(json),
                        json_string_length(json));
    if (json_is_real(json))
        return fail(reader->why, ERR_INPUT,
                    "%s: this JSON can only be read with whole numbers; put "
                    "decimals in quotes",
                    reader->document->name);
    snprintf(number, sizeof number, "%lld",
             (long long)json_integer_value(json));
    const char *text = json_is_integer(json) ? number
                       : json_is_true(json)  ? "true"
                       : json_is_false(json) ? "false"
                                             : "null";
    return set_text(reader, value, text, strlen(text));
}

/* The same tree without lines, for the JSON that libyaml cannot read. */
static enum err from_json(struct reader *reader, const json_t *json, int depth)
{
    struct value *value;

    if (json_is_object(json) || json_is_array(json)) {
        bool map = json_is_object(json);
        if (depth >= VALUE_DEPTH_MAX)
            return fail(reader->why, ERR_LIMIT,
                        "%s: nested deeper than 64 levels",
                        reader->document->name);
        TRY(new_value(reader, map ? VALUE_MAP : VALUE_LIST, 0, &value));
        TRY(items_from_json(reader, value, json, depth + 1));
    } else {
        TRY(new_value(reader, VALUE_TEXT, 0, &value));
        TRY(text_from_json(reader, value, json));
    }
    push(reader, value);
    return ERR_NONE;
}

/* libyaml knows lines and keeps numbers as they are written; jansson knows
 * what the JSON means. A tree both agree on is best, then jansson's. */
static enum err read_text(struct reader *reader, const char *bytes, size_t len)
{
    size_t blank = strspn(bytes, " \t\r\n");
    bool flow = bytes[blank] == '{' || bytes[blank] == '[';
    json_t *json =
        flow ? json_loadb(bytes, len, JSON_REJECT_DUPLICATES, NULL) : NULL;
    enum err err = read_yaml(reader, bytes, len);

    if (json && err != ERR_LIMIT &&
        (err != ERR_NONE || !is_same(reader->pending[0], json))) {
        reader->pending_len = 0;
        reader->nodes = 0;
        err = from_json(reader, json, 0);
    }
    json_decref(json);
    return err;
}

static enum err check_bytes(const char *name, const char *bytes, size_t len,
                            struct why *why)
{
    size_t line = 1;

    if (len > VALUE_BYTES_MAX)
        return fail(why, ERR_LIMIT, "%s: larger than %d bytes", name,
                    VALUE_BYTES_MAX);
    for (size_t at = 0; at < len;) {
        uint32_t rune;
        size_t size = text_next(bytes + at, len - at, &rune);
        if (size == 0)
            return fail(why, ERR_INPUT, "%s:%zu: bytes that are not UTF-8",
                        name, line);
        if (rune == 0)
            return fail(why, ERR_INPUT, "%s:%zu: a NUL byte", name, line);
        line += rune == '\n';
        at += size;
    }
    return ERR_NONE;
}

enum err document_parse(const char *name, const char *bytes, size_t len,
                        struct document **document, const struct value **root,
                        struct why *why)
{
    TRY(check_bytes(name, bytes, len, why));
    bool bom = len >= 3 && memcmp(bytes, "\xEF\xBB\xBF", 3) == 0;
    char *text = mem_copy_text(bytes + (bom ? 3 : 0), len - (bom ? 3 : 0));
    struct document *made = mem_new(1, sizeof *made);
    struct reader reader = {.document = made, .why = why};

    made->name = mem_copy_text(name, strlen(name));
    made->arena = arena_open();
    enum err err = read_text(&reader, text, len - (bom ? 3 : 0));
    if (err == ERR_NONE) {
        *root = reader.pending[0];
        *document = made;
    } else {
        document_close(made);
    }
    mem_free(reader.pending);
    mem_free(text);
    return err;
}

enum err document_read(const char *path, struct document **document,
                       const struct value **root, struct why *why)
{
    struct buf bytes = {0};

    TRY(file_read(path, VALUE_BYTES_MAX, &bytes, why));
    enum err err =
        document_parse(path, buf_text(&bytes), bytes.len, document, root, why);
    buf_clear(&bytes);
    return err;
}

void document_close(struct document *document)
{
    if (!document)
        return;
    arena_close(document->arena);
    mem_free(document->name);
    mem_free(document);
}

const struct value *value_at(const struct value *map, const char *key)
{
    if (!map || map->kind != VALUE_MAP)
        return NULL;
    for (size_t i = 0; i < map->count; i++) {
        if (strcmp(map->item[i]->key, key) == 0)
            return map->item[i];
    }
    return NULL;
}

const char *value_text_at(const struct value *map, const char *key,
                          const char *otherwise)
{
    const struct value *item = value_at(map, key);

    return item && item->kind == VALUE_TEXT ? item->text : otherwise;
}

static const char *const kind_words[] = {
    [VALUE_TEXT] = "a single text",
    [VALUE_LIST] = "a list",
    [VALUE_MAP] = "a map of keys and values",
};

enum err value_int(const struct value *value, int64_t min, int64_t max,
                   int64_t *number, struct why *why)
{
    int64_t found;

    if (value->kind != VALUE_TEXT)
        return value_fail(value, why, ERR_INPUT,
                          "expected a whole number, found %s",
                          kind_words[value->kind]);
    if (!text_parse_i64((struct slice){value->text, value->text_len}, &found) ||
        found < min || found > max)
        return value_fail(value, why, ERR_INPUT,
                          "expected a whole number from %lld to %lld, found "
                          "\"%.60s\"",
                          (long long)min, (long long)max, value->text);
    *number = found;
    return ERR_NONE;
}

enum err value_bool(const struct value *value, bool *truth, struct why *why)
{
    bool is_text = value->kind == VALUE_TEXT;

    if (is_text && strcmp(value->text, "true") == 0)
        *truth = true;
    else if (is_text && strcmp(value->text, "false") == 0)
        *truth = false;
    else
        return value_fail(value, why, ERR_INPUT,
                          "expected true or false, found %.60s",
                          is_text ? value->text : kind_words[value->kind]);
    return ERR_NONE;
}

enum err value_only(const struct value *map, const char *const *known,
                    struct why *why)
{
    if (map->kind != VALUE_MAP)
        return value_fail(map, why, ERR_INPUT, "expected %s, found %s",
                          kind_words[VALUE_MAP], kind_words[map->kind]);
    for (size_t i = 0; i < map->count; i++) {
        size_t k = 0;
        while (known[k] && strcmp(known[k], map->item[i]->key) != 0)
            k++;
        if (known[k])
            continue;
        struct buf list = {0};
        for (k = 0; known[k]; k++)
            buf_addf(&list, "%s%s", k ? ", " : "", known[k]);
        value_fail(map->item[i], why, ERR_INPUT, "unknown here; known are: %s",
                   buf_text(&list));
        buf_clear(&list);
        return ERR_INPUT;
    }
    return ERR_NONE;
}

enum err value_need(const struct value *map, const char *key,
                    enum value_kind kind, const struct value **item,
                    struct why *why)
{
    if (map->kind != VALUE_MAP)
        return value_fail(map, why, ERR_INPUT, "expected %s, found %s",
                          kind_words[VALUE_MAP], kind_words[map->kind]);
    const struct value *found = value_at(map, key);
    if (!found)
        return value_fail(map, why, ERR_INPUT, "%s is missing (%s)", key,
                          kind_words[kind]);
    if (found->kind != kind)
        return value_fail(found, why, ERR_INPUT, "expected %s, found %s",
                          kind_words[kind], kind_words[found->kind]);
    *item = found;
    return ERR_NONE;
}

/* "rules.eu_qmv.all[1].ge" */
static void add_path(struct buf *out, const struct value *value)
{
    if (!value->parent)
        return;
    add_path(out, value->parent);
    if (value->key)
        buf_addf(out, "%s%s", out->len ? "." : "", value->key);
    else
        buf_addf(out, "[%zu]", value->index);
}

enum err(value_fail)(const struct value *value, struct why *why, enum err code,
                     const char *format, ...)
{
    struct buf text = {0};
    struct buf path = {0};
    va_list args;

    if (!why)
        return code;
    va_start(args, format);
    buf_addv(&text, format, args);
    va_end(args);
    add_path(&path, value);
    fail(why, code, "%s%s%s", buf_text(&path), path.len ? ": " : "",
         buf_text(&text));
    if (value->line)
        fail_within(why, code, "%s:%u", value->document->name, value->line);
    else
        fail_within(why, code, "%s", value->document->name);
    buf_clear(&path);
    buf_clear(&text);
    return code;
}
