/*
 * json.h - the strict JSON of acts and the JSON we print.
 *
 * jansson's json_t is the value; this adds the subset of acts (UTF-8, no
 * duplicate keys, integers only with |n| < 2^53, depth at most 16, no NUL)
 * and getters that do not fail. Source: design section 5; RFC 8259, RFC 7493.
 */
#pragma once

#include "base/err.h"
#include "base/mem.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { JSON_ACT_DEPTH_MAX = 16 };

/* Owns: *json, by json_decref. The root must be an object. */
enum err json_parse(const char *bytes, size_t len, json_t **json,
                    struct why *why) MUST_CHECK;
/* Compact, keys in the order they were set. Owns: caller frees (mem_free). */
char *json_compact(const json_t *json);
/* Compact with sorted keys: the form that digests are taken of. */
char *json_canonical(const json_t *json);

/* Getters: NULL / otherwise when absent or of another type. */
const char *json_text(const json_t *object, const char *key);
int64_t json_int(const json_t *object, const char *key, int64_t otherwise);
bool json_flag(const json_t *object, const char *key);
const json_t *json_list(const json_t *object, const char *key);
const json_t *json_map(const json_t *object, const char *key);
/* Setters that abort without memory; values are copied. A NULL text is null;
 * bytes that are not UTF-8 become '?'. */
void json_set_text(json_t *object, const char *key, const char *text);
void json_set_int(json_t *object, const char *key, int64_t number);
void json_set_flag(json_t *object, const char *key, bool flag);
void json_set_new(json_t *object, const char *key, json_t *value); /* steals */
