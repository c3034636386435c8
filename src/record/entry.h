/*
 * entry.h - what stands in the log: an act or a notification, with the log's
 * own time.
 *
 *     willing.example/entry/v1
 *     time: 2026-11-20T08:15:00Z
 *     type: act
 *
 *     <payload>
 *
 * An act is the bytes of its note; a notification is one line of canonical
 * JSON and LF.
 */
#pragma once

#include "base/err.h"
#include "base/json.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/when.h"

#include <stddef.h>
#include <stdint.h>

enum {
    ENTRY_BYTES_MAX = 65535,
    ENTRY_HEADER_MAX = 128,
    ENTRY_PAYLOAD_MAX = ENTRY_BYTES_MAX - ENTRY_HEADER_MAX,
};

enum entry_type { ENTRY_ACT, ENTRY_NOTIFICATION };

struct entry {
    struct slice coalition;
    struct when time;
    enum entry_type type;
    struct slice payload; /* borrowed */
};

/* Fails ERR_INPUT naming the line, ERR_LIMIT above ENTRY_BYTES_MAX. The
 * payload of an act is not looked into. */
enum err entry_parse(const char *bytes, size_t len, struct entry *entry,
                     struct why *why) MUST_CHECK;

/* Append the bytes of an entry; *out untouched on failure.
 * Fails ERR_INPUT (coalition is no name, payload of a notification is not one
 * line), ERR_LIMIT above ENTRY_PAYLOAD_MAX. */
enum err entry_format(const struct entry *entry, struct buf *out,
                      struct why *why) MUST_CHECK;

/* The object of a notification. Fails ERR_INPUT unless canonical.
 * Owns: *json, json_decref. */
enum err entry_notification(const struct entry *entry, json_t **json,
                            struct why *why) MUST_CHECK;
