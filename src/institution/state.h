/*
 * state.h - the state of the institution: documents by kind and id.
 *
 * The state is a pure function of the log. A document is a JSON object (kind
 * "member", id "FR"); the kinds and their fields are listed in
 * docs/institution.md. Documents are loaded on demand through a table of
 * functions, changed in memory, and written back in one transaction together
 * with the log size and root that they reflect. Without a table the state
 * lives in memory only (verification, simulation).
 *
 * A load that fails is remembered (state_failure); readers see an absent
 * document meanwhile, and whoever commits or answers asks first.
 */
#pragma once

#include "base/err.h"
#include "record/hash.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The log position that stored documents reflect. */
struct state_at {
    uint64_t size; /* entries */
    struct hash root;
    int64_t time_s; /* of the last entry */
};

typedef enum err (*store_found_fn)(void *to, const char *id, json_t *doc);

/* Where documents are kept. Every function may fail ERR_SYSTEM. */
struct store_ops {
    /* *doc: a new reference, or NULL when there is none. */
    enum err (*load)(void *ctx, const char *kind, const char *id, json_t **doc,
                     struct why *why);
    /* Calls found for each document of a kind; found steals the reference. */
    enum err (*scan)(void *ctx, const char *kind, store_found_fn found,
                     void *to, struct why *why);
    /* One transaction: begin, any number of puts, commit (or abort). */
    enum err (*begin)(void *ctx, struct why *why);
    enum err (*put)(void *ctx, const char *kind, const char *id,
                    const json_t *doc, struct why *why);
    enum err (*commit)(void *ctx, const struct state_at *at, struct why *why);
    void (*abort)(void *ctx);
};

struct state;

/* ops NULL: memory only. ctx is borrowed until state_close. */
struct state *state_open(const struct store_ops *ops, void *ctx);
void state_close(struct state *state);

/* The document to read, or NULL. Borrowed until the next state_put of it. */
const json_t *state_get(struct state *state, const char *kind, const char *id);
/* The document to change, or NULL; it will be written. */
json_t *state_edit(struct state *state, const char *kind, const char *id);
/* A new or replaced document; steals `doc` and returns it, borrowed. */
json_t *state_put(struct state *state, const char *kind, const char *id,
                  json_t *doc);

/* All ids of a kind in byte order. Owns: caller frees the array (mem_free);
 * the ids are borrowed. */
const char **state_ids(struct state *state, const char *kind, size_t *count);

/*
 * This document is settled: it will seldom be asked for again. From the next
 * state_tidy (memory) or state_save (store) on it takes little room, or none;
 * asking for it brings it back.
 */
void state_settle(struct state *state, const char *kind, const char *id);
/* Nobody holds a borrowed document now. */
void state_tidy(struct state *state);

/* The first failed load since the state was opened; ERR_NONE if none. */
enum err state_failure(const struct state *state, struct why *why) MUST_CHECK;

/* Write what changed, in one transaction. On failure nothing is written. */
enum err state_save(struct state *state, const struct state_at *at,
                    struct why *why) MUST_CHECK;
/* Forget everything in memory, changed or not. */
void state_forget(struct state *state);

/* SHA-256 over all documents held in memory, sorted by kind and id, a line
 * "kind/id JSON" each, canonical: equal states have equal digests. Memory-only
 * states; store_digest is its like for stored documents. */
void state_digest(struct state *state, struct hash *digest);
