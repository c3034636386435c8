/*
 * value_fuzz.c - any bytes as a document: what is read is a sound tree, and
 * written as JSON it reads as the same tree; what is refused says why.
 */
#include "base/json.h"
#include "base/value.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static json_t *to_json(const struct value *value, int depth)
{
    assert(depth <= VALUE_DEPTH_MAX);
    if (value->kind == VALUE_TEXT) {
        assert(strlen(value->text) == value->text_len);
        json_t *text = json_stringn(value->text, value->text_len);
        assert(text); /* it is UTF-8 */
        return text;
    }
    json_t *made = value->kind == VALUE_LIST ? json_array() : json_object();
    for (size_t i = 0; i < value->count; i++) {
        const struct value *item = value->item[i];
        assert(item->parent == value && item->index == i);
        assert(item->document == value->document);
        assert((item->key != NULL) == (value->kind == VALUE_MAP));
        json_t *child = to_json(item, depth + 1);
        if (value->kind == VALUE_MAP) {
            assert(value_at(value, item->key) == item);
            json_object_set_new(made, item->key, child);
        } else {
            json_array_append_new(made, child);
        }
    }
    return made;
}

static bool is_same(const struct value *a, const struct value *b)
{
    if (a->kind != b->kind || a->count != b->count)
        return false;
    if (a->kind == VALUE_TEXT)
        return strcmp(a->text, b->text) == 0;
    for (size_t i = 0; i < a->count; i++) {
        if (a->item[i]->key && strcmp(a->item[i]->key, b->item[i]->key) != 0)
            return false;
        if (!is_same(a->item[i], b->item[i]))
            return false;
    }
    return true;
}

static void check_round_trip(const struct value *root)
{
    const struct value *again = NULL;
    struct document *document = NULL;
    json_t *json = to_json(root, 0);
    char *text = json_compact(json);
    struct why why;
    enum err err =
        document_parse("again", text, strlen(text), &document, &again, &why);

    /* A single text is no JSON document to us, but YAML all the same. */
    if (root->kind != VALUE_TEXT) {
        assert(err == ERR_NONE && is_same(root, again));
    }
    document_close(document);
    mem_free(text);
    json_decref(json);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct value *root = NULL;
    struct document *document = NULL;
    struct why why = {0};
    enum err err =
        document_parse("f", (const char *)data, size, &document, &root, &why);

    if (err == ERR_NONE) {
        check_round_trip(root);
    } else {
        assert(!root && !document);
        assert(why.code == err && strncmp(why.text, "f:", 2) == 0);
        assert(text_is_utf8(why.text, strlen(why.text)));
        assert(!text_has_control(why.text, strlen(why.text)));
    }
    document_close(document);
    return 0;
}
