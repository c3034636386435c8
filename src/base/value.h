/*
 * value.h - a document (YAML or JSON) as a tree that remembers its lines.
 *
 * Every scalar is text: `NO` is Norway, `yes` is a position, `0x10` is four
 * characters. Whoever needs a number asks for one, and gets an error that
 * names file, line and field when it is none.
 *
 * YAML: libyaml, one document, no anchors, aliases, tags or merge keys (they
 * are refused: an alias is a small file that becomes a large one).
 * JSON: jansson (duplicate keys refused). In both: UTF-8, an optional BOM,
 * CRLF accepted, no NUL, depth at most VALUE_DEPTH_MAX, at most
 * VALUE_BYTES_MAX bytes and VALUE_NODES_MAX nodes.
 */
#pragma once

#include "base/err.h"
#include "base/mem.h"
#include "base/text.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    VALUE_DEPTH_MAX = 64,
    VALUE_BYTES_MAX = 16 << 20,
    VALUE_NODES_MAX = 1 << 20,
};

enum value_kind { VALUE_TEXT, VALUE_LIST, VALUE_MAP };

struct value {
    enum value_kind kind;
    bool quoted;      /* TEXT: was written in quotes or as a block */
    uint32_t line;    /* from 1; 0 when not known (some JSON) */
    const char *text; /* TEXT: NUL-terminated UTF-8, no NUL inside */
    size_t text_len;
    const char *key;                 /* of this item in its MAP, else NULL */
    size_t index;                    /* of this item in its parent */
    size_t count;                    /* LIST, MAP: items */
    const struct value *const *item; /* in the order of the file */
    const struct value *parent;      /* NULL at the root */
    const struct document *document;
};

/* Owns everything read from one file. */
struct document;

/*
 * Read YAML or JSON (chosen by the first byte that is not blank: '{' or '['
 * is JSON, then YAML flow style if JSON fails; anything else is YAML).
 *
 *   name  in   what to call it in errors; copied
 *   root  out  borrowed from *document
 *
 * Owns     *document: document_close.
 * Fails    ERR_INPUT with name:line and what was expected; ERR_LIMIT.
 * Cost     linear in bytes.
 */
enum err document_parse(const char *name, const char *bytes, size_t len,
                        struct document **document, const struct value **root,
                        struct why *why) MUST_CHECK;
/* The same from a file of at most VALUE_BYTES_MAX bytes. */
enum err document_read(const char *path, struct document **document,
                       const struct value **root, struct why *why) MUST_CHECK;
void document_close(struct document *document);

/* The item of a MAP by key, or NULL (also when `map` is NULL or no MAP). */
const struct value *value_at(const struct value *map, const char *key);
/* Shorthand: text of an optional TEXT item, or `otherwise`. */
const char *value_text_at(const struct value *map, const char *key,
                          const char *otherwise);
/* An exact integer; fails naming file, line, field and range. */
enum err value_int(const struct value *value, int64_t min, int64_t max,
                   int64_t *number, struct why *why) MUST_CHECK;
/* true|false (also quoted); "yes"/"no"/"on" are refused. */
enum err value_bool(const struct value *value, bool *truth,
                    struct why *why) MUST_CHECK;
/* Fails unless every key of `map` is one of `known` (NULL-terminated). The
 * error lists what is known. */
enum err value_only(const struct value *map, const char *const *known,
                    struct why *why) MUST_CHECK;
/* A required item of a given kind. */
enum err value_need(const struct value *map, const char *key,
                    enum value_kind kind, const struct value **item,
                    struct why *why) MUST_CHECK;

/*
 * Fail at this place: "charter.yaml:12: rules.eu_qmv.all[1].ge: <message>".
 * Every reader of documents reports through it.
 */
enum err value_fail(const struct value *value, struct why *why, enum err code,
                    const char *format, ...) PRINTF_LIKE(4, 5);

#ifdef __clang_analyzer__ /* as in err.h */
#define value_fail(value, why, code, ...)                                      \
    ((value_fail)(value, why, code, __VA_ARGS__), (code))
#endif
