/*
 * tell.h - entries of the log in words, for people.
 */
#pragma once

#include "base/mem.h"
#include "record/act.h"
#include "record/entry.h"
#include "record/log.h"

#include <jansson.h>
#include <stdio.h>

/* One entry, read from a log or a proof. */
struct reading {
    struct buf bytes;
    struct entry entry;
    struct act act; /* when entry.type is ENTRY_ACT */
    json_t *body;   /* of the act, or the notification */
};
/* Takes the bytes, also on failure. Owns: reading_close. */
enum err reading_of(struct buf *bytes, struct reading *reading,
                    struct why *why) MUST_CHECK;
enum err reading_open(struct log *log, uint64_t index, struct reading *reading,
                      struct why *why) MUST_CHECK;
void reading_close(struct reading *reading);

enum { TELL_TIME_SIZE = sizeof "2026-12-01 00:00:00Z" };

/* "2026-12-01 09:00" of "2026-12-01T09:00:00Z" (seconds only when there are
 * any); "" for NULL. */
const char *tell_time(const char *time, char text[TELL_TIME_SIZE]);
void tell_when(struct when when, char text[TELL_TIME_SIZE]);
/* How long from now until then: "in 3 days", "in 5 h 20 min", "now". */
void tell_left(struct when now, struct when then, struct buf *out);
/* "BE, DE, FR". */
void tell_list(const json_t *list, struct buf *out);
/* "1 state", "3 states". */
void tell_count(size_t count, const char *one, const char *many,
                struct buf *out);

/* A line: "ballot by FR/delegate: 2026-001, yes". */
void tell_act(const struct act *act, const json_t *body, struct buf *out);
/* A sentence: "Proposal 2026-001 is adopted: 20 yes, 2 no; binds 20 states". */
void tell_notification(const json_t *notification, struct buf *out);
void tell_entry(const struct reading *reading, struct buf *out);

/* For --json: {"index","time","type","by","kind","id","body"}. */
json_t *tell_json(const struct reading *reading, uint64_t index);

/* A label and wrapped text beside it; nothing when text is NULL or "". A label
 * that is too long gets a line of its own. */
enum { TELL_INDENT = 16 };
void tell_line(FILE *out, const char *label, const char *text);
void tell_linef(FILE *out, const char *label, const char *format, ...)
    PRINTF_LIKE(3, 4);
/* A heading over lines. */
void tell_heading(FILE *out, const char *text);
/* The members of {"FR":"yes",...}, a line for each position taken. */
void tell_positions(FILE *out, const json_t *positions);
/* A body or a document, field by field. */
void tell_body(FILE *out, const json_t *body);
/* One field: a text, a readable time, a list with commas. */
void tell_value(FILE *out, const char *label, const json_t *value);
/* Lines of text that have an indent of their own, wrapped. */
void tell_lines(FILE *out, size_t indent, const char *lines);
