#include "institution/state.h"

#include "base/json.h"
#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

struct state {
    const struct store_ops *ops; /* NULL: memory only */
    void *ctx;
    json_t *docs;     /* kind -> id -> document; text: the
                       * document settled, in canonical JSON */
    json_t *dirty;    /* kind -> id -> true */
    json_t *settled;  /* kind -> id -> true: not yet tidied away */
    json_t *complete; /* kind -> true: all of its documents are in docs */
    struct why failure;
};

struct state *state_open(const struct store_ops *ops, void *ctx)
{
    struct state *state = mem_new(1, sizeof *state);

    state->ops = ops;
    state->ctx = ctx;
    state->docs = json_object();
    state->dirty = json_object();
    state->settled = json_object();
    state->complete = json_object();
    return state;
}

void state_close(struct state *state)
{
    if (state == NULL)
        return;
    json_decref(state->docs);
    json_decref(state->dirty);
    json_decref(state->settled);
    json_decref(state->complete);
    mem_free(state);
}

void state_forget(struct state *state)
{
    json_object_clear(state->docs);
    json_object_clear(state->dirty);
    json_object_clear(state->settled);
    json_object_clear(state->complete);
    state->failure.code = ERR_NONE;
}

enum err state_failure(const struct state *state, struct why *why)
{
    if (state->failure.code != ERR_NONE && why != NULL)
        *why = state->failure;
    return state->failure.code;
}

/* The map of a kind, made when missing. */
static json_t *kind_map(json_t *maps, const char *kind)
{
    json_t *map = json_object_get(maps, kind);

    if (map == NULL) {
        map = json_object();
        json_set_new(maps, kind, map);
    }
    return map;
}

static void remember(struct state *state, const struct why *why)
{
    if (state->failure.code == ERR_NONE)
        state->failure = *why;
}

static json_t *find(struct state *state, const char *kind, const char *id)
{
    json_t *map = kind_map(state->docs, kind);
    json_t *doc = json_object_get(map, id);
    struct why why;

    if (json_is_string(doc)) {
        doc = json_loadb(json_string_value(doc), json_string_length(doc), 0,
                         NULL);
        json_set_new(map, id, doc);
        return doc;
    }
    if (doc != NULL)
        return doc;
    if (state->ops == NULL || json_object_get(state->complete, kind) != NULL)
        return NULL;
    if (state->ops->load(state->ctx, kind, id, &doc, &why) != ERR_NONE) {
        remember(state, &why);
        return NULL;
    }
    if (doc != NULL) /* what is not there may be asked for without end */
        json_set_new(map, id, doc);
    return doc;
}

const json_t *state_get(struct state *state, const char *kind, const char *id)
{
    return find(state, kind, id);
}

static void mark(struct state *state, const char *kind, const char *id)
{
    if (state->ops != NULL)
        json_set_new(kind_map(state->dirty, kind), id, json_true());
}

json_t *state_edit(struct state *state, const char *kind, const char *id)
{
    json_t *doc = find(state, kind, id);

    if (doc != NULL)
        mark(state, kind, id);
    return doc;
}

json_t *state_put(struct state *state, const char *kind, const char *id,
                  json_t *doc)
{
    json_set_new(kind_map(state->docs, kind), id, doc);
    mark(state, kind, id);
    return doc;
}

/* A document from the store does not replace a newer one in memory. */
static enum err found(void *to, const char *id, json_t *doc)
{
    if (json_object_get(to, id) == NULL)
        json_set_new(to, id, doc);
    else
        json_decref(doc);
    return ERR_NONE;
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static const char **sorted_keys(const json_t *map, size_t *count)
{
    const char **keys = mem_new(json_object_size(map) + 1, sizeof *keys);
    const char *key;
    json_t *value;

    *count = 0;
    json_object_foreach ((json_t *)map, key, value) {
        keys[(*count)++] = key;
    }
    qsort(keys, *count, sizeof *keys, by_bytes);
    return keys;
}

const char **state_ids(struct state *state, const char *kind, size_t *count)
{
    json_t *map = kind_map(state->docs, kind);
    struct why why;

    if (state->ops != NULL && json_object_get(state->complete, kind) == NULL) {
        if (state->ops->scan(state->ctx, kind, found, map, &why) != ERR_NONE)
            remember(state, &why);
        json_set_new(state->complete, kind, json_true());
    }
    return sorted_keys(map, count);
}

void state_settle(struct state *state, const char *kind, const char *id)
{
    json_set_new(kind_map(state->settled, kind), id, json_true());
}

typedef void (*settled_fn)(struct state *state, const char *kind,
                           const char *id);

static void each_settled(struct state *state, settled_fn then)
{
    const char *kind;
    const char *id;
    json_t *ids;
    json_t *yes;

    json_object_foreach (state->settled, kind, ids) {
        json_object_foreach (ids, id, yes) {
            then(state, kind, id);
        }
    }
    json_object_clear(state->settled);
}

static void pack(struct state *state, const char *kind, const char *id)
{
    char *text = json_canonical(find(state, kind, id));

    json_set_text(kind_map(state->docs, kind), id, text);
    mem_free(text);
}

static void evict(struct state *state, const char *kind, const char *id)
{
    json_object_del(kind_map(state->docs, kind), id);
    json_object_del(state->complete, kind);
}

void state_tidy(struct state *state)
{
    if (state->ops == NULL && json_object_size(state->settled) > 0)
        each_settled(state, pack);
}

static enum err put_all(struct state *state, struct why *why)
{
    const char *kind;
    const char *id;
    json_t *ids;
    json_t *yes;

    json_object_foreach (state->dirty, kind, ids) {
        json_object_foreach (ids, id, yes) {
            TRY(state->ops->put(state->ctx, kind, id, find(state, kind, id),
                                why));
        }
    }
    return ERR_NONE;
}

enum err state_save(struct state *state, const struct state_at *at,
                    struct why *why)
{
    enum err err;

    if (state->ops == NULL)
        return ERR_NONE;
    TRY(state_failure(state, why));
    TRY(state->ops->begin(state->ctx, why));
    err = put_all(state, why);
    if (err == ERR_NONE)
        err = state->ops->commit(state->ctx, at, why);
    if (err != ERR_NONE) {
        state->ops->abort(state->ctx);
        return err;
    }
    json_object_clear(state->dirty);
    each_settled(state, evict);
    return ERR_NONE;
}

/* Its canonical JSON, without unpacking what is settled. */
static void add_canonical(const json_t *doc, struct buf *out)
{
    char *text;

    if (json_is_string(doc)) {
        buf_add(out, json_string_value(doc), json_string_length(doc));
        return;
    }
    text = json_canonical(doc);
    buf_add_text(out, text);
    mem_free(text);
}

void state_digest(struct state *state, struct hash *digest)
{
    struct buf all = {0};
    size_t kinds;
    const char **kind = sorted_keys(state->docs, &kinds);

    for (size_t i = 0; i < kinds; i++) {
        size_t ids;
        const char **id = state_ids(state, kind[i], &ids);

        for (size_t j = 0; j < ids; j++) {
            buf_addf(&all, "%s/%s ", kind[i], id[j]);
            add_canonical(
                json_object_get(kind_map(state->docs, kind[i]), id[j]), &all);
            buf_add_byte(&all, '\n');
        }
        mem_free(id);
    }
    mem_free(kind);
    *digest = hash_bytes(all.data, all.len);
    buf_clear(&all);
}
