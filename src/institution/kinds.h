/*
 * kinds.h - every kind of act and notification there is, as one table.
 *
 * Validation, dispatch, `entente act`, command help and docs/acts.md come from
 * the table in kinds.c. An act's body is a JSON object with exactly the fields
 * named there.
 */
#pragma once

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* Who may sign a kind of act. */
enum act_signer {
    SIGNER_SECRETARIAT, /* the registrar who opens the log */
    SIGNER_STATE,       /* any state on record, whatever its standing */
    SIGNER_PARTY,       /* a party to the charter in force, not suspended */
};

enum { LINE_BYTES_MAX = 250 };

enum field_type {
    FIELD_TEXT,     /* UTF-8, not empty */
    FIELD_LINE,     /* UTF-8, not empty, at most LINE_BYTES_MAX, one line */
    FIELD_NAME,     /* letters, digits, _ . -; 1..64 bytes */
    FIELD_CODE,     /* a state on record */
    FIELD_CODES,    /* a list of distinct states on record, not empty */
    FIELD_TIME,     /* "2026-12-01T00:00:00Z" */
    FIELD_PERIOD,   /* "72h", "12 months" */
    FIELD_POSITION, /* yes, no, abstain, ... */
    FIELD_HASH,     /* SHA-256 as 64 hexadecimal digits */
    FIELD_VKEY,     /* a C2SP verifier key */
    FIELD_NUMBER,   /* an integer >= 0 */
    FIELD_FLAG,     /* true or false */
    FIELD_LIST,     /* checked by the kind's own judge */
    FIELD_MAP,      /* checked by the kind's own judge */
};

struct act_field {
    const char *name;
    enum field_type type;
    bool required;
    const char *help;
};

struct scene; /* scene.h */

struct act_kind {
    const char *name;
    enum act_signer signer;
    bool solemn; /* needs the state's solemn number of officers */
    const char *help;
    const struct act_field *field; /* [fields] */
    size_t fields;
    /* May this act be done now? Changes nothing. */
    enum err (*judge)(const struct scene *scene, struct why *why);
    /* Change the state; called only after judge said yes. */
    void (*fold)(const struct scene *scene);
};

/* Is it a line as FIELD_LINE says? */
bool text_is_line(struct slice text);

/* All kinds in the order of the reference page. */
const struct act_kind *act_kinds(size_t *count);
/* By name, or NULL. */
const struct act_kind *act_kind_find(const char *name);
const char *field_type_name(enum field_type type);

/*
 * Check a body against its kind's fields: every required field there, no
 * unknown one, each of its type.
 *
 * Fails ERR_INPUT naming the field and what was expected.
 */
enum err act_kind_check(const struct act_kind *kind, const json_t *body,
                        struct why *why) MUST_CHECK;
