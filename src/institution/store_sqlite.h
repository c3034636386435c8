/*
 * store_sqlite.h - documents in SQLite: state.db, derived and disposable.
 *
 * Table doc(kind, id, body, sum): body is canonical JSON, so that `sqlite3
 * state.db "select id, body->>'title' from doc where kind='proposal'"`
 * answers; sum tells a damaged row, against accident, not against malice. One
 * connection writes and checkpoints (Debian 12's SQLite must not have two);
 * readers open read-only.
 */
#pragma once

#include "institution/state.h"

struct store;

/* Fails ERR_ABSENT when reading and there is none, or none that may be read;
 * ERR_STATE when the file is of another version, ERR_SYSTEM when it is damaged
 * (`entente rebuild` recreates it). Cost: every row is checked, about 1 ms for
 * a megabyte. */
enum err store_open(const char *path, bool write, struct store **store,
                    struct state_at *at, struct why *why) MUST_CHECK;
void store_close(struct store *store);
/* As state_digest, of what is stored. */
enum err store_digest(struct store *store, struct hash *digest,
                      struct why *why) MUST_CHECK;
/* The table of functions for state_open; ctx is the store. */
extern const struct store_ops store_sqlite_ops;
