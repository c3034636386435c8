/*
 * fields.h - the fields of an act's body, as words on the command line.
 *
 * Typed by the table of kinds: lists are comma-separated or JSON, maps are
 * JSON, times may be dates, hashes and verifier keys may come from a file.
 */
#pragma once

#include "cli/cli.h"
#include "cli/options.h"
#include "institution/kinds.h"

#include <jansson.h>

/* Set `field` of body to what `text` says. Fails ERR_INPUT naming it. */
enum err field_set(json_t *body, const struct act_field *field,
                   const char *text, struct why *why) MUST_CHECK;
/* From a file: a text, list or map is its content; a hash is its SHA-256. */
enum err field_set_file(json_t *body, const struct act_field *field,
                        const char *path, struct why *why) MUST_CHECK;
const struct act_field *field_find(const struct act_kind *kind,
                                   const char *name);

enum { FIELDS_MAX = 24 };

/* Fields of one or several kinds, offered as options --FIELD and, where a
 * file makes sense, --FIELD-file. Start from {0}. */
struct fields {
    struct {
        const struct act_field *field;
        const char *text;
        const char *file;
        bool flag;
    } value[FIELDS_MAX];
    size_t count;
};

/* `except` are the fields that stand as words: a list ending in NULL. */
void fields_options(struct cli *cli, struct fields *fields,
                    const struct act_kind *kind, const char *const *except,
                    struct options *options);
/* Set in body what was given. */
enum err fields_body(const struct fields *fields, json_t *body,
                     struct why *why) MUST_CHECK;
