/*
 * record_log_fixture.h - logs for tests: one key, entries that can be told
 * apart, and a disk that fails when it is told to.
 */
#pragma once

#include "record/log.h"

/* A signer for "a.example/log", the same key every time. */
struct signer *fixture_signer(void);
/* Entry number n: some 5 to 60 bytes. */
struct slice fixture_entry(uint64_t number, char text[64]);
/* Append entries [log_size, log_size + count). */
enum err fixture_append(struct log *log, size_t count, struct why *why);
/* Do the entries of the log in `dir` hold, and are there at least `least` and
 * at most `most`, each the one it should be? */
bool fixture_holds(const char *dir, uint64_t least, uint64_t most);
void fixture_copy(const char *from, const char *to);

enum flaw_kind {
    FLAW_NONE,
    FLAW_EIO,    /* the operation fails once */
    FLAW_ENOSPC, /* once, for lack of space */
    FLAW_SHORT,  /* a write stops half way, once */
    FLAW_CRASH,  /* nothing happens from then on */
};

/*
 * A disk over real files that counts operations and spoils the one numbered
 * `at`. Beside the folder it keeps in `durable` what a power cut would leave:
 * synced bytes, and of names either all that was done to them or nothing that
 * was not synced.
 */
struct flaky {
    struct disk_ops ops;
    enum flaw_kind kind;
    long at;    /* from 0 */
    long count; /* operations so far */
    bool is_hit;
    char operation[16]; /* the one that was spoilt */
    const char *dir;
    char durable[512];
    bool names_are_eager; /* names survive at once, before bytes */
    char *path_of[256];   /* by descriptor */
};

void flaky_init(struct flaky *flaky, const char *dir, enum flaw_kind kind,
                long at, bool names_are_eager);
void flaky_clear(struct flaky *flaky);
